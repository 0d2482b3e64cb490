import { need } from "../../bytes.js";

/** Size of `struct genlmsghdr` (linux/genetlink.h). Attributes follow it. */
export const GENL_HDRLEN = 4;

const field = { command: 0, version: 1 } as const;

/** `struct genlmsghdr`: the header of a message of a generic netlink family. */
export interface GenericHeader {
  command: number;
  version: number;
}

export function readGenericHeader(payload: Uint8Array): GenericHeader {
  need("genlmsghdr", 0, GENL_HDRLEN, payload.length);
  return { command: payload[field.command] as number, version: payload[field.version] as number };
}

export function writeGenericHeader({ command, version }: GenericHeader, into: Uint8Array, offset = 0): void {
  into.fill(0, offset, offset + GENL_HDRLEN);
  into[offset + field.command] = command;
  into[offset + field.version] = version;
}

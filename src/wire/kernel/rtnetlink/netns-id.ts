import { need } from "../../bytes.js";
import { AttributeSet, type AttributeValues, attribute, s32, u32 } from "../netlink/attribute.js";

// linux/rtnetlink.h
export const RTM_NEWNSID = 88;
export const RTM_GETNSID = 90;

// linux/net_namespace.h: NETNSA_*
const netnsIdAttributes = {
  /** -1 if the namespace has no ID here. */
  id: attribute(1, "NETNSA_NSID", s32),
  fd: attribute(3, "NETNSA_FD", u32),
};

const attributes = new AttributeSet(netnsIdAttributes);

/** `struct rtgenmsg` with `NETNSA_*`: the ID that this namespace has assigned to another one (ip-netns(8)). */
export type NetnsId = AttributeValues<typeof netnsIdAttributes>;

/** The size of `struct rtgenmsg`, which is one byte for the family, rounded up because attributes are aligned. */
const RTGENMSG_SIZE = 4;

export function readNetnsId(payload: Uint8Array): NetnsId {
  need("rtgenmsg", 0, RTGENMSG_SIZE, payload.length);
  return attributes.read(payload, RTGENMSG_SIZE, payload.length, "rtgenmsg");
}

export function netnsIdSize(value: NetnsId): number {
  return RTGENMSG_SIZE + attributes.size(value);
}

export function writeNetnsId(value: NetnsId, into: Uint8Array, offset: number): number {
  into.fill(0, offset, offset + RTGENMSG_SIZE);
  return attributes.write(value, into, offset + RTGENMSG_SIZE);
}

/** Returns the kernel's name of the attribute whose header is at `at` in the payload of such a message, if known. */
export function netnsIdAttributeAt(payload: Uint8Array, at: number): string | undefined {
  return attributes.nameAt(payload, RTGENMSG_SIZE, payload.length, at);
}

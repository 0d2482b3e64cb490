import { AttributeSet, type AttributeValues, attribute, string, u16 } from "../netlink/attribute.js";
import { GENL_HDRLEN, readGenericHeader, writeGenericHeader } from "./header.js";

// linux/genetlink.h: the family that knows the numbers of all others.
export const GENL_ID_CTRL = 16;
export const CTRL_CMD_GETFAMILY = 3;
const CTRL_VERSION = 2;

// linux/genetlink.h: CTRL_ATTR_*
const familyAttributes = {
  id: attribute(1, "CTRL_ATTR_FAMILY_ID", u16),
  name: attribute(2, "CTRL_ATTR_FAMILY_NAME", string),
};

const attributes = new AttributeSet(familyAttributes);

/** A generic netlink family: the number under which a kernel facility is reached until the next boot. */
export interface GenericFamily extends AttributeValues<typeof familyAttributes> {
  command: number;
}

/** Reads a message of the family `nlctrl`. */
export function readGenericFamily(payload: Uint8Array): GenericFamily {
  const { command } = readGenericHeader(payload);
  return {
    command,
    ...attributes.read(payload, GENL_HDRLEN, payload.length, "nlctrl"),
  };
}

export function genericFamilySize(family: GenericFamily): number {
  return GENL_HDRLEN + attributes.size(family);
}

export function writeGenericFamily(family: GenericFamily, into: Uint8Array, offset: number): number {
  writeGenericHeader({ command: family.command, version: CTRL_VERSION }, into, offset);
  return attributes.write(family, into, offset + GENL_HDRLEN);
}

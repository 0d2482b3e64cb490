import { need, readS32, readU16, writeU16, writeU32 } from "../../bytes.js";
import { AttributeSet, type AttributeValues, attribute, binary, u32 } from "../netlink/attribute.js";

// linux/rtnetlink.h
export const RTM_GETNEIGH = 30;

// linux/neighbour.h
export const NTF_SELF = 1 << 1;
export const NUD_PERMANENT = 0x80;

const neighbourAttributes = {
  // linux/neighbour.h: NDA_*
  /** The neighbour's IPv4 or IPv6 address. */
  destination: attribute(1, "NDA_DST", binary),
  linkAddress: attribute(2, "NDA_LLADDR", binary),
  master: attribute(9, "NDA_MASTER", u32),
};

const attributes = new AttributeSet(neighbourAttributes);

/**
 * `struct ndmsg` with its attributes: a neighbour, or with the family `AF_BRIDGE` an entry of a bridge's forwarding
 * database.
 */
export interface Neighbour extends AttributeValues<typeof neighbourAttributes> {
  family: number;
  /** Interface index. */
  index: number;
  /** `NUD_*`. */
  state: number;
  /** `NTF_*`. */
  flags: number;
  type: number;
}

const NDMSG_SIZE = 12;
const field = { family: 0, index: 4, state: 8, flags: 10, type: 11 } as const;

/** Reads the payload of an `RTM_*NEIGH` message. Byte fields are views of `payload`. */
export function readNeighbour(payload: Uint8Array): Neighbour {
  need("ndmsg", 0, NDMSG_SIZE, payload.length);
  return {
    family: payload[field.family] as number,
    index: readS32(payload, field.index),
    state: readU16(payload, field.state),
    flags: payload[field.flags] as number,
    type: payload[field.type] as number,
    ...attributes.read(payload, NDMSG_SIZE, payload.length, "ndmsg"),
  };
}

export function neighbourSize(neighbour: Neighbour): number {
  return NDMSG_SIZE + attributes.size(neighbour);
}

/** Writes the payload of an `RTM_*NEIGH` message at `offset`. Returns the offset after it. */
export function writeNeighbour(neighbour: Neighbour, into: Uint8Array, offset: number): number {
  into.fill(0, offset, offset + NDMSG_SIZE);
  into[offset + field.family] = neighbour.family;
  writeU32(into, offset + field.index, neighbour.index);
  writeU16(into, offset + field.state, neighbour.state);
  into[offset + field.flags] = neighbour.flags;
  into[offset + field.type] = neighbour.type;
  return attributes.write(neighbour, into, offset + NDMSG_SIZE);
}

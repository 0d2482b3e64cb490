import { need, readS32, readU16, writeU16, writeU32 } from "../bytes.js";

// linux/if_packet.h: socket options with a `struct packet_mreq`.
export const PACKET_ADD_MEMBERSHIP = 1;
export const PACKET_DROP_MEMBERSHIP = 2;

// linux/if_packet.h: values of `mr_type`.
export const PACKET_MR_MULTICAST = 0;
export const PACKET_MR_PROMISC = 1;
export const PACKET_MR_ALLMULTI = 2;
export const PACKET_MR_UNICAST = 3;

/** Size of `struct packet_mreq` (packet(7)). */
export const PACKET_MREQ_SIZE = 16;

/** Offsets in `struct packet_mreq`. */
export const field = { index: 0, type: 4, addressLength: 6, address: 8 } as const;

/** `struct packet_mreq`: what a packet socket requests from an interface. */
export interface PacketMembershipRequest {
  index: number;
  /** `PACKET_MR_*`. */
  type: number;
  /** At most 8 bytes; empty for `PACKET_MR_PROMISC` and `PACKET_MR_ALLMULTI`. */
  address: Uint8Array;
}

/**
 * Reads a request without its address, which may be longer than `struct packet_mreq` allows. Its first eight bytes must
 * be there.
 */
export function readMembership(bytes: Uint8Array): Pick<PacketMembershipRequest, "index" | "type"> {
  return { index: readS32(bytes, field.index), type: readU16(bytes, field.type) };
}

export function readPacketMreq(bytes: Uint8Array): PacketMembershipRequest {
  need("packet_mreq", 0, PACKET_MREQ_SIZE, bytes.length);
  const length = readU16(bytes, field.addressLength);
  need("packet_mreq mr_address", field.address, length, PACKET_MREQ_SIZE);
  return {
    ...readMembership(bytes),
    address: bytes.subarray(field.address, field.address + length),
  };
}

/** Writes a `struct packet_mreq` of `PACKET_MREQ_SIZE` bytes. */
export function writePacketMreq(value: PacketMembershipRequest, into: Uint8Array): void {
  into.fill(0, 0, PACKET_MREQ_SIZE);
  writeU32(into, field.index, value.index);
  writeU16(into, field.type, value.type);
  writeU16(into, field.addressLength, value.address.length);
  into.set(value.address, field.address);
}

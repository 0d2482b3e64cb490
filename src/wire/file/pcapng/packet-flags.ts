import {
  PACKET_BROADCAST,
  PACKET_HOST,
  PACKET_MULTICAST,
  PACKET_OTHERHOST,
  PACKET_OUTGOING,
} from "../../kernel/socket-address.js";

// draft-ietf-opsawg-pcapng, section 4.3.1: bits 0 and 1 of epb_flags are the direction, 2 to 4 how it was received.
const DIRECTION_MASK = 3;
const OUTBOUND = 2;
/** Inbound; by "promiscuous" is meant what the kernel calls other host. */
const flagsOfType = [0b001_01, 0b011_01, 0b010_01, 0b100_01, 0b000_10] as const;
const typeOfReception = [-1, PACKET_HOST, PACKET_MULTICAST, PACKET_BROADCAST, PACKET_OTHERHOST] as const;

/** `sll_pkttype` of a packet with these `epb_flags`; -1 where they don't say. */
export function packetTypeOf(flags: number): number {
  if ((flags & DIRECTION_MASK) === OUTBOUND) return PACKET_OUTGOING;
  return typeOfReception[(flags >>> 2) & 7] ?? -1;
}

/** `epb_flags` of a packet of this `sll_pkttype`; 0, which says nothing, for others than the five. */
export function flagsOf(packetType: number): number {
  return flagsOfType[packetType] ?? 0;
}

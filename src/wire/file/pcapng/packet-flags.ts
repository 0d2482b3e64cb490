import {
  PACKET_BROADCAST,
  PACKET_HOST,
  PACKET_MULTICAST,
  PACKET_OTHERHOST,
  PACKET_OUTGOING,
} from "../../kernel/socket-address.js";

// draft-ietf-opsawg-pcapng, section 4.3.1: bits 0 and 1 of epb_flags are the direction, bits 2 to 4 the reception type.
const DIRECTION_MASK = 3;
const OUTBOUND = 2;
/** By `sll_pkttype`. The reception type "promiscuous" is the kernel's "other host". */
const flagsOfType = [0b001_01, 0b011_01, 0b010_01, 0b100_01, 0b000_10] as const;
const typeOfReception = [-1, PACKET_HOST, PACKET_MULTICAST, PACKET_BROADCAST, PACKET_OTHERHOST] as const;

/** Returns the `sll_pkttype` for an `epb_flags`; -1 if the flags don't determine it. */
export function packetTypeOf(flags: number): number {
  if ((flags & DIRECTION_MASK) === OUTBOUND) return PACKET_OUTGOING;
  return typeOfReception[(flags >>> 2) & 7] ?? -1;
}

/** Returns the `epb_flags` for a `sll_pkttype`; 0, which means unknown, for values without flags. */
export function flagsOf(packetType: number): number {
  return flagsOfType[packetType] ?? 0;
}

import { readBe16, readBe32 } from "../../../network-order.js";

/** Size in bytes of the header that all ICMPv6 messages have (RFC 4443, 2.1). */
export const ICMP6_SIZE = 4;

// Types of ICMPv6 messages (https://www.iana.org/assignments/icmpv6-parameters). The names begin as in netinet/icmp6.h.

// RFC 4443.
export const ICMP6_DST_UNREACH = 1;
export const ICMP6_PACKET_TOO_BIG = 2;
export const ICMP6_TIME_EXCEEDED = 3;
export const ICMP6_PARAM_PROB = 4;
export const ICMP6_ECHO_REQUEST = 128;
export const ICMP6_ECHO_REPLY = 129;

// RFC 2710, RFC 9777.
export const MLD_LISTENER_QUERY = 130;
export const MLD_LISTENER_REPORT = 131;
export const MLD_LISTENER_REDUCTION = 132;
export const MLD2_LISTENER_REPORT = 143;

// RFC 4861.
export const ND_ROUTER_SOLICIT = 133;
export const ND_ROUTER_ADVERT = 134;
export const ND_NEIGHBOR_SOLICIT = 135;
export const ND_NEIGHBOR_ADVERT = 136;
export const ND_REDIRECT = 137;

// RFC 2894, RFC 4620, RFC 3122, RFC 6275.
export const ICMP6_ROUTER_RENUMBERING = 138;
export const ICMP6_NI_QUERY = 139;
export const ICMP6_NI_REPLY = 140;
export const IND_SOLICIT = 141;
export const IND_ADVERT = 142;
export const DHAAD_REQUEST = 144;
export const DHAAD_REPLY = 145;
export const MOBILE_PREFIX_SOLICIT = 146;
export const MOBILE_PREFIX_ADVERT = 147;

// Used by BSD systems. IANA reserves them for private experimentation.
export const MLD_MTRACE_RESP = 200;
export const MLD_MTRACE = 201;

// Codes, with the names of netinet/icmp6.h.
export const ICMP6_DST_UNREACH_NOROUTE = 0;
export const ICMP6_DST_UNREACH_ADMIN = 1;
export const ICMP6_DST_UNREACH_BEYONDSCOPE = 2;
export const ICMP6_DST_UNREACH_ADDR = 3;
export const ICMP6_DST_UNREACH_NOPORT = 4;
export const ICMP6_TIME_EXCEED_TRANSIT = 0;
export const ICMP6_TIME_EXCEED_REASSEMBLY = 1;
export const ICMP6_PARAMPROB_HEADER = 0;
export const ICMP6_PARAMPROB_NEXTHEADER = 1;
export const ICMP6_PARAMPROB_OPTION = 2;
/** RFC 7112. netinet/icmp6.h has no name for it yet. */
export const ICMP6_PARAMPROB_FRAGHDRCHAIN = 3;

/** Offsets from the message's start, in bytes (RFC 4443, 2.1). From `body` on, the contents depend on the type. */
export const field = {
  type: 0,
  code: 1,
  checksum: 2,
  body: 4,
  /** In echo messages (RFC 4443, 4). */
  identifier: 4,
  sequenceNumber: 6,
  /** In "packet too big" (RFC 4443, 3.2). */
  mtu: 4,
  /** In parameter problems (RFC 4443, 3.4). */
  pointer: 4,
  /** After the header of errors and echo messages: the quoted packet, or data. */
  data: 8,
} as const;

// These functions read the fields of a message at `at` without checks: its first 4 bytes and the field must lie within
// `bytes`.

/** Returns the message's type. */
export function type(bytes: Uint8Array, at: number): number {
  return bytes[at + field.type] as number;
}

/** Returns the message's code, whose meaning depends on the type. */
export function code(bytes: Uint8Array, at: number): number {
  return bytes[at + field.code] as number;
}

/** Returns the message's checksum, which covers a pseudo-header too. */
export function checksum(bytes: Uint8Array, at: number): number {
  return readBe16(bytes, at + field.checksum);
}

/** Returns the identifier of an echo message. */
export function identifier(bytes: Uint8Array, at: number): number {
  return readBe16(bytes, at + field.identifier);
}

/** Returns the sequence number of an echo message. */
export function sequenceNumber(bytes: Uint8Array, at: number): number {
  return readBe16(bytes, at + field.sequenceNumber);
}

/** Returns the MTU of "packet too big", in bytes. */
export function mtu(bytes: Uint8Array, at: number): number {
  return readBe32(bytes, at + field.mtu);
}

/** Returns the pointer of a parameter problem: the offset of the byte at fault in the quoted packet. */
export function pointer(bytes: Uint8Array, at: number): number {
  return readBe32(bytes, at + field.pointer);
}

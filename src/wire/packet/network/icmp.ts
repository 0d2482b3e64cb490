import { need } from "../../bytes.js";
import { ipv4AddressAt } from "../../inet-address.js";
import { readBe16, readBe32, writeBe16, writeBe32 } from "../../network-order.js";
import { writeIpv4Address } from "../../parse-address.js";

/** Size in bytes of the header that all ICMP messages have (RFC 792). */
export const ICMP_SIZE = 8;

// Types (https://www.iana.org/assignments/icmp-parameters).
export const ICMP_ECHO_REPLY = 0;
export const ICMP_DESTINATION_UNREACHABLE = 3;
export const ICMP_SOURCE_QUENCH = 4;
export const ICMP_REDIRECT = 5;
export const ICMP_ECHO = 8;
export const ICMP_ROUTER_ADVERTISEMENT = 9;
export const ICMP_ROUTER_SOLICITATION = 10;
export const ICMP_TIME_EXCEEDED = 11;
export const ICMP_PARAMETER_PROBLEM = 12;
export const ICMP_TIMESTAMP = 13;
export const ICMP_TIMESTAMP_REPLY = 14;
export const ICMP_INFORMATION_REQUEST = 15;
export const ICMP_INFORMATION_REPLY = 16;
export const ICMP_ADDRESS_MASK_REQUEST = 17;
export const ICMP_ADDRESS_MASK_REPLY = 18;

// Codes of "destination unreachable", with the names of linux/icmp.h.
export const ICMP_NET_UNREACH = 0;
export const ICMP_HOST_UNREACH = 1;
export const ICMP_PROT_UNREACH = 2;
export const ICMP_PORT_UNREACH = 3;
export const ICMP_FRAG_NEEDED = 4;
export const ICMP_SR_FAILED = 5;
export const ICMP_NET_UNKNOWN = 6;
export const ICMP_HOST_UNKNOWN = 7;
export const ICMP_HOST_ISOLATED = 8;
export const ICMP_NET_ANO = 9;
export const ICMP_HOST_ANO = 10;
export const ICMP_NET_UNR_TOS = 11;
export const ICMP_HOST_UNR_TOS = 12;
export const ICMP_PKT_FILTERED = 13;
export const ICMP_PREC_VIOLATION = 14;
export const ICMP_PREC_CUTOFF = 15;

// Codes of "redirect", with the names of linux/icmp.h.
export const ICMP_REDIR_NET = 0;
export const ICMP_REDIR_HOST = 1;
export const ICMP_REDIR_NETTOS = 2;
export const ICMP_REDIR_HOSTTOS = 3;

// Codes of "time exceeded", with the names of linux/icmp.h.
export const ICMP_EXC_TTL = 0;
export const ICMP_EXC_FRAGTIME = 1;

/** Offsets from the message's start, in bytes (RFC 792). From `rest` on, the contents depend on the type. */
export const field = {
  type: 0,
  code: 1,
  checksum: 2,
  rest: 4,
  /** In echo and timestamp messages. */
  identifier: 4,
  sequenceNumber: 6,
  /** In redirects. */
  gatewayAddress: 4,
  /** In parameter problems. */
  pointer: 4,
  /** In "fragmentation needed" (RFC 1191). */
  nextHopMtu: 6,
  /** In address mask messages (RFC 950). */
  addressMask: 8,
  /** After the header: data, or the quoted packet. */
  data: 8,
} as const;

/** In timestamp messages: milliseconds since midnight, UTC. */
export const timestamps = { originate: 8, receive: 12, transmit: 16, size: 20 } as const;

/** In router advertisements (RFC 1256, 3.1). Each entry is an address and its preference level. */
export const advertisement = { count: 4, entrySize: 5, lifetime: 6, entries: 8 } as const;
export const entry = { address: 0, preference: 4, size: 8 } as const;

// These functions read the fields of a message at `at` without checks: its first 8 bytes must lie within `bytes`.

/** Returns the message's type: `ICMP_*`. */
export function type(bytes: Uint8Array, at: number): number {
  return bytes[at + field.type] as number;
}

/** Returns the message's code, whose meaning depends on the type. */
export function code(bytes: Uint8Array, at: number): number {
  return bytes[at + field.code] as number;
}

/** Returns the message's checksum. */
export function checksum(bytes: Uint8Array, at: number): number {
  return readBe16(bytes, at + field.checksum);
}

/** Returns the identifier of an echo or timestamp message. */
export function identifier(bytes: Uint8Array, at: number): number {
  return readBe16(bytes, at + field.identifier);
}

/** Returns the sequence number of an echo or timestamp message. */
export function sequenceNumber(bytes: Uint8Array, at: number): number {
  return readBe16(bytes, at + field.sequenceNumber);
}

/** Returns the next hop's MTU from "fragmentation needed"; 0 if the sender doesn't implement RFC 1191. */
export function nextHopMtu(bytes: Uint8Array, at: number): number {
  return readBe16(bytes, at + field.nextHopMtu);
}

/** Returns the pointer of a parameter problem: the offset of the byte at fault in the quoted packet. */
export function pointer(bytes: Uint8Array, at: number): number {
  return bytes[at + field.pointer] as number;
}

/** Returns the mask of an address mask reply (RFC 950) as a 32-bit integer. The first 12 bytes must be there. */
export function addressMask(bytes: Uint8Array, at: number): number {
  return readBe32(bytes, at + field.addressMask);
}

/** Returns the number of entries in a router advertisement. */
export function routerCount(bytes: Uint8Array, at: number): number {
  return bytes[at + advertisement.count] as number;
}

/** Returns the size of a router advertisement's entries in words of 4 bytes. */
export function routerEntryWords(bytes: Uint8Array, at: number): number {
  return bytes[at + advertisement.entrySize] as number;
}

/** Returns the lifetime of a router advertisement in seconds. */
export function routerLifetime(bytes: Uint8Array, at: number): number {
  return readBe16(bytes, at + advertisement.lifetime);
}

export interface Common {
  readonly type: number;
  readonly code: number;
  readonly checksum: number;
}

/** The header of an ICMP message (RFC 792): its first 8 bytes. Data or a quoted packet may follow. */
export type Icmp =
  | (Common & {
      readonly message: "echo" | "echo-reply" | "timestamp" | "timestamp-reply";
      readonly identifier: number;
      readonly sequenceNumber: number;
    })
  | (Common & {
      readonly message: "destination-unreachable";
      /** 0 unless the code is 4, fragmentation needed (RFC 1191). */
      readonly nextHopMtu: number;
      /** The upper half of the rest of the header, which includes the length of RFC 4884. */
      readonly unused: number;
    })
  | (Common & { readonly message: "redirect"; readonly gatewayAddress: string })
  | (Common & {
      readonly message: "parameter-problem";
      /** Offset of the byte at fault in the quoted packet. */
      readonly pointer: number;
      readonly unused: number;
    })
  | (Common & { readonly message: "time-exceeded"; readonly unused: number })
  | (Common & { readonly message: "other"; readonly restOfHeader: number });

/**
 * Reads the header of the ICMP message at `at`.
 * @param end end of the captured bytes
 * @throws PromiscError `malformed` if its first 8 bytes are truncated
 */
export function readIcmp(bytes: Uint8Array, at = 0, end = bytes.length): Icmp {
  need("ICMP", at, ICMP_SIZE, end);
  const common = { type: type(bytes, at), code: code(bytes, at), checksum: checksum(bytes, at) };
  const rest = readBe32(bytes, at + field.rest);
  switch (common.type) {
    case ICMP_ECHO_REPLY:
      return { message: "echo-reply", ...common, ...query(bytes, at) };
    case ICMP_ECHO:
      return { message: "echo", ...common, ...query(bytes, at) };
    case ICMP_TIMESTAMP:
      return { message: "timestamp", ...common, ...query(bytes, at) };
    case ICMP_TIMESTAMP_REPLY:
      return { message: "timestamp-reply", ...common, ...query(bytes, at) };
    case ICMP_DESTINATION_UNREACHABLE:
      return {
        message: "destination-unreachable",
        ...common,
        nextHopMtu: nextHopMtu(bytes, at),
        unused: rest >>> 16,
      };
    case ICMP_REDIRECT:
      return {
        message: "redirect",
        ...common,
        gatewayAddress: ipv4AddressAt(bytes, at + field.gatewayAddress),
      };
    case ICMP_PARAMETER_PROBLEM:
      return {
        message: "parameter-problem",
        ...common,
        pointer: pointer(bytes, at),
        unused: rest & 0xff_ffff,
      };
    case ICMP_TIME_EXCEEDED:
      return { message: "time-exceeded", ...common, unused: rest };
    default:
      return { message: "other", ...common, restOfHeader: rest };
  }
}

function query(bytes: Uint8Array, at: number): { identifier: number; sequenceNumber: number } {
  return { identifier: identifier(bytes, at), sequenceNumber: sequenceNumber(bytes, at) };
}

/**
 * Writes the first 8 bytes of an ICMP message at `at`, with the checksum in `value`.
 * @returns the offset after them
 */
export function writeIcmp(value: Icmp, into: Uint8Array, at = 0): number {
  into[at + field.type] = value.type;
  into[at + field.code] = value.code;
  writeBe16(into, at + field.checksum, value.checksum);
  if (value.message === "redirect") writeIpv4Address(value.gatewayAddress, into, at + field.gatewayAddress);
  else writeBe32(into, at + field.rest, restOfHeader(value));
  return at + ICMP_SIZE;
}

function restOfHeader(value: Exclude<Icmp, { message: "redirect" }>): number {
  switch (value.message) {
    case "destination-unreachable":
      return (value.unused << 16) | value.nextHopMtu;
    case "parameter-problem":
      return (value.pointer << 24) | value.unused;
    case "time-exceeded":
      return value.unused;
    case "other":
      return value.restOfHeader;
    default:
      return (value.identifier << 16) | value.sequenceNumber;
  }
}

import { need } from "../../bytes.js";
import { ipv4AddressAt } from "../../inet-address.js";
import { readBe16, readBe32, writeBe16, writeBe32 } from "../../network-order.js";
import { writeIpv4Address } from "../../parse-address.js";

/** Size of the part of an ICMP message that all have (RFC 792): the rest of the header among it. */
export const ICMP_SIZE = 8;

/** Where the checksum is, in bytes from the message's start; the same for ICMPv6 and IGMP. */
export const ICMP_CHECKSUM = 2;

export const ICMP_ECHO_REPLY = 0;
const ICMP_DESTINATION_UNREACHABLE = 3;
const ICMP_REDIRECT = 5;
export const ICMP_ECHO = 8;
const ICMP_TIME_EXCEEDED = 11;
const ICMP_PARAMETER_PROBLEM = 12;
const ICMP_TIMESTAMP = 13;
const ICMP_TIMESTAMP_REPLY = 14;

export const field = { type: 0, code: 1, checksum: ICMP_CHECKSUM, rest: 4 } as const;

interface Common {
  readonly type: number;
  readonly code: number;
  readonly checksum: number;
}

/** An ICMP message (RFC 792), but for what follows its first 8 bytes: data, or the packet that it is about. */
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
      /** The high half of the rest of the header, RFC 4884's length among it. */
      readonly unused: number;
    })
  | (Common & { readonly message: "redirect"; readonly gatewayAddress: string })
  | (Common & {
      readonly message: "parameter-problem";
      /** The byte of the original header that is at fault. */
      readonly pointer: number;
      readonly unused: number;
    })
  | (Common & { readonly message: "time-exceeded"; readonly unused: number })
  | (Common & { readonly message: "other"; readonly restOfHeader: number });

export function readIcmp(bytes: Uint8Array, at = 0, end = bytes.length): Icmp {
  need("ICMP", at, ICMP_SIZE, end);
  const type = bytes[at + field.type] as number;
  const code = bytes[at + field.code] as number;
  const checksum = readBe16(bytes, at + field.checksum);
  const rest = readBe32(bytes, at + field.rest);
  switch (type) {
    case ICMP_ECHO_REPLY:
      return {
        message: "echo-reply",
        type,
        code,
        checksum,
        identifier: rest >>> 16,
        sequenceNumber: rest & 0xffff,
      };
    case ICMP_ECHO:
      return {
        message: "echo",
        type,
        code,
        checksum,
        identifier: rest >>> 16,
        sequenceNumber: rest & 0xffff,
      };
    case ICMP_TIMESTAMP:
      return {
        message: "timestamp",
        type,
        code,
        checksum,
        identifier: rest >>> 16,
        sequenceNumber: rest & 0xffff,
      };
    case ICMP_TIMESTAMP_REPLY:
      return {
        message: "timestamp-reply",
        type,
        code,
        checksum,
        identifier: rest >>> 16,
        sequenceNumber: rest & 0xffff,
      };
    case ICMP_DESTINATION_UNREACHABLE:
      return {
        message: "destination-unreachable",
        type,
        code,
        checksum,
        nextHopMtu: rest & 0xffff,
        unused: rest >>> 16,
      };
    case ICMP_REDIRECT:
      return {
        message: "redirect",
        type,
        code,
        checksum,
        gatewayAddress: ipv4AddressAt(bytes, at + field.rest),
      };
    case ICMP_PARAMETER_PROBLEM:
      return {
        message: "parameter-problem",
        type,
        code,
        checksum,
        pointer: rest >>> 24,
        unused: rest & 0xff_ffff,
      };
    case ICMP_TIME_EXCEEDED:
      return { message: "time-exceeded", type, code, checksum, unused: rest };
    default:
      return { message: "other", type, code, checksum, restOfHeader: rest };
  }
}

/**
 * Writes the first 8 bytes, the checksum as the value has it.
 * @returns the offset after them
 */
export function writeIcmp(value: Icmp, into: Uint8Array, at = 0): number {
  into[at + field.type] = value.type;
  into[at + field.code] = value.code;
  writeBe16(into, at + field.checksum, value.checksum);
  if (value.message === "redirect") writeIpv4Address(value.gatewayAddress, into, at + field.rest);
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

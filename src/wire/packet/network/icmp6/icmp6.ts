import { need } from "../../../bytes.js";
import { readBe32, writeBe16, writeBe32 } from "../../../network-order.js";
import {
  checksum,
  code,
  field,
  ICMP6_DST_UNREACH,
  ICMP6_ECHO_REPLY,
  ICMP6_ECHO_REQUEST,
  ICMP6_PACKET_TOO_BIG,
  ICMP6_PARAM_PROB,
  ICMP6_SIZE,
  ICMP6_TIME_EXCEEDED,
  identifier,
  MLD_LISTENER_QUERY,
  MLD_LISTENER_REDUCTION,
  MLD_LISTENER_REPORT,
  MLD2_LISTENER_REPORT,
  sequenceNumber,
  type,
} from "./icmp6-header.js";
import {
  isMldV2Query,
  MLD_SIZE,
  type MldMessage,
  type MldQuery,
  type MldRecord,
  mldQuerySize,
  mldRecordsSize,
  readMldMessage,
  readMldQuery,
  readMldRecords,
  writeMldMessage,
  writeMldQuery,
  writeMldRecords,
} from "./mld.js";
import {
  isNeighbourDiscovery,
  type NeighbourDiscovery,
  neighbourDiscoverySize,
  readNeighbourDiscovery,
  writeNeighbourDiscovery,
} from "./neighbour-discovery.js";

export * from "./icmp6-header.js";
export type { MldMessage, MldQuery, MldRecord } from "./mld.js";

/**
 * The contents of a message after type, code and checksum. After an error or echo message, a quoted packet or data
 * follows.
 */
export type Icmp6Body =
  | { readonly message: "destination-unreachable" | "time-exceeded"; readonly unused: number }
  | { readonly message: "packet-too-big"; readonly mtu: number }
  /** Offset of the byte at fault in the quoted packet. */
  | { readonly message: "parameter-problem"; readonly pointer: number }
  | {
      readonly message: "echo-request" | "echo-reply";
      readonly identifier: number;
      readonly sequenceNumber: number;
    }
  | NeighbourDiscovery
  | ({ readonly message: "mld-query" | "mld-report" | "mld-done" } & MldMessage)
  | ({ readonly message: "mldv2-query" } & MldQuery)
  | { readonly message: "mldv2-report"; readonly records: readonly MldRecord[] }
  | { readonly message: "other"; readonly data: Uint8Array };

/** An ICMPv6 message (RFC 4443). */
export type Icmp6 = Icmp6Body & { readonly type: number; readonly code: number; readonly checksum: number };

/**
 * Reports whether data or a quoted packet follows the message's first 8 bytes. If not, the message extends to the end.
 */
export function icmp6HasPayload(message: Icmp6["message"]): boolean {
  switch (message) {
    case "destination-unreachable":
    case "packet-too-big":
    case "time-exceeded":
    case "parameter-problem":
    case "echo-request":
    case "echo-reply":
      return true;
    default:
      return false;
  }
}

/**
 * Reads the ICMPv6 message at `at`.
 * @param end end of the message
 * @throws PromiscError `malformed` if it is truncated
 */
export function readIcmp6(bytes: Uint8Array, at = 0, end = bytes.length): Icmp6 {
  need("ICMPv6", at, ICMP6_SIZE, end);
  return {
    ...readBody(bytes, at, end),
    type: type(bytes, at),
    code: code(bytes, at),
    checksum: checksum(bytes, at),
  };
}

function readBody(bytes: Uint8Array, at: number, end: number): Icmp6Body {
  const messageType = type(bytes, at);
  switch (messageType) {
    case ICMP6_DST_UNREACH:
      return { message: "destination-unreachable", unused: readWord(bytes, at, end) };
    case ICMP6_PACKET_TOO_BIG:
      return { message: "packet-too-big", mtu: readWord(bytes, at, end) };
    case ICMP6_TIME_EXCEEDED:
      return { message: "time-exceeded", unused: readWord(bytes, at, end) };
    case ICMP6_PARAM_PROB:
      return { message: "parameter-problem", pointer: readWord(bytes, at, end) };
    case ICMP6_ECHO_REQUEST:
    case ICMP6_ECHO_REPLY:
      need("ICMPv6", at + field.body, 4, end);
      return {
        message: messageType === ICMP6_ECHO_REQUEST ? "echo-request" : "echo-reply",
        identifier: identifier(bytes, at),
        sequenceNumber: sequenceNumber(bytes, at),
      };
    case MLD_LISTENER_QUERY:
      if (isMldV2Query(at, end)) return { message: "mldv2-query", ...readMldQuery(bytes, at, end) };
      return { message: "mld-query", ...readMldMessage(bytes, at, end) };
    case MLD_LISTENER_REPORT:
      return { message: "mld-report", ...readMldMessage(bytes, at, end) };
    case MLD_LISTENER_REDUCTION:
      return { message: "mld-done", ...readMldMessage(bytes, at, end) };
    case MLD2_LISTENER_REPORT:
      return { message: "mldv2-report", records: readMldRecords(bytes, at, end) };
    default:
      if (isNeighbourDiscovery(messageType)) return readNeighbourDiscovery(bytes, at, end);
      return { message: "other", data: bytes.subarray(at + field.body, end) };
  }
}

/** Reads the four bytes after the checksum. */
function readWord(bytes: Uint8Array, at: number, end: number): number {
  need("ICMPv6", at + field.body, 4, end);
  return readBe32(bytes, at + field.body);
}

/** Returns the number of bytes that {@link writeIcmp6} writes. */
export function icmp6Size(value: Icmp6Body): number {
  switch (value.message) {
    case "mld-query":
    case "mld-report":
    case "mld-done":
      return MLD_SIZE;
    case "mldv2-query":
      return mldQuerySize(value);
    case "mldv2-report":
      return mldRecordsSize(value.records);
    case "other":
      return field.body + value.data.length;
    case "router-solicitation":
    case "router-advertisement":
    case "neighbour-solicitation":
    case "neighbour-advertisement":
    case "redirect":
      return neighbourDiscoverySize(value);
    default:
      return field.data;
  }
}

/**
 * Writes an ICMPv6 message at `at`, with the checksum in `value`. `into` must have room for `icmp6Size(value)` bytes.
 * @returns the offset after it
 * @throws PromiscError `usage` if an address is invalid
 */
export function writeIcmp6(value: Icmp6, into: Uint8Array, at = 0): number {
  into[at + field.type] = value.type;
  into[at + field.code] = value.code;
  writeBe16(into, at + field.checksum, value.checksum);
  writeBody(value, into, at);
  return at + icmp6Size(value);
}

function writeBody(value: Icmp6Body, into: Uint8Array, at: number): void {
  switch (value.message) {
    case "destination-unreachable":
    case "time-exceeded":
      writeBe32(into, at + field.body, value.unused);
      break;
    case "packet-too-big":
      writeBe32(into, at + field.mtu, value.mtu);
      break;
    case "parameter-problem":
      writeBe32(into, at + field.pointer, value.pointer);
      break;
    case "echo-request":
    case "echo-reply":
      writeBe16(into, at + field.identifier, value.identifier);
      writeBe16(into, at + field.sequenceNumber, value.sequenceNumber);
      break;
    case "mld-query":
    case "mld-report":
    case "mld-done":
      writeMldMessage(value, into, at);
      break;
    case "mldv2-query":
      writeMldQuery(value, into, at);
      break;
    case "mldv2-report":
      writeMldRecords(value.records, into, at);
      break;
    case "other":
      into.set(value.data, at + field.body);
      break;
    default:
      writeNeighbourDiscovery(value, into, at);
  }
}

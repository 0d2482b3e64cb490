import { need } from "../../../bytes.js";
import { readBe16, readBe32, writeBe16, writeBe32 } from "../../../network-order.js";
import {
  isMldV2Query,
  type MldMessage,
  type MldQuery,
  type MldRecord,
  mldMessageSize,
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
  type NeighbourDiscovery,
  neighbourDiscoverySize,
  readNeighbourDiscovery,
  writeNeighbourDiscovery,
} from "./neighbour-discovery.js";

/** Size of the part that all ICMPv6 messages have (RFC 4443, 2.1). */
const ICMP6_SIZE = 4;

// RFC 4443, 4861, 2710, 3810; the names of netinet/icmp6.h.
const ICMP6_DST_UNREACH = 1;
const ICMP6_PACKET_TOO_BIG = 2;
const ICMP6_TIME_EXCEEDED = 3;
export const ICMP6_PARAM_PROB = 4;
export const ICMP6_ECHO_REQUEST = 128;
export const ICMP6_ECHO_REPLY = 129;
const MLD_LISTENER_QUERY = 130;
const MLD_LISTENER_REPORT = 131;
const MLD_LISTENER_DONE = 132;
const ND_ROUTER_SOLICIT = 133;
export const ND_NEIGHBOR_SOLICIT = 135;
export const ND_NEIGHBOR_ADVERT = 136;
const ND_REDIRECT = 137;
const MLD2_LISTENER_REPORT = 143;

export const field = { type: 0, code: 1, checksum: 2, body: 4, data: 8 } as const;

/** What a message says beyond type, code and checksum. Errors and echoes are followed by a packet or data. */
export type Icmp6Body =
  | { readonly message: "destination-unreachable" | "time-exceeded"; readonly unused: number }
  | { readonly message: "packet-too-big"; readonly mtu: number }
  /** The byte of the original packet that is at fault. */
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

export type Icmp6 = Icmp6Body & { readonly type: number; readonly code: number; readonly checksum: number };

/** Whether a packet or data follows the message's first 8 bytes; otherwise it takes all there is. */
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

export function readIcmp6(bytes: Uint8Array, at = 0, end = bytes.length): Icmp6 {
  need("ICMPv6", at, ICMP6_SIZE, end);
  const type = bytes[at + field.type] as number;
  return {
    ...readBody(bytes, at, end, type),
    type,
    code: bytes[at + field.code] as number,
    checksum: readBe16(bytes, at + field.checksum),
  };
}

function readBody(bytes: Uint8Array, at: number, end: number, type: number): Icmp6Body {
  const body = at + field.body;
  switch (type) {
    case ICMP6_DST_UNREACH:
      return { message: "destination-unreachable", unused: readWord(bytes, body, end) };
    case ICMP6_PACKET_TOO_BIG:
      return { message: "packet-too-big", mtu: readWord(bytes, body, end) };
    case ICMP6_TIME_EXCEEDED:
      return { message: "time-exceeded", unused: readWord(bytes, body, end) };
    case ICMP6_PARAM_PROB:
      return { message: "parameter-problem", pointer: readWord(bytes, body, end) };
    case ICMP6_ECHO_REQUEST:
    case ICMP6_ECHO_REPLY: {
      const word = readWord(bytes, body, end);
      const message = type === ICMP6_ECHO_REQUEST ? "echo-request" : "echo-reply";
      return { message, identifier: word >>> 16, sequenceNumber: word & 0xffff };
    }
    case MLD_LISTENER_QUERY:
      if (isMldV2Query(body, end)) return { message: "mldv2-query", ...readMldQuery(bytes, body, end) };
      return { message: "mld-query", ...readMldMessage(bytes, body, end) };
    case MLD_LISTENER_REPORT:
      return { message: "mld-report", ...readMldMessage(bytes, body, end) };
    case MLD_LISTENER_DONE:
      return { message: "mld-done", ...readMldMessage(bytes, body, end) };
    case MLD2_LISTENER_REPORT:
      return { message: "mldv2-report", records: readMldRecords(bytes, body, end) };
    default:
      if (type >= ND_ROUTER_SOLICIT && type <= ND_REDIRECT)
        return readNeighbourDiscovery(bytes, body, end, type);
      return { message: "other", data: bytes.subarray(body, end) };
  }
}

function readWord(bytes: Uint8Array, at: number, end: number): number {
  need("ICMPv6", at, 4, end);
  return readBe32(bytes, at);
}

/** Bytes that {@link writeIcmp6} writes. */
export function icmp6Size(value: Icmp6Body): number {
  switch (value.message) {
    case "mld-query":
    case "mld-report":
    case "mld-done":
      return field.body + mldMessageSize();
    case "mldv2-query":
      return field.body + mldQuerySize(value);
    case "mldv2-report":
      return field.body + mldRecordsSize(value.records);
    case "other":
      return field.body + value.data.length;
    case "router-solicitation":
    case "router-advertisement":
    case "neighbour-solicitation":
    case "neighbour-advertisement":
    case "redirect":
      return field.body + neighbourDiscoverySize(value);
    default:
      return field.data;
  }
}

/**
 * Writes the message, its checksum as the value has it.
 * @returns the offset after it
 */
export function writeIcmp6(value: Icmp6, into: Uint8Array, at = 0): number {
  into[at + field.type] = value.type;
  into[at + field.code] = value.code;
  writeBe16(into, at + field.checksum, value.checksum);
  writeBody(value, into, at + field.body);
  return at + icmp6Size(value);
}

function writeBody(value: Icmp6Body, into: Uint8Array, at: number): void {
  switch (value.message) {
    case "destination-unreachable":
    case "time-exceeded":
      writeBe32(into, at, value.unused);
      break;
    case "packet-too-big":
      writeBe32(into, at, value.mtu);
      break;
    case "parameter-problem":
      writeBe32(into, at, value.pointer);
      break;
    case "echo-request":
    case "echo-reply":
      writeBe32(into, at, (value.identifier << 16) | value.sequenceNumber);
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
      into.set(value.data, at);
      break;
    default:
      writeNeighbourDiscovery(value, into, at);
  }
}

import { need } from "../../../bytes.js";
import { ipv6AddressAt } from "../../../inet-address.js";
import { readBe16, readBe32, writeBe16, writeBe32 } from "../../../network-order.js";
import { writeIpv6Address } from "../../../parse-address.js";
import {
  ICMP6_SIZE,
  ND_NEIGHBOR_ADVERT,
  ND_NEIGHBOR_SOLICIT,
  ND_REDIRECT,
  ND_ROUTER_ADVERT,
  ND_ROUTER_SOLICIT,
  type,
} from "./icmp6-header.js";
import { type NdOption, ndOptionsSize, readNdOptions, writeNdOptions } from "./nd-option.js";

/**
 * Offsets from the message's start, in bytes. Solicitations, neighbour advertisements and redirects begin with the same
 * fields.
 */
export const field = {
  /** In neighbour advertisements; reserved in the other messages. */
  flags: 4,
  target: 8,
  /** In redirects. */
  destination: 24,
} as const;

/** Offsets in a router advertisement, in bytes (RFC 4861, 4.2). */
export const advertisement = { hopLimit: 4, flags: 5, lifetime: 6, reachable: 8, retrans: 12 } as const;

/** Offset of each message's options, in bytes (RFC 4861, 4.1 to 4.5). */
export const options = {
  "router-solicitation": 8,
  "router-advertisement": 16,
  "neighbour-solicitation": 24,
  "neighbour-advertisement": 24,
  redirect: 40,
} as const;

// Flags of a router advertisement, with the names of netinet/icmp6.h; the home agent flag is from RFC 6275.
export const ND_RA_FLAG_MANAGED = 0x80;
export const ND_RA_FLAG_OTHER = 0x40;
export const ND_RA_FLAG_HOME_AGENT = 0x20;
/** All flags except the first two. */
const OTHER_ROUTER_FLAGS = 0x3f;

// Flags of a neighbour advertisement, in a field of 32 bits.
export const ND_NA_FLAG_ROUTER = 0x8000_0000;
export const ND_NA_FLAG_SOLICITED = 0x4000_0000;
export const ND_NA_FLAG_OVERRIDE = 0x2000_0000;

// These functions read the fields of a message at `at` without checks: everything before its options must lie within
// `bytes`.

/** Returns the flags of a neighbour advertisement: `ND_NA_FLAG_*` bits. */
export function neighbourFlags(bytes: Uint8Array, at: number): number {
  return readBe32(bytes, at + field.flags);
}

/** Returns the hop limit that a router advertises; 0 if it advertises none. */
export function currentHopLimit(bytes: Uint8Array, at: number): number {
  return bytes[at + advertisement.hopLimit] as number;
}

/** Returns the flags of a router advertisement: `ND_RA_FLAG_*` bits and the router's preference. */
export function routerFlags(bytes: Uint8Array, at: number): number {
  return bytes[at + advertisement.flags] as number;
}

/** Returns the two bits of a router's preference (RFC 4191, 2.1): 0 medium, 1 high, 3 low. */
export function routerPreference(bytes: Uint8Array, at: number): number {
  return (routerFlags(bytes, at) >>> 3) & 3;
}

/** Returns the router's lifetime in seconds. */
export function routerLifetime(bytes: Uint8Array, at: number): number {
  return readBe16(bytes, at + advertisement.lifetime);
}

/** Returns the reachable time in milliseconds. */
export function reachableTime(bytes: Uint8Array, at: number): number {
  return readBe32(bytes, at + advertisement.reachable);
}

/** Returns the retransmission timer in milliseconds. */
export function retransTimer(bytes: Uint8Array, at: number): number {
  return readBe32(bytes, at + advertisement.retrans);
}

/** Reports whether an ICMPv6 type belongs to Neighbour Discovery. */
export function isNeighbourDiscovery(messageType: number): boolean {
  return messageType >= ND_ROUTER_SOLICIT && messageType <= ND_REDIRECT;
}

/** The contents of the messages of RFC 4861, 4, after type, code and checksum. Reserved bits are written as zeros. */
export type NeighbourDiscovery = (
  | { readonly message: "router-solicitation" }
  | {
      readonly message: "router-advertisement";
      readonly currentHopLimit: number;
      readonly managed: boolean;
      readonly otherConfiguration: boolean;
      /** The lower six bits of the flags, which include the preference of RFC 4191. */
      readonly otherFlags: number;
      /** In seconds. */
      readonly routerLifetime: number;
      /** In milliseconds, as is the next field. */
      readonly reachableTime: number;
      readonly retransTimer: number;
    }
  | { readonly message: "neighbour-solicitation"; readonly targetAddress: string }
  | {
      readonly message: "neighbour-advertisement";
      readonly router: boolean;
      readonly solicited: boolean;
      readonly override: boolean;
      readonly targetAddress: string;
    }
  | { readonly message: "redirect"; readonly targetAddress: string; readonly destinationAddress: string }
) & { readonly options: readonly NdOption[] };

/**
 * Reads the contents of a Neighbour Discovery message.
 * @param at offset of the ICMPv6 message, which must be of one of these types
 * @param end end of the message
 * @throws PromiscError `malformed` if it is truncated
 */
export function readNeighbourDiscovery(bytes: Uint8Array, at: number, end: number): NeighbourDiscovery {
  switch (type(bytes, at)) {
    case ND_ROUTER_SOLICIT:
      return { message: "router-solicitation", options: readOptions(bytes, at, end, "router-solicitation") };
    case ND_ROUTER_ADVERT:
      return readRouterAdvertisement(bytes, at, end);
    case ND_NEIGHBOR_SOLICIT: {
      const read = readOptions(bytes, at, end, "neighbour-solicitation");
      const targetAddress = ipv6AddressAt(bytes, at + field.target);
      return { message: "neighbour-solicitation", targetAddress, options: read };
    }
    case ND_NEIGHBOR_ADVERT:
      return readNeighbourAdvertisement(bytes, at, end);
    default: {
      const read = readOptions(bytes, at, end, "redirect");
      return {
        message: "redirect",
        targetAddress: ipv6AddressAt(bytes, at + field.target),
        destinationAddress: ipv6AddressAt(bytes, at + field.destination),
        options: read,
      };
    }
  }
}

function readOptions(bytes: Uint8Array, at: number, end: number, message: keyof typeof options): NdOption[] {
  const start = options[message];
  need(`ICMPv6 ${message}`, at + ICMP6_SIZE, start - ICMP6_SIZE, end);
  return readNdOptions(bytes, at + start, end);
}

function readRouterAdvertisement(bytes: Uint8Array, at: number, end: number): NeighbourDiscovery {
  const read = readOptions(bytes, at, end, "router-advertisement");
  const flags = routerFlags(bytes, at);
  return {
    message: "router-advertisement",
    currentHopLimit: currentHopLimit(bytes, at),
    managed: (flags & ND_RA_FLAG_MANAGED) !== 0,
    otherConfiguration: (flags & ND_RA_FLAG_OTHER) !== 0,
    otherFlags: flags & OTHER_ROUTER_FLAGS,
    routerLifetime: routerLifetime(bytes, at),
    reachableTime: reachableTime(bytes, at),
    retransTimer: retransTimer(bytes, at),
    options: read,
  };
}

function readNeighbourAdvertisement(bytes: Uint8Array, at: number, end: number): NeighbourDiscovery {
  const read = readOptions(bytes, at, end, "neighbour-advertisement");
  const flags = neighbourFlags(bytes, at);
  return {
    message: "neighbour-advertisement",
    router: (flags & ND_NA_FLAG_ROUTER) !== 0,
    solicited: (flags & ND_NA_FLAG_SOLICITED) !== 0,
    override: (flags & ND_NA_FLAG_OVERRIDE) !== 0,
    targetAddress: ipv6AddressAt(bytes, at + field.target),
    options: read,
  };
}

/** Returns the number of bytes that {@link writeNeighbourDiscovery} writes. */
export function neighbourDiscoverySize(value: NeighbourDiscovery): number {
  return options[value.message] + ndOptionsSize(value.options);
}

/**
 * Writes everything after the checksum.
 * @param at offset of the ICMPv6 message
 * @throws PromiscError `usage` if an address is invalid
 */
export function writeNeighbourDiscovery(value: NeighbourDiscovery, into: Uint8Array, at: number): void {
  writeBe32(into, at + field.flags, 0);
  switch (value.message) {
    case "router-advertisement":
      writeRouterAdvertisement(value, into, at);
      break;
    case "neighbour-advertisement":
      writeBe32(
        into,
        at + field.flags,
        (value.router ? ND_NA_FLAG_ROUTER : 0) |
          (value.solicited ? ND_NA_FLAG_SOLICITED : 0) |
          (value.override ? ND_NA_FLAG_OVERRIDE : 0),
      );
      writeIpv6Address(value.targetAddress, into, at + field.target);
      break;
    case "neighbour-solicitation":
      writeIpv6Address(value.targetAddress, into, at + field.target);
      break;
    case "redirect":
      writeIpv6Address(value.targetAddress, into, at + field.target);
      writeIpv6Address(value.destinationAddress, into, at + field.destination);
  }
  writeNdOptions(value.options, into, at + options[value.message]);
}

type RouterAdvertisement = Extract<NeighbourDiscovery, { message: "router-advertisement" }>;

function writeRouterAdvertisement(value: RouterAdvertisement, into: Uint8Array, at: number): void {
  into[at + advertisement.hopLimit] = value.currentHopLimit;
  into[at + advertisement.flags] =
    (value.managed ? ND_RA_FLAG_MANAGED : 0) |
    (value.otherConfiguration ? ND_RA_FLAG_OTHER : 0) |
    (value.otherFlags & OTHER_ROUTER_FLAGS);
  writeBe16(into, at + advertisement.lifetime, value.routerLifetime);
  writeBe32(into, at + advertisement.reachable, value.reachableTime);
  writeBe32(into, at + advertisement.retrans, value.retransTimer);
}

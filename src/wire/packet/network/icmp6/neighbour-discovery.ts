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

/** Offsets in bytes from the message's start. Solicitations, neighbour advertisements and redirects begin alike. */
export const field = {
  /** Of a neighbour advertisement; reserved in the others. */
  flags: 4,
  target: 8,
  /** Of a redirect. */
  destination: 24,
} as const;

/** Of a router advertisement (RFC 4861, 4.2). */
export const advertisement = { hopLimit: 4, flags: 5, lifetime: 6, reachable: 8, retrans: 12 } as const;

/** Where the options of each message begin (RFC 4861, 4.1 to 4.5). */
export const options = {
  "router-solicitation": 8,
  "router-advertisement": 16,
  "neighbour-solicitation": 24,
  "neighbour-advertisement": 24,
  redirect: 40,
} as const;

// Of a router advertisement's flags, as netinet/icmp6.h names them; the home agent is RFC 6275's.
export const ND_RA_FLAG_MANAGED = 0x80;
export const ND_RA_FLAG_OTHER = 0x40;
export const ND_RA_FLAG_HOME_AGENT = 0x20;
/** Those that are neither of the first two. */
const OTHER_ROUTER_FLAGS = 0x3f;

// Of a neighbour advertisement's flags, which have 32 bits.
export const ND_NA_FLAG_ROUTER = 0x8000_0000;
export const ND_NA_FLAG_SOLICITED = 0x4000_0000;
export const ND_NA_FLAG_OVERRIDE = 0x2000_0000;

// Accessors of a message at `at`. They check nothing: all up to the message's options must be there.

/** Of a neighbour advertisement: `ND_NA_FLAG_*`. */
export function neighbourFlags(bytes: Uint8Array, at: number): number {
  return readBe32(bytes, at + field.flags);
}

/** The hop limit that a router advertises; 0 is none. */
export function currentHopLimit(bytes: Uint8Array, at: number): number {
  return bytes[at + advertisement.hopLimit] as number;
}

/** Of a router advertisement: `ND_RA_FLAG_*`, and the router's preference. */
export function routerFlags(bytes: Uint8Array, at: number): number {
  return bytes[at + advertisement.flags] as number;
}

/** The two bits of a router's preference (RFC 4191, 2.1): 0 medium, 1 high, 3 low. */
export function routerPreference(bytes: Uint8Array, at: number): number {
  return (routerFlags(bytes, at) >>> 3) & 3;
}

/** In seconds. */
export function routerLifetime(bytes: Uint8Array, at: number): number {
  return readBe16(bytes, at + advertisement.lifetime);
}

/** In milliseconds. */
export function reachableTime(bytes: Uint8Array, at: number): number {
  return readBe32(bytes, at + advertisement.reachable);
}

/** In milliseconds. */
export function retransTimer(bytes: Uint8Array, at: number): number {
  return readBe32(bytes, at + advertisement.retrans);
}

/** Whether a type of ICMPv6 is one of Neighbour Discovery's. */
export function isNeighbourDiscovery(messageType: number): boolean {
  return messageType >= ND_ROUTER_SOLICIT && messageType <= ND_REDIRECT;
}

/** The messages of RFC 4861, 4, after their type, code and checksum. Reserved bits are written as zeros. */
export type NeighbourDiscovery = (
  | { readonly message: "router-solicitation" }
  | {
      readonly message: "router-advertisement";
      readonly currentHopLimit: number;
      readonly managed: boolean;
      readonly otherConfiguration: boolean;
      /** The six lower bits of the flags, the preference of RFC 4191 among them. */
      readonly otherFlags: number;
      /** In seconds. */
      readonly routerLifetime: number;
      /** In milliseconds, as the next. */
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

/** @param at where the ICMPv6 message begins, which must be one of these */
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

/** Bytes that {@link writeNeighbourDiscovery} writes. */
export function neighbourDiscoverySize(value: NeighbourDiscovery): number {
  return options[value.message] + ndOptionsSize(value.options);
}

/**
 * Writes what follows the checksum.
 * @param at where the ICMPv6 message begins
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

import { need } from "../../../bytes.js";
import { ipv6AddressAt } from "../../../inet-address.js";
import { readBe16, readBe32, writeBe16, writeBe32 } from "../../../network-order.js";
import { writeIpv6Address } from "../../../parse-address.js";
import { type NdOption, ndOptionsSize, readNdOptions, writeNdOptions } from "./nd-option.js";

const ROUTER_SOLICITATION = 133;
const ROUTER_ADVERTISEMENT = 134;
const NEIGHBOUR_SOLICITATION = 135;
const NEIGHBOUR_ADVERTISEMENT = 136;

// Offsets from behind the checksum. Solicitations, neighbour advertisements and redirects begin alike.
export const field = { reserved: 0, target: 4, destination: 20 } as const;
export const advertisement = { hopLimit: 0, flags: 1, lifetime: 2, reachable: 4, retrans: 8 } as const;

/** Where the options of each message begin. */
const options = {
  "router-solicitation": 4,
  "router-advertisement": 12,
  "neighbour-solicitation": 20,
  "neighbour-advertisement": 20,
  redirect: 36,
} as const;

const MANAGED = 0x80;
const OTHER = 0x40;
const ROUTER_FLAGS = 0x3f;

const ROUTER = 0x8000_0000;
const SOLICITED = 0x4000_0000;
const OVERRIDE = 0x2000_0000;

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

/** @param at behind the checksum */
export function readNeighbourDiscovery(
  bytes: Uint8Array,
  at: number,
  end: number,
  type: number,
): NeighbourDiscovery {
  switch (type) {
    case ROUTER_SOLICITATION:
      return { message: "router-solicitation", options: readOptions(bytes, at, end, "router-solicitation") };
    case ROUTER_ADVERTISEMENT:
      return readRouterAdvertisement(bytes, at, end);
    case NEIGHBOUR_SOLICITATION: {
      const read = readOptions(bytes, at, end, "neighbour-solicitation");
      const targetAddress = ipv6AddressAt(bytes, at + field.target);
      return { message: "neighbour-solicitation", targetAddress, options: read };
    }
    case NEIGHBOUR_ADVERTISEMENT:
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
  need(`ICMPv6 ${message}`, at, start, end);
  return readNdOptions(bytes, at + start, end);
}

function readRouterAdvertisement(bytes: Uint8Array, at: number, end: number): NeighbourDiscovery {
  const read = readOptions(bytes, at, end, "router-advertisement");
  const flags = bytes[at + advertisement.flags] as number;
  return {
    message: "router-advertisement",
    currentHopLimit: bytes[at + advertisement.hopLimit] as number,
    managed: (flags & MANAGED) !== 0,
    otherConfiguration: (flags & OTHER) !== 0,
    otherFlags: flags & ROUTER_FLAGS,
    routerLifetime: readBe16(bytes, at + advertisement.lifetime),
    reachableTime: readBe32(bytes, at + advertisement.reachable),
    retransTimer: readBe32(bytes, at + advertisement.retrans),
    options: read,
  };
}

function readNeighbourAdvertisement(bytes: Uint8Array, at: number, end: number): NeighbourDiscovery {
  const read = readOptions(bytes, at, end, "neighbour-advertisement");
  const flags = readBe32(bytes, at + field.reserved);
  return {
    message: "neighbour-advertisement",
    router: (flags & ROUTER) !== 0,
    solicited: (flags & SOLICITED) !== 0,
    override: (flags & OVERRIDE) !== 0,
    targetAddress: ipv6AddressAt(bytes, at + field.target),
    options: read,
  };
}

/** Bytes that {@link writeNeighbourDiscovery} writes. */
export function neighbourDiscoverySize(value: NeighbourDiscovery): number {
  return options[value.message] + ndOptionsSize(value.options);
}

/** @param at behind the checksum */
export function writeNeighbourDiscovery(value: NeighbourDiscovery, into: Uint8Array, at: number): void {
  writeBe32(into, at + field.reserved, 0);
  switch (value.message) {
    case "router-advertisement":
      writeRouterAdvertisement(value, into, at);
      break;
    case "neighbour-advertisement":
      writeBe32(
        into,
        at + field.reserved,
        (value.router ? ROUTER : 0) | (value.solicited ? SOLICITED : 0) | (value.override ? OVERRIDE : 0),
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
    (value.managed ? MANAGED : 0) |
    (value.otherConfiguration ? OTHER : 0) |
    (value.otherFlags & ROUTER_FLAGS);
  writeBe16(into, at + advertisement.lifetime, value.routerLifetime);
  writeBe32(into, at + advertisement.reachable, value.reachableTime);
  writeBe32(into, at + advertisement.retrans, value.retransTimer);
}

import { need, readU32, writeU32 } from "../../bytes.js";
import {
  AttributeSet,
  type AttributeValues,
  attribute,
  binary,
  type ReadOptions,
  u32,
} from "../netlink/attribute.js";
import { nextHopList, routerAttributes } from "./next-hop.js";

// linux/rtnetlink.h
export const RTM_NEWROUTE = 24;
export const RTM_DELROUTE = 25;
export const RTM_GETROUTE = 26;
/** linux/rtnetlink.h: bits of `nl_groups`. */
export const RTMGRP_IPV4_ROUTE = 0x40;
export const RTMGRP_IPV6_ROUTE = 0x400;
/** linux/rtnetlink.h: rtm_protocol of a route that a router advertisement created. */
export const RTPROT_RA = 9;

export const RT_TABLE_MAIN = 254;

// linux/rtnetlink.h: rtm_type
export const RTN_UNICAST = 1;
export const RTN_LOCAL = 2;
export const RTN_ANYCAST = 4;

const routeAttributes = {
  // linux/rtnetlink.h: RTA_*
  /** The whole table number. The header only holds numbers below 256. */
  tableId: attribute(15, "RTA_TABLE", u32),
  /** Absent in default routes. */
  destination: attribute(1, "RTA_DST", binary),
  /** The metric: among routes to the same destination, the lowest one wins. */
  priority: attribute(6, "RTA_PRIORITY", u32),
  ...routerAttributes,
  /** Interface index. */
  outputInterface: attribute(4, "RTA_OIF", u32),
  /** Replaces a single gateway and interface. */
  multipath: attribute(9, "RTA_MULTIPATH", nextHopList),
};

const attributes = new AttributeSet(routeAttributes);

/** `struct rtmsg` with its attributes (rtnetlink(7)). */
export interface Route extends AttributeValues<typeof routeAttributes> {
  family: number;
  /** Length of the destination's prefix, in bits. */
  destinationLength: number;
  /** Length of the source's prefix, in bits. */
  sourceLength: number;
  tos: number;
  /** `RT_TABLE_*`. */
  table: number;
  /** Who created the route: `RTPROT_*`. */
  protocol: number;
  /** `RT_SCOPE_*`. */
  scope: number;
  /** `RTN_*`. */
  type: number;
  /** `RTM_F_*` and `RTNH_F_*`. */
  flags: number;
}

const RTMSG_SIZE = 12;
const field = {
  family: 0,
  destinationLength: 1,
  sourceLength: 2,
  tos: 3,
  table: 4,
  protocol: 5,
  scope: 6,
  type: 7,
  flags: 8,
} as const;

/** Reads the payload of an `RTM_*ROUTE` message. Byte fields are views of `payload`. */
export function readRoute(payload: Uint8Array, options?: ReadOptions): Route {
  need("rtmsg", 0, RTMSG_SIZE, payload.length);
  return {
    family: payload[field.family] as number,
    destinationLength: payload[field.destinationLength] as number,
    sourceLength: payload[field.sourceLength] as number,
    tos: payload[field.tos] as number,
    table: payload[field.table] as number,
    protocol: payload[field.protocol] as number,
    scope: payload[field.scope] as number,
    type: payload[field.type] as number,
    flags: readU32(payload, field.flags),
    ...attributes.read(payload, RTMSG_SIZE, payload.length, "rtmsg", options),
  };
}

export function routeSize(route: Route): number {
  return RTMSG_SIZE + attributes.size(route);
}

/** Writes the payload of an `RTM_*ROUTE` message at `offset`. Returns the offset after it. */
export function writeRoute(route: Route, into: Uint8Array, offset: number): number {
  into[offset + field.family] = route.family;
  into[offset + field.destinationLength] = route.destinationLength;
  into[offset + field.sourceLength] = route.sourceLength;
  into[offset + field.tos] = route.tos;
  into[offset + field.table] = route.table;
  into[offset + field.protocol] = route.protocol;
  into[offset + field.scope] = route.scope;
  into[offset + field.type] = route.type;
  writeU32(into, offset + field.flags, route.flags);
  return attributes.write(route, into, offset + RTMSG_SIZE);
}

/** One next hop of a route: an interface and, unless the destination is on that link, a router. */
export interface Hop {
  /** Interface index. */
  readonly index: number;
  /** The router's address, 4 or 16 bytes. Its family may differ from the destination's. */
  readonly gateway: Uint8Array | undefined;
}

/** Returns all next hops of a route. */
export function hopsOf({ outputInterface, gateway, via, multipath }: Route): Hop[] {
  if (multipath)
    return multipath.map((each) => ({ index: each.index, gateway: each.gateway ?? each.via?.address }));
  return outputInterface === undefined ? [] : [{ index: outputInterface, gateway: gateway ?? via?.address }];
}

/** Returns the kernel's name of the attribute whose header is at `at` in the payload of such a message, if known. */
export function routeAttributeAt(payload: Uint8Array, at: number): string | undefined {
  return attributes.nameAt(payload, RTMSG_SIZE, payload.length, at);
}

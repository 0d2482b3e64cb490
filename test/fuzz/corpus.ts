import { readU16 } from "../../src/wire/bytes.js";
import { align, NLMSG_HDRLEN } from "../../src/wire/kernel/netlink/message.js";
import { ipv4, ipv6LinkLocal, ipv6Peer } from "../support/wire/golden/addresses.js";
import { bridgePort, macvlan, veth, vethAcross, vxlan } from "../support/wire/golden/links.js";
import { forwardingEntry } from "../support/wire/golden/neighbours.js";
import { dormantTable, dupRule, ingressChain } from "../support/wire/golden/netfilter.js";
import {
  acknowledged,
  done,
  doneWithError,
  refused,
  refusedByPolicy,
  refusedUncapped,
} from "../support/wire/golden/netlink-errors.js";
import { netnsId } from "../support/wire/golden/netns-ids.js";
import { packetSocket } from "../support/wire/golden/packet-sockets.js";
import { defaultRoute, ipv6Route, multipathRoute } from "../support/wire/golden/routes.js";

import { clsact, mirroring } from "../support/wire/golden/traffic-control.js";

/** A message that a real kernel sent. */
export interface Seed {
  readonly bytes: Uint8Array;
  /** The name of the reader for the message. */
  readonly reader: string;
  /** The offsets of its attributes' lengths, including those of nested attributes. */
  readonly lengths: readonly number[];
}

/**
 * Returns the offsets of the lengths of a sequence of attributes, and of the attributes in those that look like nests.
 */
function lengthsOf(bytes: Uint8Array, start: number, end: number): number[] {
  const lengths: number[] = [];
  for (let at = start; at < end; ) {
    const length = end - at < 4 ? 0 : readU16(bytes, at);
    // The bytes aren't attributes after all.
    if (length < 4 || at + length > end) return [];
    lengths.push(at, ...lengthsOf(bytes, at + 4, at + length));
    at += align(length);
  }
  return lengths;
}

/** @param size the size of the structure before the attributes */
function seeds(reader: string, size: number, ...messages: Uint8Array[]): Seed[] {
  return messages.map((bytes) => ({
    bytes,
    reader,
    lengths: lengthsOf(bytes, NLMSG_HDRLEN + size, bytes.length),
  }));
}

export const corpus: readonly Seed[] = [
  ...seeds("link", 16, veth, macvlan, vxlan, bridgePort, vethAcross),
  ...seeds("address", 8, ipv4, ipv6Peer, ipv6LinkLocal),
  ...seeds("namespace id", 4, netnsId),
  ...seeds("neighbour", 12, forwardingEntry),
  ...seeds("route", 12, defaultRoute, multipathRoute, ipv6Route),
  ...seeds("traffic control", 20, clsact, mirroring),
  ...seeds("nf_tables table", 4, dormantTable),
  ...seeds("nf_tables chain", 4, ingressChain),
  ...seeds("nf_tables rule", 4, dupRule),
  ...seeds("packet socket", 16, packetSocket),
  ...seeds("error", 20, acknowledged, refused, refusedByPolicy),
  ...seeds("error", 44, refusedUncapped),
  ...seeds("done", 4, done, doneWithError),
];

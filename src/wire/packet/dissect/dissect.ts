import { checkOptions, type OptionKinds } from "../../../check-options.js";
import { PromiscError } from "../../../errors.js";
import { malformed } from "../../bytes.js";
import * as linktype from "../../file/linktype.js";
import { dhcp, dhcp6, dns, mdns } from "./application-layers.js";
import type { Layer, Protocol } from "./layer.js";
import { arp, bsdLoopback, ethernet, ieee80211, llc, lldp, sll, sll2, stp, vlan } from "./link-layers.js";
import { icmp, icmp6, igmp } from "./message-layers.js";
import {
  ah,
  destinationOptions,
  esp,
  fragment,
  hopByHop,
  ipv4,
  ipv6,
  rawIp,
  routing,
} from "./network-layers.js";
import { tcp, udp } from "./transport-layers.js";
import { type Next, Walk } from "./walk.js";

const steps: Readonly<Record<Protocol, (walk: Walk) => Next>> = {
  ethernet,
  vlan,
  llc,
  stp,
  lldp,
  sll,
  sll2,
  null: bsdLoopback,
  "ieee802.11": ieee80211,
  arp,
  ipv4,
  ipv6,
  "ipv6-hop-by-hop": hopByHop,
  "ipv6-destination-options": destinationOptions,
  "ipv6-routing": routing,
  "ipv6-fragment": fragment,
  ah,
  esp,
  icmp,
  icmp6,
  igmp,
  tcp,
  udp,
  dns,
  mdns,
  dhcp,
  dhcp6,
};

/** Options of {@link dissect}. */
export interface DissectOptions {
  /** The number of bytes that the packet had on the wire, if it was truncated. Defaults to the length of `bytes`. */
  readonly length?: number;
}

const dissectOptions: OptionKinds<DissectOptions> = { length: "number?" };

/**
 * Dissects a packet into layers, from the link layer to the application. What can't be decoded becomes a layer as well:
 * `malformed`, `truncated` or `data`. Never throws because of a packet. The running time is proportional to the packet's length.
 *
 * An ICMP error has the layers of the quoted packet in `original`. Byte arrays in layers are views of `bytes`: copy
 * what you want to keep.
 * @param bytes the packet, beginning with its link-level header
 * @param linkType LINKTYPE_ value (https://www.tcpdump.org/linktypes.html): Ethernet 1, BSD loopback 0 and 108, raw IP
 *   101, IPv4 228, IPv6 229, cooked captures 113 and 276. A packet of IEEE 802.11 (105, 127) becomes a layer of that
 *   name and data; a packet of any other type becomes data.
 * @returns the layers, the lowest first
 */
export function dissect(bytes: Uint8Array, linkType: number, options?: DissectOptions): Layer[] {
  if (options !== undefined) checkOptions("dissect", options, dissectOptions);
  const walk = new Walk(bytes, options?.length ?? bytes.length);
  let next = bytes.length === 0 && walk.complete ? "nothing" : first(walk, linkType);
  while (next !== "data" && next !== "nothing") {
    const protocol: Protocol = next;
    try {
      if (walk.full) throw malformed(protocol, "too many layers");
      next = steps[protocol](walk);
    } catch (error) {
      if (!(error instanceof PromiscError)) throw error;
      walk.fail(protocol, error);
      return walk.layers;
    }
  }
  walk.close();
  return walk.layers;
}

function first(walk: Walk, linkType: number): Next {
  switch (linkType) {
    case linktype.LINKTYPE_ETHERNET:
      return "ethernet";
    case linktype.LINKTYPE_NULL:
    case linktype.LINKTYPE_LOOP:
      return "null";
    case linktype.LINKTYPE_RAW:
      return rawIp(walk);
    case linktype.LINKTYPE_IPV4:
      return "ipv4";
    case linktype.LINKTYPE_IPV6:
      return "ipv6";
    case linktype.LINKTYPE_LINUX_SLL:
      return "sll";
    case linktype.LINKTYPE_LINUX_SLL2:
      return "sll2";
    case linktype.LINKTYPE_IEEE802_11:
    case linktype.LINKTYPE_IEEE802_11_RADIOTAP:
      return "ieee802.11";
    default:
      return "data";
  }
}

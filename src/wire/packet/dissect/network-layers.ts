import { malformed } from "../../bytes.js";
import { internetChecksum } from "../network/internet-checksum.js";
import { authenticationLength, ESP_SIZE, readAuthentication, readEsp } from "../network/ipsec.js";
import { IPVERSION, ipv4HeaderLength, readIpv4, version } from "../network/ipv4.js";
import { IPV6_SIZE, IPV6_VERSION, readIpv6 } from "../network/ipv6.js";
import { IPV6_FRAGMENT_SIZE, readIpv6Fragment } from "../network/ipv6-fragment.js";
import { ipv6OptionsLength, readIpv6Options } from "../network/ipv6-options.js";
import { ipv6RoutingLength, readIpv6Routing } from "../network/ipv6-routing.js";
import {
  IPPROTO_AH,
  IPPROTO_DSTOPTS,
  IPPROTO_ESP,
  IPPROTO_FRAGMENT,
  IPPROTO_HOPOPTS,
  IPPROTO_ICMP,
  IPPROTO_ICMPV6,
  IPPROTO_IGMP,
  IPPROTO_IPIP,
  IPPROTO_IPV6,
  IPPROTO_NONE,
  IPPROTO_ROUTING,
  IPPROTO_TCP,
  IPPROTO_UDP,
} from "../network/protocol-number.js";
import type { Next, Walk } from "./walk.js";

function byProtocolNumber(number: number, version: Walk["ipVersion"]): Next {
  switch (number) {
    case IPPROTO_TCP:
      return "tcp";
    case IPPROTO_UDP:
      return "udp";
    case IPPROTO_ICMP:
      return version === 4 ? "icmp" : "data";
    case IPPROTO_IGMP:
      return version === 4 ? "igmp" : "data";
    case IPPROTO_IPIP:
      return "ipv4";
    case IPPROTO_IPV6:
      return "ipv6";
    case IPPROTO_AH:
      return "ah";
    case IPPROTO_ESP:
      return "esp";
    default:
      return version === 6 ? byNextHeader(number) : "data";
  }
}

/** Returns the layer for a protocol number that only IPv6 uses; "data" for any other number. */
function byNextHeader(number: number): Next {
  switch (number) {
    case IPPROTO_ICMPV6:
      return "icmp6";
    case IPPROTO_HOPOPTS:
      return "ipv6-hop-by-hop";
    case IPPROTO_DSTOPTS:
      return "ipv6-destination-options";
    case IPPROTO_ROUTING:
      return "ipv6-routing";
    case IPPROTO_FRAGMENT:
      return "ipv6-fragment";
    default:
      return "data";
  }
}

export function ipv4(walk: Walk): Next {
  const header = readIpv4(walk.bytes, walk.at, walk.end);
  const length = ipv4HeaderLength(walk.bytes, walk.at);
  const sum = internetChecksum(walk.bytes, walk.at, walk.at + length);
  walk.push({ protocol: "ipv4", ...header, checksumStatus: sum === 0 ? "correct" : "incorrect" });
  // Linux uses 0 in large packets that the device will segment.
  if (header.totalLength !== 0) {
    if (header.totalLength < length) throw malformed("IPv4", `total length ${header.totalLength}`);
    walk.limit(header.totalLength);
  }
  enterIp(walk, 4);
  walk.at += length;
  walk.fragment = header.moreFragments || header.fragmentOffset > 0;
  return header.fragmentOffset > 0 ? "data" : byProtocolNumber(header.protocolNumber, 4);
}

function enterIp(walk: Walk, version: 4 | 6): void {
  walk.ipAt = walk.at;
  walk.ipVersion = version;
  walk.fragment = false;
  walk.pseudoHeader = true;
}

export function ipv6(walk: Walk): Next {
  const header = readIpv6(walk.bytes, walk.at, walk.end);
  walk.push({ protocol: "ipv6", ...header });
  // 0 means a jumbo payload. Linux also uses it in large packets that the device will segment.
  if (header.payloadLength !== 0 || header.nextHeader === IPPROTO_NONE)
    walk.limit(IPV6_SIZE + header.payloadLength);
  enterIp(walk, 6);
  walk.at += IPV6_SIZE;
  return byProtocolNumber(header.nextHeader, 6);
}

export function hopByHop(walk: Walk): Next {
  const header = readIpv6Options(walk.bytes, walk.at, walk.end);
  walk.push({ protocol: "ipv6-hop-by-hop", ...header });
  walk.at += ipv6OptionsLength(walk.bytes, walk.at);
  return byProtocolNumber(header.nextHeader, 6);
}

export function destinationOptions(walk: Walk): Next {
  const header = readIpv6Options(walk.bytes, walk.at, walk.end);
  walk.push({ protocol: "ipv6-destination-options", ...header });
  walk.at += ipv6OptionsLength(walk.bytes, walk.at);
  return byProtocolNumber(header.nextHeader, 6);
}

export function routing(walk: Walk): Next {
  const header = readIpv6Routing(walk.bytes, walk.at, walk.end);
  walk.push({ protocol: "ipv6-routing", ...header });
  if (header.segmentsLeft > 0) walk.pseudoHeader = false;
  walk.at += ipv6RoutingLength(walk.bytes, walk.at);
  return byProtocolNumber(header.nextHeader, 6);
}

export function fragment(walk: Walk): Next {
  const header = readIpv6Fragment(walk.bytes, walk.at, walk.end);
  walk.push({ protocol: "ipv6-fragment", ...header });
  walk.at += IPV6_FRAGMENT_SIZE;
  walk.fragment = header.moreFragments || header.fragmentOffset > 0;
  return header.fragmentOffset > 0 ? "data" : byProtocolNumber(header.nextHeader, 6);
}

export function ah(walk: Walk): Next {
  const header = readAuthentication(walk.bytes, walk.at, walk.end);
  walk.push({ protocol: "ah", ...header });
  walk.at += authenticationLength(walk.bytes, walk.at);
  return byProtocolNumber(header.nextHeader, walk.ipVersion);
}

export function esp(walk: Walk): Next {
  walk.push({ protocol: "esp", ...readEsp(walk.bytes, walk.at, walk.end) });
  walk.at += ESP_SIZE;
  return "data";
}

/** Returns the IP version of a packet without a link-level header, from its first four bits. */
export function rawIp(walk: Walk): Next {
  // Either would do: both readers fail on an empty packet.
  if (walk.at === walk.end) return "ipv4";
  // The version has the same place in both headers.
  const found = version(walk.bytes, walk.at);
  if (found === IPVERSION) return "ipv4";
  return found === IPV6_VERSION ? "ipv6" : "data";
}

import { ICMP_SIZE, type Icmp, readIcmp } from "../network/icmp.js";
import { icmp6HasPayload, icmp6Size, readIcmp6 } from "../network/icmp6/icmp6.js";
import { igmpSize, readIgmp } from "../network/igmp.js";
import { IPPROTO_ICMPV6 } from "../network/protocol-number.js";
import type { Layer } from "./layer.js";
import type { Next, Walk } from "./walk.js";

/** Reports whether an ICMP message quotes a packet. */
function isAbout(message: Icmp["message"]): boolean {
  switch (message) {
    case "destination-unreachable":
    case "redirect":
    case "time-exceeded":
    case "parameter-problem":
      return true;
    default:
      return false;
  }
}

export function icmp(walk: Walk): Next {
  const value = readIcmp(walk.bytes, walk.at, walk.end);
  const checksumStatus = walk.checksum(walk.at);
  walk.at += ICMP_SIZE;
  if (!isAbout(value.message) || walk.fragment) {
    walk.push({ protocol: "icmp", ...value, checksumStatus });
    return "data";
  }
  const original: Layer[] = [];
  walk.push({ protocol: "icmp", ...value, checksumStatus, original });
  walk.enter(original);
  return "ipv4";
}

export function icmp6(walk: Walk): Next {
  const value = readIcmp6(walk.bytes, walk.at, walk.end);
  const checksumStatus = walk.transportChecksum(walk.at, IPPROTO_ICMPV6);
  if (!icmp6HasPayload(value.message)) {
    walk.push({ protocol: "icmp6", ...value, checksumStatus });
    walk.at += icmp6Size(value);
    return "data";
  }
  walk.at += icmp6Size(value);
  if (value.message === "echo-request" || value.message === "echo-reply" || walk.fragment) {
    walk.push({ protocol: "icmp6", ...value, checksumStatus });
    return "data";
  }
  const original: Layer[] = [];
  walk.push({ protocol: "icmp6", ...value, checksumStatus, original });
  walk.enter(original);
  return "ipv6";
}

export function igmp(walk: Walk): Next {
  const value = readIgmp(walk.bytes, walk.at, walk.end);
  walk.push({ protocol: "igmp", ...value, checksumStatus: walk.checksum(walk.at) });
  walk.at += igmpSize(value);
  return "data";
}

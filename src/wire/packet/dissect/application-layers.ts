import { readDhcp } from "../application/dhcp.js";
import { readDhcp6 } from "../application/dhcp6.js";
import { readDns } from "../application/dns.js";
import type { Next, Walk } from "./walk.js";

export function dns(walk: Walk): Next {
  walk.push({ protocol: "dns", ...readDns(walk.bytes, walk.at, walk.end) });
  return consumed(walk);
}

export function mdns(walk: Walk): Next {
  walk.push({ protocol: "mdns", ...readDns(walk.bytes, walk.at, walk.end) });
  return consumed(walk);
}

export function dhcp(walk: Walk): Next {
  walk.push({ protocol: "dhcp", ...readDhcp(walk.bytes, walk.at, walk.end) });
  return consumed(walk);
}

export function dhcp6(walk: Walk): Next {
  walk.push({ protocol: "dhcp6", ...readDhcp6(walk.bytes, walk.at, walk.end) });
  return consumed(walk);
}

/** The rest of the datagram belongs to the message. */
function consumed(walk: Walk): Next {
  walk.at = walk.end;
  return "nothing";
}

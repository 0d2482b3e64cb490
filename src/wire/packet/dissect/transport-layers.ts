import { malformed } from "../../bytes.js";
import { readBe16 } from "../../network-order.js";
import { DNS_HEADER_SIZE } from "../application/dns.js";
import { IPPROTO_TCP, IPPROTO_UDP } from "../network/protocol-number.js";
import { readTcp, tcpHeaderLength } from "../transport/tcp.js";
import { readUdp, UDP_SIZE } from "../transport/udp.js";
import type { Next, Walk } from "./walk.js";

const DOMAIN = 53;

/** IANA's service names and numbers, of UDP. */
function byPort(port: number): Next {
  switch (port) {
    case DOMAIN:
      return "dns";
    case 67:
    case 68:
      return "dhcp";
    case 546:
    case 547:
      return "dhcp6";
    case 5353:
      return "mdns";
    default:
      return "data";
  }
}

export function tcp(walk: Walk): Next {
  const header = readTcp(walk.bytes, walk.at, walk.end);
  walk.push({
    protocol: "tcp",
    ...header,
    checksumStatus: walk.transportChecksum(walk.at, IPPROTO_TCP),
  });
  walk.at += tcpHeaderLength(walk.bytes, walk.at);
  if (header.sourcePort !== DOMAIN && header.destinationPort !== DOMAIN) return "data";
  return isOneDnsMessage(walk) ? "dns" : "data";
}

/** Whether the segment is one message of DNS, behind its length (RFC 1035, 4.2.2), which this skips. */
function isOneDnsMessage(walk: Walk): boolean {
  const length = walk.end - walk.at - 2;
  if (length < DNS_HEADER_SIZE || readBe16(walk.bytes, walk.at) !== length) return false;
  walk.at += 2;
  return true;
}

export function udp(walk: Walk): Next {
  const header = readUdp(walk.bytes, walk.at, walk.end);
  const believable = header.length >= UDP_SIZE;
  if (believable) walk.limit(header.length);
  walk.push({
    protocol: "udp",
    ...header,
    checksumStatus: header.checksum === 0 ? "unverified" : walk.transportChecksum(walk.at, IPPROTO_UDP),
  });
  // 0 is a jumbogram (RFC 2675).
  if (!believable && header.length !== 0) throw malformed("UDP", `length ${header.length}`);
  walk.at += UDP_SIZE;
  if (walk.at === walk.end || walk.fragment) return "data";
  const next = byPort(header.destinationPort);
  return next === "data" ? byPort(header.sourcePort) : next;
}

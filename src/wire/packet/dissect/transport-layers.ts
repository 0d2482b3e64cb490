import { malformed } from "../../bytes.js";
import { DHCP_CLIENT_PORT, DHCP_SERVER_PORT } from "../application/dhcp.js";
import { DHCP6_CLIENT_PORT, DHCP6_SERVER_PORT } from "../application/dhcp6.js";
import { DNS_HEADER_SIZE, DNS_PORT, MDNS_PORT, TCP_LENGTH_SIZE, tcpLength } from "../application/dns.js";
import { IPPROTO_TCP, IPPROTO_UDP } from "../network/protocol-number.js";
import { readTcp, tcpHeaderLength } from "../transport/tcp.js";
import { readUdp, UDP_SIZE } from "../transport/udp.js";
import type { Next, Walk } from "./walk.js";

/** Returns the layer for a UDP port, by IANA's service names and port numbers. */
function byPort(port: number): Next {
  switch (port) {
    case DNS_PORT:
      return "dns";
    case DHCP_SERVER_PORT:
    case DHCP_CLIENT_PORT:
      return "dhcp";
    case DHCP6_CLIENT_PORT:
    case DHCP6_SERVER_PORT:
      return "dhcp6";
    case MDNS_PORT:
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
  if (header.sourcePort !== DNS_PORT && header.destinationPort !== DNS_PORT) return "data";
  return isOneDnsMessage(walk) ? "dns" : "data";
}

/**
 * Reports whether the segment consists of one DNS message after its length (RFC 1035, 4.2.2). If so, skips the length.
 */
function isOneDnsMessage(walk: Walk): boolean {
  const length = walk.end - walk.at - TCP_LENGTH_SIZE;
  if (length < DNS_HEADER_SIZE || tcpLength(walk.bytes, walk.at) !== length) return false;
  walk.at += TCP_LENGTH_SIZE;
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
  // 0 means a jumbogram (RFC 2675).
  if (!believable && header.length !== 0) throw malformed("UDP", `length ${header.length}`);
  walk.at += UDP_SIZE;
  if (walk.at === walk.end || walk.fragment) return "data";
  const next = byPort(header.destinationPort);
  return next === "data" ? byPort(header.sourcePort) : next;
}

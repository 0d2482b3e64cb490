import { need } from "../../../wire/bytes.js";
import { hardwareAddressAt } from "../../../wire/hardware-address.js";
import * as dns from "../../../wire/packet/application/dns.js";
import { DNS_TYPE_PTR } from "../../../wire/packet/application/dns-rdata.js";
import { ETH_P_IP, ETH_P_IPV6 } from "../../../wire/packet/link/ether-type.js";
import * as ethernet from "../../../wire/packet/link/ethernet.js";
import * as ipv4 from "../../../wire/packet/network/ipv4.js";
import * as ipv6 from "../../../wire/packet/network/ipv6.js";
import { IPPROTO_TCP, IPPROTO_UDP } from "../../../wire/packet/network/protocol-number.js";
import { TCP_SIZE, tcpHeaderLength } from "../../../wire/packet/transport/tcp.js";
import { destinationPort, UDP_SIZE } from "../../../wire/packet/transport/udp.js";

/**
 * The filter for the kernel, if libpcap is available to compile it. It passes everything that {@link readPtrQuery} can
 * read.
 */
export const QUERY_FILTER = `dst port ${dns.DNS_PORT} or dst port ${dns.MDNS_PORT} or dst port ${dns.LLMNR_PORT}`;

/** A DNS message that asks for the names of addresses, and who sent it. */
export interface PtrQuery {
  /** The Ethernet address of the sender, or of the router that forwarded the query. */
  readonly mac: string;
  readonly source: string;
  readonly destination: string;
  readonly transport: "udp" | "tcp";
  readonly port: number;
  /** The names in lower case. Resolvers may use mixed case to make forging harder. */
  readonly names: readonly string[];
}

/**
 * Reads a PTR query from an Ethernet frame. A frame that isn't a DNS query causes no allocation. Over TCP, only
 * messages that fit in one segment are read, which is always true of queries.
 * @returns undefined if the frame isn't a PTR query
 * @throws PromiscError `malformed` if it should be a DNS message by its port, and isn't
 */
export function readPtrQuery(bytes: Uint8Array, start: number, end: number): PtrQuery | undefined {
  const transport = transportAt(bytes, start, end);
  if (transport === 0 || transport + UDP_SIZE > end) return undefined;
  // In TCP the port is at the same offset.
  const port = destinationPort(bytes, transport);
  if (port !== dns.DNS_PORT && port !== dns.MDNS_PORT && port !== dns.LLMNR_PORT) return undefined;

  const ip = readIp(bytes, start + ethernet.ETHERNET_SIZE, end);
  const isTcp = ip.protocolNumber === IPPROTO_TCP;
  // Segments without data belong to the rest of the conversation.
  const message = isTcp ? tcpMessageAt(bytes, transport, ip.end) : transport + UDP_SIZE;
  if (message >= ip.end) return undefined;
  need("DNS", message, dns.DNS_HEADER_SIZE, ip.end);
  if (dns.isResponse(bytes, message)) return undefined;
  const { opcode, questions } = dns.readDns(bytes, message, ip.end);
  const names = questions.filter(({ type }) => type === DNS_TYPE_PTR).map(({ name }) => name.toLowerCase());
  if (opcode !== dns.OPCODE_QUERY || names.length === 0) return undefined;
  return {
    mac: hardwareAddressAt(bytes, start + ethernet.field.source),
    source: ip.source,
    destination: ip.destination,
    transport: isTcp ? "tcp" : "udp",
    port,
    names,
  };
}

/** Returns the offset of the TCP or UDP header, or 0 if there is none. */
function transportAt(bytes: Uint8Array, start: number, end: number): number {
  const network = start + ethernet.ETHERNET_SIZE;
  if (network + ipv4.IPV4_SIZE > end) return 0;
  const etherType = ethernet.etherType(bytes, start);
  if (etherType === ETH_P_IP) {
    const isLaterFragment = (ipv4.fragment(bytes, network) & ipv4.IP_OFFMASK) !== 0;
    if (isLaterFragment || !isTransport(ipv4.protocol(bytes, network))) return 0;
    return network + ipv4.ipv4HeaderLength(bytes, network);
  }
  if (etherType === ETH_P_IPV6 && isTransport(ipv6.nextHeader(bytes, network)))
    return network + ipv6.IPV6_SIZE;
  return 0;
}

function isTransport(protocolNumber: number): boolean {
  return protocolNumber === IPPROTO_UDP || protocolNumber === IPPROTO_TCP;
}

function tcpMessageAt(bytes: Uint8Array, transport: number, end: number): number {
  need("TCP", transport, TCP_SIZE, end);
  return transport + tcpHeaderLength(bytes, transport) + dns.TCP_LENGTH_SIZE;
}

interface Ip {
  readonly source: string;
  readonly destination: string;
  readonly protocolNumber: number;
  /** The end of the packet. Ethernet may have padded the frame beyond it. */
  readonly end: number;
}

function readIp(bytes: Uint8Array, at: number, end: number): Ip {
  if (ipv4.version(bytes, at) === ipv4.IPVERSION) {
    const { source, destination, protocolNumber, totalLength } = ipv4.readIpv4(bytes, at, end);
    return { source, destination, protocolNumber, end: Math.min(end, at + totalLength) };
  }
  const { source, destination, nextHeader, payloadLength } = ipv6.readIpv6(bytes, at, end);
  const last = Math.min(end, at + ipv6.IPV6_SIZE + payloadLength);
  return { source, destination, protocolNumber: nextHeader, end: last };
}

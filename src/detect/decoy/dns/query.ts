import { need } from "../../../wire/bytes.js";
import { hardwareAddressAt } from "../../../wire/hardware-address.js";
import { readBe16 } from "../../../wire/network-order.js";
import * as dns from "../../../wire/packet/application/dns.js";
import { DNS_TYPE_PTR } from "../../../wire/packet/application/dns-rdata.js";
import { ETH_P_IP, ETH_P_IPV6 } from "../../../wire/packet/link/ether-type.js";
import { ETHERNET_SIZE } from "../../../wire/packet/link/ethernet.js";
import { ipv4HeaderLength, readIpv4 } from "../../../wire/packet/network/ipv4.js";
import { IPV6_SIZE, readIpv6 } from "../../../wire/packet/network/ipv6.js";
import { IPPROTO_TCP, IPPROTO_UDP } from "../../../wire/packet/network/protocol-number.js";
import { tcpHeaderLength } from "../../../wire/packet/transport/tcp.js";
import { UDP_SIZE } from "../../../wire/packet/transport/udp.js";

/** For the kernel, where libpcap is there to compile it: what {@link readPtrQuery} can't read need not come. */
export const QUERY_FILTER = `dst port ${dns.DNS_PORT} or dst port ${dns.MDNS_PORT} or dst port ${dns.LLMNR_PORT}`;

/** Offsets in an IPv4 header: flags and fragment offset, protocol; in an IPv6 header, the next header. */
const FRAGMENT = 6;
const PROTOCOL = 9;
const NEXT_HEADER = 6;
const SHORTEST_IPV4 = 20;

/** A DNS message that asks for the names of addresses, and who sent it. */
export interface PtrQuery {
  /** Of the sender, or of the router that passed it on. */
  readonly mac: string;
  readonly source: string;
  readonly destination: string;
  readonly transport: "udp" | "tcp";
  readonly port: number;
  /** In lower case: resolvers may mix the cases to make forging harder. */
  readonly names: readonly string[];
}

/**
 * Reads an Ethernet frame. What is no DNS query costs no allocation. Of TCP it reads messages that a segment holds whole,
 * which a query is.
 * @returns undefined if it isn't one
 * @throws PromiscError `malformed` if it should be one, by its ports, and isn't
 */
export function readPtrQuery(bytes: Uint8Array, start: number, end: number): PtrQuery | undefined {
  const transport = transportAt(bytes, start, end);
  if (transport === 0 || transport + UDP_SIZE > end) return undefined;
  const port = readBe16(bytes, transport + 2);
  if (port !== dns.DNS_PORT && port !== dns.MDNS_PORT && port !== dns.LLMNR_PORT) return undefined;

  const ip = readIp(bytes, start + ETHERNET_SIZE, end);
  const isTcp = ip.protocolNumber === IPPROTO_TCP;
  // Segments without data are the rest of the conversation.
  const message = isTcp ? tcpMessageAt(bytes, transport, ip.end) : transport + UDP_SIZE;
  if (message >= ip.end) return undefined;
  need("DNS", message, dns.DNS_HEADER_SIZE, ip.end);
  if (dns.isResponse(bytes, message)) return undefined;
  const { opcode, questions } = dns.readDns(bytes, message, ip.end);
  const names = questions.filter(({ type }) => type === DNS_TYPE_PTR).map(({ name }) => name.toLowerCase());
  if (opcode !== dns.OPCODE_QUERY || names.length === 0) return undefined;
  return {
    mac: hardwareAddressAt(bytes, start + 6),
    source: ip.source,
    destination: ip.destination,
    transport: isTcp ? "tcp" : "udp",
    port,
    names,
  };
}

/** Where the TCP or UDP header is; 0 if there is none. */
function transportAt(bytes: Uint8Array, start: number, end: number): number {
  const network = start + ETHERNET_SIZE;
  if (network + SHORTEST_IPV4 > end) return 0;
  const etherType = readBe16(bytes, start + 12);
  if (etherType === ETH_P_IP) {
    const isLaterFragment = (readBe16(bytes, network + FRAGMENT) & 0x1fff) !== 0;
    if (isLaterFragment || !isTransport(bytes[network + PROTOCOL])) return 0;
    return network + ipv4HeaderLength(bytes, network);
  }
  if (etherType === ETH_P_IPV6 && isTransport(bytes[network + NEXT_HEADER])) return network + IPV6_SIZE;
  return 0;
}

function isTransport(protocolNumber: number | undefined): boolean {
  return protocolNumber === IPPROTO_UDP || protocolNumber === IPPROTO_TCP;
}

function tcpMessageAt(bytes: Uint8Array, transport: number, end: number): number {
  need("TCP", transport, 20, end);
  return transport + tcpHeaderLength(bytes, transport) + dns.TCP_LENGTH_SIZE;
}

interface Ip {
  readonly source: string;
  readonly destination: string;
  readonly protocolNumber: number;
  /** Where its packet ends: Ethernet may have padded it. */
  readonly end: number;
}

function readIp(bytes: Uint8Array, at: number, end: number): Ip {
  if ((bytes[at] as number) >>> 4 === 4) {
    const { source, destination, protocolNumber, totalLength } = readIpv4(bytes, at, end);
    return { source, destination, protocolNumber, end: Math.min(end, at + totalLength) };
  }
  const { source, destination, nextHeader, payloadLength } = readIpv6(bytes, at, end);
  const last = Math.min(end, at + IPV6_SIZE + payloadLength);
  return { source, destination, protocolNumber: nextHeader, end: last };
}

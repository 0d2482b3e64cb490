import { isIPv4 } from "node:net";
import { formatHex } from "../../../src/wire/hardware-address.js";
import { type Dns, dnsSize, writeDns } from "../../../src/wire/packet/application/dns.js";
import { writeIpv6Address } from "../../../src/wire/parse-address.js";

/** Returns the name in a PTR query for an address. */
export function reverseName(address: string): string {
  if (isIPv4(address)) return `${address.split(".").reverse().join(".")}.in-addr.arpa`;
  const bytes = new Uint8Array(16);
  writeIpv6Address(address, bytes, 0);
  return `${[...formatHex(bytes)].reverse().join(".")}.ip6.arpa`;
}

/** Returns a DNS message that asks for the names of addresses. */
export function ptrMessage(addresses: readonly string[], change: Partial<Dns> = {}): Uint8Array {
  const message: Dns = {
    id: 7,
    response: false,
    opcode: 0,
    authoritativeAnswer: false,
    truncation: false,
    recursionDesired: true,
    recursionAvailable: false,
    reserved: false,
    authenticData: false,
    checkingDisabled: false,
    responseCode: 0,
    questions: addresses.map((address) => ({ name: reverseName(address), type: 12, class: 1 })),
    answers: [],
    authorities: [],
    additionals: [],
    ...change,
  };
  const bytes = new Uint8Array(dnsSize(message));
  writeDns(message, bytes);
  return bytes;
}

export interface Sender {
  readonly mac: string;
  readonly ip: string;
}

/** Returns an Ethernet frame with a DNS message over UDP and IPv4. */
export function udpFrame(from: Sender, to: Sender, message: Uint8Array, port = 53): Uint8Array {
  const udp = [40_000 >>> 8, 40_000 & 0xff, port >>> 8, port & 0xff, 0, 8 + message.length, 0, 0];
  return ipFrame(from, to, 17, [...udp, ...message]);
}

/** Returns an Ethernet frame with a DNS message over TCP and IPv4, in one segment. */
export function tcpFrame(from: Sender, to: Sender, message: Uint8Array): Uint8Array {
  const tcp = [0x9c, 0x40, 0, 53, 0, 0, 0, 1, 0, 0, 0, 1, 0x50, 0x18, 0xff, 0xff, 0, 0, 0, 0];
  return ipFrame(from, to, 6, [...tcp, 0, message.length, ...message]);
}

function ipFrame(from: Sender, to: Sender, protocol: number, payload: readonly number[]): Uint8Array {
  const octets = (text: string, separator: string, radix: number): number[] =>
    text.split(separator).map((each) => Number.parseInt(each, radix));
  return Uint8Array.from([
    ...octets(to.mac, ":", 16),
    ...octets(from.mac, ":", 16),
    ...[8, 0, 0x45, 0, 0, 20 + payload.length, 0, 0, 0, 0, 64, protocol, 0, 0],
    ...octets(from.ip, ".", 10),
    ...octets(to.ip, ".", 10),
    ...payload,
  ]);
}

import { decodeString, encodeString, malformed, need, unwritable } from "../../bytes.js";
import { formatHardwareAddress, MAC_SIZE } from "../../hardware-address.js";
import { ipv4AddressAt } from "../../inet-address.js";
import { ARPHRD_ETHER } from "../../kernel/rtnetlink/arphrd.js";
import { readBe16, readBe32, writeBe16, writeBe32 } from "../../network-order.js";
import { hardwareAddressSize, writeHardwareAddress, writeIpv4Address } from "../../parse-address.js";
import { type DhcpOption, dhcpOptionsSize, readDhcpOptions, writeDhcpOptions } from "./dhcp-option.js";

/** UDP ports (RFC 2131, 4.1). */
export const DHCP_SERVER_PORT = 67;
export const DHCP_CLIENT_PORT = 68;

// Values of op (RFC 2131, 2).
export const BOOTREQUEST = 1;
export const BOOTREPLY = 2;

/** Flag: the server is to broadcast its answer (RFC 2131, 2). */
export const BROADCAST = 0x8000;

/** The first four bytes of the options field, if it contains options of DHCP (RFC 2132, 2). */
export const MAGIC_COOKIE = 0x6382_5363;

/** Offsets from the message's start, in bytes, with the names of RFC 2131, 2. */
export const field = {
  op: 0,
  htype: 1,
  hlen: 2,
  hops: 3,
  xid: 4,
  secs: 8,
  flags: 10,
  ciaddr: 12,
  yiaddr: 16,
  siaddr: 20,
  giaddr: 24,
  chaddr: 28,
  sname: 44,
  file: 108,
  cookie: 236,
  options: 240,
} as const;

const MOST_OCTETS = field.sname - field.chaddr;

// These functions read the fields of a message at `at` without checks: they must lie within `bytes`.

/** Returns the message's operation: {@link BOOTREQUEST} or {@link BOOTREPLY}. */
export function op(bytes: Uint8Array, at: number): number {
  return bytes[at + field.op] as number;
}

/** Returns the hardware type: `ARPHRD_*`. */
export function htype(bytes: Uint8Array, at: number): number {
  return bytes[at + field.htype] as number;
}

/** Returns the length of the client's hardware address in bytes. */
export function hlen(bytes: Uint8Array, at: number): number {
  return bytes[at + field.hlen] as number;
}

/** Returns the number of relay agents that the message passed. */
export function hops(bytes: Uint8Array, at: number): number {
  return bytes[at + field.hops] as number;
}

/** Returns the transaction ID, a 32-bit integer. */
export function xid(bytes: Uint8Array, at: number): number {
  return readBe32(bytes, at + field.xid);
}

/** Reports whether `chaddr` is an Ethernet address. */
export function isEthernet(bytes: Uint8Array, at: number): boolean {
  return htype(bytes, at) === ARPHRD_ETHER && hlen(bytes, at) === MAC_SIZE;
}

/** Returns the time since the client began, in seconds. */
export function secs(bytes: Uint8Array, at: number): number {
  return readBe16(bytes, at + field.secs);
}

/** Returns the flags: {@link BROADCAST} or 0. */
export function flags(bytes: Uint8Array, at: number): number {
  return readBe16(bytes, at + field.flags);
}

/** Returns the first four bytes of the options field, which should be {@link MAGIC_COOKIE}. */
export function cookie(bytes: Uint8Array, at: number): number {
  return readBe32(bytes, at + field.cookie);
}

/** A DHCP message for IPv4, with the field names of RFC 2131, 2. */
export interface Dhcp {
  /** {@link BOOTREQUEST} or {@link BOOTREPLY}. */
  readonly op: number;
  /** `ARPHRD_*`: 1 for Ethernet. */
  readonly htype: number;
  readonly hops: number;
  readonly xid: number;
  /** The time since the client began, in seconds. */
  readonly secs: number;
  /** {@link BROADCAST} is the only flag that is defined. */
  readonly flags: number;
  readonly ciaddr: string;
  readonly yiaddr: string;
  readonly siaddr: string;
  readonly giaddr: string;
  /** The client's hardware address, at most 16 bytes. */
  readonly chaddr: string;
  readonly sname: string;
  readonly file: string;
  readonly options: readonly DhcpOption[];
}

/**
 * Reads the DHCP message at `at`.
 * @param end end of the message
 * @throws PromiscError `malformed` if it is truncated, or isn't a DHCP message
 */
export function readDhcp(bytes: Uint8Array, at = 0, end = bytes.length): Dhcp {
  need("DHCP", at, field.options, end);
  const found = cookie(bytes, at);
  if (found !== MAGIC_COOKIE) throw malformed("DHCP", `magic cookie 0x${found.toString(16)}`);
  const octets = hlen(bytes, at);
  if (octets > MOST_OCTETS) throw malformed("DHCP", `hardware address length ${octets}`);
  return {
    op: op(bytes, at),
    htype: htype(bytes, at),
    hops: hops(bytes, at),
    xid: xid(bytes, at),
    secs: secs(bytes, at),
    flags: flags(bytes, at),
    ciaddr: ipv4AddressAt(bytes, at + field.ciaddr),
    yiaddr: ipv4AddressAt(bytes, at + field.yiaddr),
    siaddr: ipv4AddressAt(bytes, at + field.siaddr),
    giaddr: ipv4AddressAt(bytes, at + field.giaddr),
    chaddr: formatHardwareAddress(bytes.subarray(at + field.chaddr, at + field.chaddr + octets)),
    sname: readText(bytes, at + field.sname, at + field.file),
    file: readText(bytes, at + field.file, at + field.cookie),
    options: readDhcpOptions(bytes, at + field.options, end),
  };
}

/** Reads text up to the first NUL. */
function readText(bytes: Uint8Array, start: number, end: number): string {
  const nul = bytes.subarray(start, end).indexOf(0);
  return decodeString(bytes, start, nul === -1 ? end : start + nul);
}

/** Returns the number of bytes that {@link writeDhcp} writes. */
export function dhcpSize({ options }: Pick<Dhcp, "options">): number {
  return field.options + dhcpOptionsSize(options);
}

/**
 * Writes a DHCP message at `at`. `into` must have room for `dhcpSize(value)` bytes.
 * @returns the offset after it
 * @throws PromiscError `usage` if an address is invalid, or an address or a text is too long for its field
 */
export function writeDhcp(value: Dhcp, into: Uint8Array, at = 0): number {
  into.fill(0, at, at + field.options);
  into[at + field.op] = value.op;
  into[at + field.htype] = value.htype;
  const octets = hardwareAddressSize(value.chaddr);
  if (octets > MOST_OCTETS) throw unwritable("DHCP chaddr", `${octets} octets, at most ${MOST_OCTETS}`);
  into[at + field.hlen] = octets;
  into[at + field.hops] = value.hops;
  writeBe32(into, at + field.xid, value.xid);
  writeBe16(into, at + field.secs, value.secs);
  writeBe16(into, at + field.flags, value.flags);
  writeIpv4Address(value.ciaddr, into, at + field.ciaddr);
  writeIpv4Address(value.yiaddr, into, at + field.yiaddr);
  writeIpv4Address(value.siaddr, into, at + field.siaddr);
  writeIpv4Address(value.giaddr, into, at + field.giaddr);
  writeHardwareAddress(value.chaddr, into, at + field.chaddr);
  writeText(value.sname, into, at + field.sname, at + field.file);
  writeText(value.file, into, at + field.file, at + field.cookie);
  writeBe32(into, at + field.cookie, MAGIC_COOKIE);
  return writeDhcpOptions(value.options, into, at + field.options);
}

function writeText(text: string, into: Uint8Array, start: number, end: number): void {
  const bytes = encodeString(text);
  if (bytes.length > end - start)
    throw unwritable("DHCP text", `${bytes.length} bytes, at most ${end - start}`);
  into.set(bytes, start);
}

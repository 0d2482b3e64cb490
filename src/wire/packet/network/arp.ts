import { need, unwritable } from "../../bytes.js";
import { formatHardwareAddress } from "../../hardware-address.js";
import { ipv4AddressAt } from "../../inet-address.js";
import { ARPHRD_ETHER } from "../../kernel/rtnetlink/arphrd.js";
import { readBe16, writeBe16 } from "../../network-order.js";
import { hardwareAddressSize, writeHardwareAddress, writeIpv4Address } from "../../parse-address.js";
import { ETH_P_IP } from "../link/ether-type.js";

// Operations (RFC 826, RFC 903, RFC 2390; https://www.iana.org/assignments/arp-parameters).
export const ARP_REQUEST = 1;
export const ARP_REPLY = 2;
export const RARP_REQUEST = 3;
export const RARP_REPLY = 4;
export const INARP_REQUEST = 8;
export const INARP_REPLY = 9;
export const ARP_NAK = 10;

/** Size of an ARP packet's header, before its addresses, in bytes. */
export const ARP_HEADER_SIZE = 8;
/** Size of an ARP packet for IPv4 over Ethernet in bytes. */
export const ETHER_ARP_SIZE = 28;

/** Offsets of the fields at fixed places, from the packet's start in bytes (RFC 826, "Packet format"). */
export const field = {
  hardwareType: 0,
  protocolType: 2,
  hardwareLength: 4,
  protocolLength: 5,
  operation: 6,
  /** The first of the four addresses. The offsets of the others depend on the lengths of the addresses. */
  senderHardwareAddress: 8,
} as const;

// These functions read the fields of a packet at `at` without checks: its header must lie within `bytes`; for
// addresses, {@link size} bytes must.

/** Returns the hardware type: `ARPHRD_*`. */
export function hardwareType(bytes: Uint8Array, at: number): number {
  return readBe16(bytes, at + field.hardwareType);
}

/** Returns the protocol type: an EtherType. */
export function protocolType(bytes: Uint8Array, at: number): number {
  return readBe16(bytes, at + field.protocolType);
}

/** Returns the length of each of the two hardware addresses in bytes. */
export function hardwareLength(bytes: Uint8Array, at: number): number {
  return bytes[at + field.hardwareLength] as number;
}

/** Returns the length of each of the two protocol addresses in bytes. */
export function protocolLength(bytes: Uint8Array, at: number): number {
  return bytes[at + field.protocolLength] as number;
}

/** Returns the operation, such as {@link ARP_REQUEST}. */
export function operation(bytes: Uint8Array, at: number): number {
  return readBe16(bytes, at + field.operation);
}

/** Returns the size of the whole packet in bytes, according to its address lengths. */
export function size(bytes: Uint8Array, at: number): number {
  return ARP_HEADER_SIZE + 2 * (hardwareLength(bytes, at) + protocolLength(bytes, at));
}

/**
 * Reports whether the packet is one for IPv4 over Ethernet, of {@link ETHER_ARP_SIZE} bytes: `ether_arp` of
 * netinet/if_ether.h.
 */
export function isEtherArp(bytes: Uint8Array, at: number): boolean {
  return (
    hardwareType(bytes, at) === ARPHRD_ETHER &&
    protocolType(bytes, at) === ETH_P_IP &&
    hardwareLength(bytes, at) === 6 &&
    protocolLength(bytes, at) === 4
  );
}

/** Returns the offset of the sender's protocol address. */
export function senderProtocolAt(bytes: Uint8Array, at: number): number {
  return at + ARP_HEADER_SIZE + hardwareLength(bytes, at);
}

/** Returns the offset of the target's hardware address. */
export function targetHardwareAt(bytes: Uint8Array, at: number): number {
  return at + ARP_HEADER_SIZE + hardwareLength(bytes, at) + protocolLength(bytes, at);
}

/** Returns the offset of the target's protocol address. */
export function targetProtocolAt(bytes: Uint8Array, at: number): number {
  return at + ARP_HEADER_SIZE + 2 * hardwareLength(bytes, at) + protocolLength(bytes, at);
}

/** An ARP packet (RFC 826), or a RARP packet (RFC 903), which has the same form. */
export interface Arp {
  /** `ARPHRD_*`: 1 for Ethernet. */
  readonly hardwareType: number;
  /** An EtherType: 0x0800 for IPv4. */
  readonly protocolType: number;
  readonly operation: number;
  readonly senderHardwareAddress: string;
  /** An IPv4 address in dotted decimal. Addresses of other protocols or lengths have the form of a hardware address. */
  readonly senderProtocolAddress: string;
  readonly targetHardwareAddress: string;
  readonly targetProtocolAddress: string;
}

/**
 * Reads the ARP packet at `at`.
 * @param end end of the captured bytes
 * @throws PromiscError `malformed` if it is truncated
 */
export function readArp(bytes: Uint8Array, at = 0, end = bytes.length): Arp {
  need("ARP", at, ARP_HEADER_SIZE, end);
  need("ARP addresses", at + ARP_HEADER_SIZE, size(bytes, at) - ARP_HEADER_SIZE, end);
  return {
    hardwareType: hardwareType(bytes, at),
    protocolType: protocolType(bytes, at),
    operation: operation(bytes, at),
    senderHardwareAddress: octets(bytes, at + field.senderHardwareAddress, hardwareLength(bytes, at)),
    senderProtocolAddress: protocolAddress(bytes, senderProtocolAt(bytes, at), at),
    targetHardwareAddress: octets(bytes, targetHardwareAt(bytes, at), hardwareLength(bytes, at)),
    targetProtocolAddress: protocolAddress(bytes, targetProtocolAt(bytes, at), at),
  };
}

function octets(bytes: Uint8Array, at: number, length: number): string {
  return formatHardwareAddress(bytes.subarray(at, at + length));
}

/**
 * Formats the protocol address at `at`.
 * @param packet offset of the packet that contains it
 */
function protocolAddress(bytes: Uint8Array, at: number, packet: number): string {
  const length = protocolLength(bytes, packet);
  const isIpv4 = protocolType(bytes, packet) === ETH_P_IP && length === 4;
  return isIpv4 ? ipv4AddressAt(bytes, at) : octets(bytes, at, length);
}

/** Returns the number of bytes that {@link writeArp} writes. */
export function arpSize(value: Arp): number {
  const { senderHardwareAddress, senderProtocolAddress } = value;
  return (
    ARP_HEADER_SIZE + 2 * (hardwareAddressSize(senderHardwareAddress) + protocolSize(senderProtocolAddress))
  );
}

function protocolSize(address: string): number {
  return address.includes(".") ? 4 : hardwareAddressSize(address);
}

/**
 * Writes an ARP packet at `at`. `into` must have room for `arpSize(value)` bytes.
 * @returns the offset after it
 * @throws PromiscError `usage` if an address is invalid, or if the sender's addresses and the target's differ in length
 */
export function writeArp(value: Arp, into: Uint8Array, at = 0): number {
  const hardware = hardwareAddressSize(value.senderHardwareAddress);
  const protocol = protocolSize(value.senderProtocolAddress);
  if (
    hardware !== hardwareAddressSize(value.targetHardwareAddress) ||
    protocol !== protocolSize(value.targetProtocolAddress)
  )
    throw unwritable("ARP", "the sender's and the target's addresses have different lengths");
  writeBe16(into, at + field.hardwareType, value.hardwareType);
  writeBe16(into, at + field.protocolType, value.protocolType);
  into[at + field.hardwareLength] = hardware;
  into[at + field.protocolLength] = protocol;
  writeBe16(into, at + field.operation, value.operation);
  let next = writeHardwareAddress(value.senderHardwareAddress, into, at + field.senderHardwareAddress);
  next = writeProtocolAddress(value.senderProtocolAddress, into, next);
  next = writeHardwareAddress(value.targetHardwareAddress, into, next);
  return writeProtocolAddress(value.targetProtocolAddress, into, next);
}

function writeProtocolAddress(address: string, into: Uint8Array, at: number): number {
  if (!address.includes(".")) return writeHardwareAddress(address, into, at);
  writeIpv4Address(address, into, at);
  return at + 4;
}

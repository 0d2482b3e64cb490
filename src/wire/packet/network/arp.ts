import { need, unwritable } from "../../bytes.js";
import { formatHardwareAddress } from "../../hardware-address.js";
import { ipv4AddressAt } from "../../inet-address.js";
import { readBe16, writeBe16 } from "../../network-order.js";
import { hardwareAddressSize, writeHardwareAddress, writeIpv4Address } from "../../parse-address.js";
import { ETH_P_IP } from "../link/ether-type.js";

export const ARP_REQUEST = 1;
export const ARP_REPLY = 2;

const field = {
  hardwareType: 0,
  protocolType: 2,
  hardwareLength: 4,
  protocolLength: 5,
  operation: 6,
  addresses: 8,
} as const;

/** An ARP packet (RFC 826), or one of RARP (RFC 903), which looks the same. */
export interface Arp {
  /** `ARPHRD_*`, 1 for Ethernet. */
  readonly hardwareType: number;
  /** An EtherType, 0x0800 for IPv4. */
  readonly protocolType: number;
  readonly operation: number;
  readonly senderHardwareAddress: string;
  /** An IPv4 address in dotted decimals; of another protocol or length, octets as in a hardware address. */
  readonly senderProtocolAddress: string;
  readonly targetHardwareAddress: string;
  readonly targetProtocolAddress: string;
}

export function readArp(bytes: Uint8Array, at = 0, end = bytes.length): Arp {
  need("ARP", at, field.addresses, end);
  const protocolType = readBe16(bytes, at + field.protocolType);
  const hardwareLength = bytes[at + field.hardwareLength] as number;
  const protocolLength = bytes[at + field.protocolLength] as number;
  const sender = at + field.addresses;
  const target = sender + hardwareLength + protocolLength;
  need("ARP addresses", sender, 2 * (target - sender), end);
  return {
    hardwareType: readBe16(bytes, at + field.hardwareType),
    protocolType,
    operation: readBe16(bytes, at + field.operation),
    senderHardwareAddress: octets(bytes, sender, hardwareLength),
    senderProtocolAddress: protocolAddress(bytes, sender + hardwareLength, protocolLength, protocolType),
    targetHardwareAddress: octets(bytes, target, hardwareLength),
    targetProtocolAddress: protocolAddress(bytes, target + hardwareLength, protocolLength, protocolType),
  };
}

function octets(bytes: Uint8Array, at: number, length: number): string {
  return formatHardwareAddress(bytes.subarray(at, at + length));
}

function protocolAddress(bytes: Uint8Array, at: number, length: number, type: number): string {
  return type === ETH_P_IP && length === 4 ? ipv4AddressAt(bytes, at) : octets(bytes, at, length);
}

/** Bytes that {@link writeArp} writes. */
export function arpSize(value: Arp): number {
  const { senderHardwareAddress, senderProtocolAddress } = value;
  return (
    field.addresses + 2 * (hardwareAddressSize(senderHardwareAddress) + protocolSize(senderProtocolAddress))
  );
}

function protocolSize(address: string): number {
  return address.includes(".") ? 4 : hardwareAddressSize(address);
}

/**
 * @returns the offset after it
 * @throws PromiscError `usage` if the sender's addresses and the target's have different lengths
 */
export function writeArp(value: Arp, into: Uint8Array, at = 0): number {
  const hardwareLength = hardwareAddressSize(value.senderHardwareAddress);
  const protocolLength = protocolSize(value.senderProtocolAddress);
  if (
    hardwareLength !== hardwareAddressSize(value.targetHardwareAddress) ||
    protocolLength !== protocolSize(value.targetProtocolAddress)
  )
    throw unwritable("ARP", "the sender's and the target's addresses have different lengths");
  writeBe16(into, at + field.hardwareType, value.hardwareType);
  writeBe16(into, at + field.protocolType, value.protocolType);
  into[at + field.hardwareLength] = hardwareLength;
  into[at + field.protocolLength] = protocolLength;
  writeBe16(into, at + field.operation, value.operation);
  let next = writeHardwareAddress(value.senderHardwareAddress, into, at + field.addresses);
  next = writeProtocolAddress(value.senderProtocolAddress, into, next);
  next = writeHardwareAddress(value.targetHardwareAddress, into, next);
  return writeProtocolAddress(value.targetProtocolAddress, into, next);
}

function writeProtocolAddress(address: string, into: Uint8Array, at: number): number {
  if (!address.includes(".")) return writeHardwareAddress(address, into, at);
  writeIpv4Address(address, into, at);
  return at + 4;
}

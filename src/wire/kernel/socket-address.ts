import { readU32, writeU16, writeU32 } from "../bytes.js";
import { writeBe16 } from "../network-order.js";
import { AF_INET, AF_NETLINK, AF_PACKET } from "./address-family.js";

// Addresses that sockets are bound to and that packets come from. Each begins with its family. Integers are in host
// byte order unless stated otherwise.

/** Size of `struct sockaddr_ll` (packet(7)). */
export const SOCKADDR_LL_SIZE = 20;

/** `struct sockaddr_ll`. The protocol is in network byte order. */
export const linkAddressField = {
  family: 0,
  protocol: 2,
  index: 4,
  hardwareType: 8,
  packetType: 10,
  addressLength: 11,
  address: 12,
} as const;

// linux/if_packet.h: values of `sll_pkttype`, the destination of a packet.
export const PACKET_HOST = 0;
export const PACKET_BROADCAST = 1;
export const PACKET_MULTICAST = 2;
/** Another host: only a promiscuous interface receives such packets. */
export const PACKET_OTHERHOST = 3;
export const PACKET_OUTGOING = 4;

/**
 * Writes the `SOCKADDR_LL_SIZE` bytes of the address to bind a packet socket to.
 * @param protocol `ETH_P_*`; a socket with 0 receives nothing
 * @param index interface index; 0 for all interfaces
 */
export function writeLinkAddress(protocol: number, index: number, into: Uint8Array): void {
  into.fill(0, 0, SOCKADDR_LL_SIZE);
  writeU16(into, linkAddressField.family, AF_PACKET);
  writeBe16(into, linkAddressField.protocol, protocol);
  writeU32(into, linkAddressField.index, index);
}

/** Size of `struct sockaddr_nl` (netlink(7)). */
export const SOCKADDR_NL_SIZE = 12;

const netlinkField = { family: 0, portId: 4, groups: 8 } as const;

/**
 * Writes the `SOCKADDR_NL_SIZE` bytes of the address to bind a netlink socket to. The kernel chooses the port.
 * @param groups bits of the multicast groups to join
 */
export function writeNetlinkAddress(groups: number, into: Uint8Array): void {
  into.fill(0, 0, SOCKADDR_NL_SIZE);
  writeU16(into, netlinkField.family, AF_NETLINK);
  writeU32(into, netlinkField.groups, groups);
}

/** Returns the port of a `struct sockaddr_nl`; 0 is the kernel's. */
export function netlinkPortId(address: Uint8Array): number {
  return readU32(address, netlinkField.portId);
}

/** Size of `struct sockaddr_in` (ip(7)). */
export const SOCKADDR_IN_SIZE = 16;

const inetField = { family: 0, port: 2, address: 4 } as const;

/**
 * Writes the `SOCKADDR_IN_SIZE` bytes of an IPv4 address and a port.
 * @param address four bytes
 */
export function writeInetSocketAddress(
  address: Uint8Array,
  port: number,
  into: Uint8Array,
  offset: number,
): void {
  into.fill(0, offset, offset + SOCKADDR_IN_SIZE);
  writeU16(into, offset + inetField.family, AF_INET);
  writeBe16(into, offset + inetField.port, port);
  into.set(address, offset + inetField.address);
}

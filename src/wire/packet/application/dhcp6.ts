import { need } from "../../bytes.js";
import { ipv6AddressAt } from "../../inet-address.js";
import { readBe24, writeBe24 } from "../../network-order.js";
import { writeIpv6Address } from "../../parse-address.js";
import { type Dhcp6Option, dhcp6OptionsSize, readDhcp6Options, writeDhcp6Options } from "./dhcp6-option.js";

/** UDP ports (RFC 8415, 7.2). */
export const DHCP6_CLIENT_PORT = 546;
export const DHCP6_SERVER_PORT = 547;

// Types of messages between relay agents and server (RFC 8415, 7.3).
export const RELAY_FORWARD = 12;
export const RELAY_REPLY = 13;

/** Offsets in messages between client and server (RFC 8415, 8). */
export const direct = { messageType: 0, transactionId: 1, options: 4 } as const;
/** Offsets in messages between relay agent and server (RFC 8415, 9). */
const relayed = { messageType: 0, hopCount: 1, linkAddress: 2, peerAddress: 18, options: 34 } as const;

// These functions read the fields of a message at `at` without checks: its first `direct.options` bytes must lie within
// `bytes`.

export function messageType(bytes: Uint8Array, at: number): number {
  return bytes[at + direct.messageType] as number;
}

/** Reports whether the message is one between relay agents and server. */
export function isRelayed(bytes: Uint8Array, at: number): boolean {
  const type = messageType(bytes, at);
  return type === RELAY_FORWARD || type === RELAY_REPLY;
}

export function transactionId(bytes: Uint8Array, at: number): number {
  return readBe24(bytes, at + direct.transactionId);
}

/**
 * A DHCPv6 message (RFC 8415). Its type determines whether it is between client and server or between relay agent and
 * server.
 */
export type Dhcp6 = { readonly messageType: number; readonly options: readonly Dhcp6Option[] } & (
  | { readonly transactionId: number }
  | { readonly hopCount: number; readonly linkAddress: string; readonly peerAddress: string }
);

export function readDhcp6(bytes: Uint8Array, at = 0, end = bytes.length): Dhcp6 {
  need("DHCPv6", at, direct.options, end);
  if (!isRelayed(bytes, at))
    return {
      messageType: messageType(bytes, at),
      transactionId: transactionId(bytes, at),
      options: readDhcp6Options(bytes, at + direct.options, end),
    };
  need("DHCPv6", at, relayed.options, end);
  return {
    messageType: messageType(bytes, at),
    hopCount: bytes[at + relayed.hopCount] as number,
    linkAddress: ipv6AddressAt(bytes, at + relayed.linkAddress),
    peerAddress: ipv6AddressAt(bytes, at + relayed.peerAddress),
    options: readDhcp6Options(bytes, at + relayed.options, end),
  };
}

/** Returns the number of bytes that {@link writeDhcp6} writes. */
export function dhcp6Size(value: Dhcp6): number {
  return ("transactionId" in value ? direct.options : relayed.options) + dhcp6OptionsSize(value.options);
}

/**
 * Writes the message at `at`.
 * @returns the offset after it
 */
export function writeDhcp6(value: Dhcp6, into: Uint8Array, at = 0): number {
  into[at + direct.messageType] = value.messageType;
  if ("transactionId" in value) {
    writeBe24(into, at + direct.transactionId, value.transactionId);
    return writeDhcp6Options(value.options, into, at + direct.options);
  }
  into[at + relayed.hopCount] = value.hopCount;
  writeIpv6Address(value.linkAddress, into, at + relayed.linkAddress);
  writeIpv6Address(value.peerAddress, into, at + relayed.peerAddress);
  return writeDhcp6Options(value.options, into, at + relayed.options);
}

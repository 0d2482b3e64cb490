import { malformed, need } from "../../bytes.js";
import { hardwareAddressAt } from "../../hardware-address.js";
import { readBe16, readBe32, writeBe16, writeBe32 } from "../../network-order.js";
import { writeMac } from "../../parse-address.js";

/** Size in bytes of a topology change notification (IEEE 802.1D, 9.3.2), and of the fields that all BPDUs have. */
export const STP_NOTIFICATION_SIZE = 4;
/** Size in bytes of a configuration BPDU (IEEE 802.1D, 9.3.1). */
export const STP_CONFIGURATION_SIZE = 35;

// Protocol versions (IEEE 802.1D, 9.3; IEEE 802.1Q, 14.4).
export const STP_VERSION = 0;
export const RSTP_VERSION = 2;
export const MSTP_VERSION = 3;
export const SPT_VERSION = 4;

// BPDU types (IEEE 802.1D, 9.3).
export const STP_CONFIGURATION = 0x00;
export const STP_RAPID = 0x02;
export const STP_TOPOLOGY_CHANGE_NOTIFICATION = 0x80;

// Flags (IEEE 802.1D, 9.3.3).
export const STP_TOPOLOGY_CHANGE = 0x01;
export const STP_PROPOSAL = 0x02;
export const STP_LEARNING = 0x10;
export const STP_FORWARDING = 0x20;
export const STP_AGREEMENT = 0x40;
export const STP_TOPOLOGY_CHANGE_ACKNOWLEDGMENT = 0x80;

/** Offsets from the BPDU's start, in bytes (IEEE 802.1D, 9.3). */
export const field = {
  protocolIdentifier: 0,
  version: 2,
  type: 3,
  flags: 4,
  rootPriority: 5,
  rootAddress: 7,
  rootPathCost: 13,
  bridgePriority: 17,
  bridgeAddress: 19,
  portIdentifier: 25,
  messageAge: 27,
  maxAge: 29,
  helloTime: 31,
  forwardDelay: 33,
  version1Length: 35,
} as const;

/** Times are in units of 1/256 seconds. */
export const STP_SECOND = 256;

// These functions read the fields of a BPDU at `at` without checks: they must lie within `bytes`.

/** Returns the protocol identifier: 0 in all known protocols. */
export function protocolIdentifier(bytes: Uint8Array, at: number): number {
  return readBe16(bytes, at + field.protocolIdentifier);
}

export function version(bytes: Uint8Array, at: number): number {
  return bytes[at + field.version] as number;
}

export function bpduType(bytes: Uint8Array, at: number): number {
  return bytes[at + field.type] as number;
}

export function flags(bytes: Uint8Array, at: number): number {
  return bytes[at + field.flags] as number;
}

/** Returns the port's role, from two bits of the flags of an RSTP BPDU: 1 alternate or backup, 2 root, 3 designated. */
export function portRole(bytes: Uint8Array, at: number): number {
  return (flags(bytes, at) >>> 2) & 3;
}

export function rootPriority(bytes: Uint8Array, at: number): number {
  return readBe16(bytes, at + field.rootPriority);
}

export function rootPathCost(bytes: Uint8Array, at: number): number {
  return readBe32(bytes, at + field.rootPathCost);
}

export function bridgePriority(bytes: Uint8Array, at: number): number {
  return readBe16(bytes, at + field.bridgePriority);
}

export function portIdentifier(bytes: Uint8Array, at: number): number {
  return readBe16(bytes, at + field.portIdentifier);
}

/** Returns the message age in 1/256 seconds. The functions below return times in the same unit. */
export function messageAge(bytes: Uint8Array, at: number): number {
  return readBe16(bytes, at + field.messageAge);
}

export function maxAge(bytes: Uint8Array, at: number): number {
  return readBe16(bytes, at + field.maxAge);
}

export function helloTime(bytes: Uint8Array, at: number): number {
  return readBe16(bytes, at + field.helloTime);
}

export function forwardDelay(bytes: Uint8Array, at: number): number {
  return readBe16(bytes, at + field.forwardDelay);
}

/** The fields of configuration BPDUs, and of those of later versions. */
export interface StpConfiguration {
  readonly flags: number;
  readonly rootPriority: number;
  readonly rootAddress: string;
  readonly rootPathCost: number;
  readonly bridgePriority: number;
  readonly bridgeAddress: string;
  readonly portIdentifier: number;
  /** In seconds, as are the three below: multiples of 1/256. */
  readonly messageAge: number;
  readonly maxAge: number;
  readonly helloTime: number;
  readonly forwardDelay: number;
}

/** A BPDU of the Spanning Tree Protocol (IEEE 802.1D, 9.3). */
export interface Stp {
  /** 0 STP, 2 RSTP, 3 MSTP. */
  readonly version: number;
  /** 0 configuration, 2 rapid or multiple spanning tree, 0x80 topology change notification. */
  readonly bpduType: number;
  /** Absent in topology change notifications. */
  readonly configuration?: StpConfiguration;
}

export function readStp(bytes: Uint8Array, at = 0, end = bytes.length): Stp {
  need("BPDU", at, STP_NOTIFICATION_SIZE, end);
  const protocol = protocolIdentifier(bytes, at);
  if (protocol !== 0) throw malformed("BPDU", `protocol identifier ${protocol}`);
  const common = { version: version(bytes, at), bpduType: bpduType(bytes, at) };
  if (common.bpduType === STP_TOPOLOGY_CHANGE_NOTIFICATION) return common;
  need("BPDU", at, STP_CONFIGURATION_SIZE, end);
  return {
    ...common,
    configuration: {
      flags: flags(bytes, at),
      rootPriority: rootPriority(bytes, at),
      rootAddress: hardwareAddressAt(bytes, at + field.rootAddress),
      rootPathCost: rootPathCost(bytes, at),
      bridgePriority: bridgePriority(bytes, at),
      bridgeAddress: hardwareAddressAt(bytes, at + field.bridgeAddress),
      portIdentifier: portIdentifier(bytes, at),
      messageAge: messageAge(bytes, at) / STP_SECOND,
      maxAge: maxAge(bytes, at) / STP_SECOND,
      helloTime: helloTime(bytes, at) / STP_SECOND,
      forwardDelay: forwardDelay(bytes, at) / STP_SECOND,
    },
  };
}

/**
 * Returns the number of bytes that {@link writeStp} writes. A BPDU of RSTP has one more than one of STP: the version 1
 * length.
 */
export function stpSize(value: Stp): number {
  if (!value.configuration) return STP_NOTIFICATION_SIZE;
  return STP_CONFIGURATION_SIZE + (value.version >= RSTP_VERSION ? 1 : 0);
}

/**
 * Writes the BPDU at `at`.
 * @returns the offset after it
 */
export function writeStp(value: Stp, into: Uint8Array, at = 0): number {
  const { configuration } = value;
  writeBe16(into, at + field.protocolIdentifier, 0);
  into[at + field.version] = value.version;
  into[at + field.type] = value.bpduType;
  const end = at + stpSize(value);
  if (!configuration) return end;
  into[at + field.flags] = configuration.flags;
  writeBe16(into, at + field.rootPriority, configuration.rootPriority);
  writeMac(configuration.rootAddress, into, at + field.rootAddress);
  writeBe32(into, at + field.rootPathCost, configuration.rootPathCost);
  writeBe16(into, at + field.bridgePriority, configuration.bridgePriority);
  writeMac(configuration.bridgeAddress, into, at + field.bridgeAddress);
  writeBe16(into, at + field.portIdentifier, configuration.portIdentifier);
  writeBe16(into, at + field.messageAge, configuration.messageAge * STP_SECOND);
  writeBe16(into, at + field.maxAge, configuration.maxAge * STP_SECOND);
  writeBe16(into, at + field.helloTime, configuration.helloTime * STP_SECOND);
  writeBe16(into, at + field.forwardDelay, configuration.forwardDelay * STP_SECOND);
  if (value.version >= RSTP_VERSION) into[at + field.version1Length] = 0;
  return end;
}

import { malformed, need } from "../../bytes.js";
import { hardwareAddressAt } from "../../hardware-address.js";
import { readBe16, readBe32, writeBe16, writeBe32 } from "../../network-order.js";
import { writeMac } from "../../parse-address.js";

const TOPOLOGY_CHANGE_NOTIFICATION = 0x80;
const RAPID = 2;

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

/** Size of a topology change notification (IEEE 802.1D, 9.3.2). */
const NOTIFICATION_SIZE = 4;
/** Size of a configuration BPDU (IEEE 802.1D, 9.3.1). */
const CONFIGURATION_SIZE = 35;

/** Times stand as 1/256 seconds. */
const SECOND = 256;

/** What a configuration BPDU and those of later versions say. */
export interface StpConfiguration {
  readonly flags: number;
  readonly rootPriority: number;
  readonly rootAddress: string;
  readonly rootPathCost: number;
  readonly bridgePriority: number;
  readonly bridgeAddress: string;
  readonly portIdentifier: number;
  /** In seconds, as the next three; a multiple of 1/256. */
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
  /** Absent in a topology change notification. */
  readonly configuration?: StpConfiguration;
}

export function readStp(bytes: Uint8Array, at = 0, end = bytes.length): Stp {
  need("BPDU", at, NOTIFICATION_SIZE, end);
  const protocol = readBe16(bytes, at + field.protocolIdentifier);
  if (protocol !== 0) throw malformed("BPDU", `protocol identifier ${protocol}`);
  const version = bytes[at + field.version] as number;
  const bpduType = bytes[at + field.type] as number;
  if (bpduType === TOPOLOGY_CHANGE_NOTIFICATION) return { version, bpduType };
  need("BPDU", at, CONFIGURATION_SIZE, end);
  return {
    version,
    bpduType,
    configuration: {
      flags: bytes[at + field.flags] as number,
      rootPriority: readBe16(bytes, at + field.rootPriority),
      rootAddress: hardwareAddressAt(bytes, at + field.rootAddress),
      rootPathCost: readBe32(bytes, at + field.rootPathCost),
      bridgePriority: readBe16(bytes, at + field.bridgePriority),
      bridgeAddress: hardwareAddressAt(bytes, at + field.bridgeAddress),
      portIdentifier: readBe16(bytes, at + field.portIdentifier),
      messageAge: readBe16(bytes, at + field.messageAge) / SECOND,
      maxAge: readBe16(bytes, at + field.maxAge) / SECOND,
      helloTime: readBe16(bytes, at + field.helloTime) / SECOND,
      forwardDelay: readBe16(bytes, at + field.forwardDelay) / SECOND,
    },
  };
}

/** Bytes that {@link writeStp} writes: a BPDU of RSTP has one more than one of STP, its version 1 length. */
export function stpSize({ configuration, version }: Stp): number {
  if (!configuration) return NOTIFICATION_SIZE;
  return CONFIGURATION_SIZE + (version >= RAPID ? 1 : 0);
}

/** @returns the offset after it */
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
  writeBe16(into, at + field.messageAge, configuration.messageAge * SECOND);
  writeBe16(into, at + field.maxAge, configuration.maxAge * SECOND);
  writeBe16(into, at + field.helloTime, configuration.helloTime * SECOND);
  writeBe16(into, at + field.forwardDelay, configuration.forwardDelay * SECOND);
  if (value.version >= RAPID) into[at + field.version1Length] = 0;
  return end;
}

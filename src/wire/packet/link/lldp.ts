import { decodeString, encodeString, need, unwritable } from "../../bytes.js";
import { hardwareAddressAt } from "../../hardware-address.js";
import { ipv4AddressAt, ipv6AddressAt } from "../../inet-address.js";
import { readBe16, readBe24, readBe32, writeBe16, writeBe24, writeBe32 } from "../../network-order.js";
import { writeIpv4Address, writeIpv6Address, writeMac } from "../../parse-address.js";

/** Types of TLVs (IEEE 802.1AB, 8.4). */
export const type = {
  end: 0,
  "chassis-id": 1,
  "port-id": 2,
  "time-to-live": 3,
  "port-description": 4,
  "system-name": 5,
  "system-description": 6,
  capabilities: 7,
  "management-address": 8,
  organization: 127,
} as const;

/** Size in bytes of a TLV's header: seven bits of type and nine bits of length (IEEE 802.1AB, 8.3). */
export const HEADER_SIZE = 2;
const TYPE_SHIFT = 9;
const MOST_BYTES = 0x1ff;

// These functions read the fields of a TLV at `at` without checks.

export function tlvType(bytes: Uint8Array, at: number): number {
  return readBe16(bytes, at) >>> TYPE_SHIFT;
}

/** Returns the length of the TLV's value in bytes. */
export function tlvLength(bytes: Uint8Array, at: number): number {
  return readBe16(bytes, at) & MOST_BYTES;
}

/** The length of the value of a `time-to-live` TLV in bytes (IEEE 802.1AB, 8.5.4). */
export const TIME_TO_LIVE_SIZE = 2;

/**
 * Returns the time to live in seconds.
 * @param content offset of the value of a `time-to-live` TLV
 */
export function timeToLive(bytes: Uint8Array, content: number): number {
  return readBe16(bytes, content);
}

/** Subtypes of identifiers that are hardware addresses: of a chassis (8.5.2.2) and of a port (8.5.3.2). */
const CHASSIS_MAC = 4;
const PORT_MAC = 3;
/** Subtypes of identifiers that are network addresses rather than text. */
const CHASSIS_NETWORK = 5;
const PORT_NETWORK = 4;

// IANA's address family numbers.
const FAMILY_IPV4 = 1;
const FAMILY_IPV6 = 2;

/**
 * One TLV of the Link Layer Discovery Protocol (IEEE 802.1AB, 8.5). The End TLV isn't represented; it is always
 * written.
 */
export type LldpTlv =
  | {
      readonly tlv: "chassis-id" | "port-id";
      readonly subtype: number;
      /** Depending on the subtype: a hardware address, text, or bytes. */
      readonly id: string | Uint8Array;
    }
  /** In seconds. */
  | { readonly tlv: "time-to-live"; readonly seconds: number }
  | { readonly tlv: "port-description" | "system-name" | "system-description"; readonly text: string }
  /**
   * Bit masks of what the system is capable of and of what is enabled: 4 bridge, 8 access point, 16 router, 128
   * station.
   */
  | { readonly tlv: "capabilities"; readonly system: number; readonly enabled: number }
  | {
      readonly tlv: "management-address";
      /** IANA's address family number: 1 IPv4, 2 IPv6, 6 IEEE 802. */
      readonly family: number;
      readonly address: string | Uint8Array;
      readonly interfaceSubtype: number;
      readonly interfaceNumber: number;
      readonly objectId: Uint8Array;
    }
  | {
      readonly tlv: "organization";
      /** The OUI. */
      readonly organization: number;
      readonly subtype: number;
      readonly data: Uint8Array;
    }
  /** A TLV of another type, or one whose length is invalid for its type. */
  | { readonly tlv: "other"; readonly type: number; readonly data: Uint8Array };

export interface Lldp {
  readonly tlvs: readonly LldpTlv[];
}

/** Offset after the End TLV. Anything after it is padding. */
export interface LldpAt extends Lldp {
  readonly end: number;
}

export function readLldp(bytes: Uint8Array, start = 0, end = bytes.length): LldpAt {
  const tlvs: LldpTlv[] = [];
  for (let at = start; ; ) {
    need("LLDP", at, HEADER_SIZE, end);
    const number = tlvType(bytes, at);
    const content = at + HEADER_SIZE;
    const length = tlvLength(bytes, at);
    need("LLDP TLV", content, length, end);
    at = content + length;
    if (number === type.end) return { tlvs, end: at };
    tlvs.push(readTlv(bytes, content, at, number));
  }
}

function readTlv(bytes: Uint8Array, at: number, end: number, number: number): LldpTlv {
  const length = end - at;
  switch (number) {
    case type["chassis-id"]:
      if (length > 0) return readId(bytes, at, end, "chassis-id", CHASSIS_MAC, CHASSIS_NETWORK);
      break;
    case type["port-id"]:
      if (length > 0) return readId(bytes, at, end, "port-id", PORT_MAC, PORT_NETWORK);
      break;
    case type["time-to-live"]:
      if (length === TIME_TO_LIVE_SIZE) return { tlv: "time-to-live", seconds: timeToLive(bytes, at) };
      break;
    case type["port-description"]:
      return { tlv: "port-description", text: decodeString(bytes, at, end) };
    case type["system-name"]:
      return { tlv: "system-name", text: decodeString(bytes, at, end) };
    case type["system-description"]:
      return { tlv: "system-description", text: decodeString(bytes, at, end) };
    case type.capabilities:
      if (length === 4)
        return { tlv: "capabilities", system: readBe16(bytes, at), enabled: readBe16(bytes, at + 2) };
      break;
    case type["management-address"]:
      return readManagement(bytes, at, end) ?? { tlv: "other", type: number, data: bytes.subarray(at, end) };
    case type.organization:
      if (length >= 4)
        return {
          tlv: "organization",
          organization: readBe24(bytes, at),
          subtype: bytes[at + 3] as number,
          data: bytes.subarray(at + 4, end),
        };
  }
  return { tlv: "other", type: number, data: bytes.subarray(at, end) };
}

function readId(
  bytes: Uint8Array,
  at: number,
  end: number,
  tlv: "chassis-id" | "port-id",
  mac: number,
  network: number,
): LldpTlv {
  const subtype = bytes[at] as number;
  if (subtype === mac && end - at === 7) return { tlv, subtype, id: hardwareAddressAt(bytes, at + 1) };
  if (subtype === mac || subtype === network) return { tlv, subtype, id: bytes.subarray(at + 1, end) };
  return { tlv, subtype, id: decodeString(bytes, at + 1, end) };
}

/** Reads a management address (IEEE 802.1AB, 8.5.9). Returns undefined if its lengths are inconsistent. */
function readManagement(bytes: Uint8Array, at: number, end: number): LldpTlv | undefined {
  const addressEnd = at + 1 + (end > at ? (bytes[at] as number) : 0);
  if (addressEnd < at + 2 || addressEnd + 6 > end) return undefined;
  const objectId = addressEnd + 6;
  if (objectId + (bytes[addressEnd + 5] as number) !== end) return undefined;
  const family = bytes[at + 1] as number;
  return {
    tlv: "management-address",
    family,
    address: managementAddress(bytes, at + 2, addressEnd, family),
    interfaceSubtype: bytes[addressEnd] as number,
    interfaceNumber: readBe32(bytes, addressEnd + 1),
    objectId: bytes.subarray(objectId, end),
  };
}

function managementAddress(bytes: Uint8Array, at: number, end: number, family: number): string | Uint8Array {
  if (family === FAMILY_IPV4 && end - at === 4) return ipv4AddressAt(bytes, at);
  if (family === FAMILY_IPV6 && end - at === 16) return ipv6AddressAt(bytes, at);
  return bytes.subarray(at, end);
}

/** Returns the number of bytes that {@link writeLldp} writes. */
export function lldpSize({ tlvs }: Lldp): number {
  let size = HEADER_SIZE;
  for (const tlv of tlvs) size += HEADER_SIZE + contentSize(tlv);
  return size;
}

function contentSize(value: LldpTlv): number {
  switch (value.tlv) {
    case "chassis-id":
    case "port-id":
      return 1 + idBytes(value).length;
    case "time-to-live":
      return TIME_TO_LIVE_SIZE;
    case "capabilities":
      return 4;
    case "management-address":
      return 8 + managementSize(value.address) + value.objectId.length;
    case "organization":
      return 4 + value.data.length;
    case "other":
      return value.data.length;
    default:
      return encodeString(value.text).length;
  }
}

type Id = Extract<LldpTlv, { id: unknown }>;

function idBytes({ tlv, subtype, id }: Id): Uint8Array {
  if (typeof id !== "string") return id;
  if (subtype !== (tlv === "chassis-id" ? CHASSIS_MAC : PORT_MAC)) return encodeString(id);
  const mac = new Uint8Array(6);
  writeMac(id, mac, 0);
  return mac;
}

function managementSize(address: string | Uint8Array): number {
  if (typeof address !== "string") return address.length;
  return address.includes(":") ? 16 : 4;
}

/**
 * Writes the TLVs and an End TLV.
 * @returns the offset after them
 * @throws PromiscError `usage` if the value of a TLV has more than 511 bytes
 */
export function writeLldp({ tlvs }: Lldp, into: Uint8Array, start = 0): number {
  let at = start;
  for (const tlv of tlvs) {
    const size = contentSize(tlv);
    if (size > MOST_BYTES) throw unwritable("LLDP TLV", `${size} bytes, at most ${MOST_BYTES}`);
    writeBe16(into, at, ((tlv.tlv === "other" ? tlv.type : type[tlv.tlv]) << TYPE_SHIFT) | size);
    writeContent(tlv, into, at + HEADER_SIZE);
    at += HEADER_SIZE + size;
  }
  writeBe16(into, at, type.end);
  return at + HEADER_SIZE;
}

function writeContent(value: LldpTlv, into: Uint8Array, at: number): void {
  switch (value.tlv) {
    case "chassis-id":
    case "port-id":
      into[at] = value.subtype;
      into.set(idBytes(value), at + 1);
      break;
    case "time-to-live":
      writeBe16(into, at, value.seconds);
      break;
    case "capabilities":
      writeBe16(into, at, value.system);
      writeBe16(into, at + 2, value.enabled);
      break;
    case "management-address":
      writeManagement(value, into, at);
      break;
    case "organization":
      writeBe24(into, at, value.organization);
      into[at + 3] = value.subtype;
      into.set(value.data, at + 4);
      break;
    case "other":
      into.set(value.data, at);
      break;
    default:
      into.set(encodeString(value.text), at);
  }
}

function writeManagement(
  value: Extract<LldpTlv, { tlv: "management-address" }>,
  into: Uint8Array,
  at: number,
): void {
  const { address, objectId } = value;
  const size = managementSize(address);
  into[at] = 1 + size;
  into[at + 1] = value.family;
  if (typeof address !== "string") into.set(address, at + 2);
  else if (size === 4) writeIpv4Address(address, into, at + 2);
  else writeIpv6Address(address, into, at + 2);
  const rest = at + 2 + size;
  into[rest] = value.interfaceSubtype;
  writeBe32(into, rest + 1, value.interfaceNumber);
  into[rest + 5] = objectId.length;
  into.set(objectId, rest + 6);
}

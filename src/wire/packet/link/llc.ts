import { need } from "../../bytes.js";
import { readBe16, readBe24, writeBe16, writeBe24 } from "../../network-order.js";

/** Size in bytes of a header whose control field has 8 bits (IEEE 802.2, 3.2). */
export const LLC_SIZE = 3;

/** Offsets from the header's start, in bytes (IEEE 802.2, 3.2). */
export const field = { dsap: 0, ssap: 1, control: 2 } as const;

/**
 * Offsets from the start of a Subnetwork Access Protocol header, in bytes, and its size (IEEE 802, 9.5). It may follow
 * LLC.
 */
export const snap = { organization: 0, protocolId: 3, size: 5 } as const;

/** The OUI with which the protocol is an EtherType (RFC 1042). */
export const OUI_ENCAPSULATED_ETHERNET = 0x000000;

// Service access points (IEEE 802.2, 3.3), with the names of linux/llc.h.
export const LLC_SAP_NULL = 0x00;
export const LLC_SAP_LLC = 0x02;
export const LLC_SAP_IP = 0x06;
export const LLC_SAP_PNM = 0x0e;
/** Spanning Tree (IEEE 802.1D, 7.12.3). */
export const LLC_SAP_BSPAN = 0x42;
export const LLC_SAP_8208 = 0x7e;
/** Also used for XNS. */
export const LLC_SAP_3COM = 0x80;
export const LLC_SAP_PRO = 0x8e;
export const LLC_SAP_SNAP = 0xaa;
export const LLC_SAP_BANYAN = 0xbc;
export const LLC_SAP_IPX = 0xe0;
export const LLC_SAP_NETBEUI = 0xf0;
export const LLC_SAP_LANMGR = 0xf4;
export const LLC_SAP_OSI = 0xfe;
export const LLC_SAP_GLOBAL = 0xff;
/** In the destination: the address is that of a group. In the source: the frame is a response (IEEE 802.2, 3.3.1). */
export const LLC_GROUP_OR_RESPONSE = 0x01;

// Unnumbered commands and responses (IEEE 802.2, 5.4), without the poll/final bit.
export const LLC_UI = 0x03;
export const LLC_DM = 0x0f;
export const LLC_DISC = 0x43;
export const LLC_UA = 0x63;
export const LLC_SABME = 0x6f;
export const LLC_FRMR = 0x87;
export const LLC_XID = 0xaf;
export const LLC_TEST = 0xe3;
/** The poll/final bit in the control field of unnumbered frames. */
export const LLC_UNNUMBERED_POLL_FINAL = 0x10;
/** The poll/final bit in the control field of other frames. */
export const LLC_POLL_FINAL = 0x100;

// These functions read the fields of a header at `at` without checks: it must lie within `bytes`.

export function dsap(bytes: Uint8Array, at: number): number {
  return bytes[at + field.dsap] as number;
}

export function ssap(bytes: Uint8Array, at: number): number {
  return bytes[at + field.ssap] as number;
}

/**
 * Reports whether the frame is unnumbered: the lowest two bits of its control field are set, and the field has 8 bits.
 */
export function isUnnumbered(bytes: Uint8Array, at: number): boolean {
  return controlSize(bytes[at + field.control] as number) === 1;
}

/** Returns the length in bytes of the header at `at`, whose first 3 bytes must be there. */
export function headerLength(bytes: Uint8Array, at: number): number {
  return field.control + controlSize(bytes[at + field.control] as number);
}

/** Returns the control field: 8 bits in unnumbered frames, otherwise 16 bits, the first byte being the lower half. */
export function control(bytes: Uint8Array, at: number): number {
  const first = bytes[at + field.control] as number;
  return controlSize(first) === 1 ? first : first | ((bytes[at + field.control + 1] as number) << 8);
}

/** Reports whether a 16-bit control field is that of a supervisory frame, rather than an information frame. */
export function isSupervisory(bits: number): boolean {
  return (bits & 3) === 1;
}

/** Returns the function in a supervisory frame's control field: 0 receive ready, 1 receive not ready, 2 reject. */
export function supervisoryFunction(bits: number): number {
  return (bits >>> 2) & 3;
}

/** Returns N(S) from an information frame's control field. */
export function sendSequence(bits: number): number {
  return (bits >>> 1) & 0x7f;
}

/** Returns N(R) from a 16-bit control field. */
export function receiveSequence(bits: number): number {
  return (bits >>> 9) & 0x7f;
}

/** Reports whether the header at `at`, of 3 bytes, is followed by a Subnetwork Access Protocol header. */
export function hasSnap(bytes: Uint8Array, at: number): boolean {
  return (
    dsap(bytes, at) === LLC_SAP_SNAP &&
    ssap(bytes, at) === LLC_SAP_SNAP &&
    bytes[at + field.control] === LLC_UI
  );
}

/** Returns the OUI of a Subnetwork Access Protocol header. */
export function snapOrganization(bytes: Uint8Array, at: number): number {
  return readBe24(bytes, at + snap.organization);
}

export function snapProtocolId(bytes: Uint8Array, at: number): number {
  return readBe16(bytes, at + snap.protocolId);
}

/** A Subnetwork Access Protocol header (IEEE 802, 9.5). */
export interface Snap {
  /** The OUI. If it is 0, the protocol is an EtherType (RFC 1042). */
  readonly organization: number;
  readonly protocolId: number;
}

/** A Logical Link Control header (IEEE 802.2, 3.2). */
export interface Llc {
  readonly dsap: number;
  readonly ssap: number;
  /**
   * The control field: 8 bits in unnumbered frames, whose lowest two bits are set; otherwise 16 bits, the first byte
   * being the lower half.
   */
  readonly control: number;
  readonly snap?: Snap;
}

/** Returns the size in bytes of the control field that begins with this byte. */
function controlSize(first: number): number {
  return (first & 3) === 3 ? 1 : 2;
}

export function readLlc(bytes: Uint8Array, at = 0, end = bytes.length): Llc {
  need("LLC", at, LLC_SIZE, end);
  const size = headerLength(bytes, at);
  need("LLC", at, size, end);
  const header = { dsap: dsap(bytes, at), ssap: ssap(bytes, at), control: control(bytes, at) };
  if (!hasSnap(bytes, at)) return header;
  const next = at + size;
  need("SNAP", next, snap.size, end);
  return {
    ...header,
    snap: { organization: snapOrganization(bytes, next), protocolId: snapProtocolId(bytes, next) },
  };
}

/** Returns the number of bytes that {@link writeLlc} writes. */
export function llcSize(value: Llc): number {
  return field.control + controlSize(value.control) + (value.snap ? snap.size : 0);
}

/**
 * Writes the header at `at`.
 * @returns the offset after it
 */
export function writeLlc(value: Llc, into: Uint8Array, at = 0): number {
  into[at + field.dsap] = value.dsap;
  into[at + field.ssap] = value.ssap;
  into[at + field.control] = value.control;
  const next = at + field.control + controlSize(value.control);
  if (controlSize(value.control) === 2) into[next - 1] = value.control >>> 8;
  if (!value.snap) return next;
  writeBe24(into, next + snap.organization, value.snap.organization);
  writeBe16(into, next + snap.protocolId, value.snap.protocolId);
  return next + snap.size;
}

import { need } from "../../bytes.js";
import { readBe16, readBe24, writeBe16, writeBe24 } from "../../network-order.js";

/** Size of a header whose control field has 8 bits (IEEE 802.2, 3.2). */
export const LLC_SIZE = 3;

/** Offsets in bytes from the header's start (IEEE 802.2, 3.2). */
export const field = { dsap: 0, ssap: 1, control: 2 } as const;

/** Of the subnetwork access protocol's header, which may follow; offsets from its own start (IEEE 802, 9.5). */
export const snap = { organization: 0, protocolId: 3, size: 5 } as const;

/** The organization of protocols that are EtherTypes (RFC 1042). */
export const OUI_ENCAPSULATED_ETHERNET = 0x000000;

// Service access points (IEEE 802.2, 3.3), as linux/llc.h names them.
export const LLC_SAP_NULL = 0x00;
export const LLC_SAP_LLC = 0x02;
export const LLC_SAP_IP = 0x06;
export const LLC_SAP_PNM = 0x0e;
/** Spanning Tree's (IEEE 802.1D, 7.12.3). */
export const LLC_SAP_BSPAN = 0x42;
export const LLC_SAP_8208 = 0x7e;
/** Also that of XNS. */
export const LLC_SAP_3COM = 0x80;
export const LLC_SAP_PRO = 0x8e;
export const LLC_SAP_SNAP = 0xaa;
export const LLC_SAP_BANYAN = 0xbc;
export const LLC_SAP_IPX = 0xe0;
export const LLC_SAP_NETBEUI = 0xf0;
export const LLC_SAP_LANMGR = 0xf4;
export const LLC_SAP_OSI = 0xfe;
export const LLC_SAP_GLOBAL = 0xff;
/** In a destination, that it is a group's; in a source, that this is a response (IEEE 802.2, 3.3.1). */
export const LLC_GROUP_OR_RESPONSE = 0x01;

// Unnumbered commands and responses (IEEE 802.2, 5.4), without the poll or final bit.
export const LLC_UI = 0x03;
export const LLC_DM = 0x0f;
export const LLC_DISC = 0x43;
export const LLC_UA = 0x63;
export const LLC_SABME = 0x6f;
export const LLC_FRMR = 0x87;
export const LLC_XID = 0xaf;
export const LLC_TEST = 0xe3;
/** The poll or final bit of an unnumbered frame's control field. */
export const LLC_UNNUMBERED_POLL_FINAL = 0x10;
/** The same bit of the others. */
export const LLC_POLL_FINAL = 0x100;

// Accessors of a header at `at`. They check nothing: the header must be there.

export function dsap(bytes: Uint8Array, at: number): number {
  return bytes[at + field.dsap] as number;
}

export function ssap(bytes: Uint8Array, at: number): number {
  return bytes[at + field.ssap] as number;
}

/** Whether the control field has 8 bits: those of an unnumbered frame, of which the lowest two are set. */
export function isUnnumbered(bytes: Uint8Array, at: number): boolean {
  return controlSize(bytes[at + field.control] as number) === 1;
}

/** Bytes of the header at `at`, whose first 3 must be there. */
export function headerLength(bytes: Uint8Array, at: number): number {
  return field.control + controlSize(bytes[at + field.control] as number);
}

/** 8 bits of unnumbered frames; 16 of others, the first byte being the lower half. */
export function control(bytes: Uint8Array, at: number): number {
  const first = bytes[at + field.control] as number;
  return controlSize(first) === 1 ? first : first | ((bytes[at + field.control + 1] as number) << 8);
}

/** Of a control field of 16 bits: whether it is a supervisory frame's; an information frame's otherwise. */
export function isSupervisory(bits: number): boolean {
  return (bits & 3) === 1;
}

/** Of a supervisory frame's control field: 0 receive ready, 1 receive not ready, 2 reject. */
export function supervisoryFunction(bits: number): number {
  return (bits >>> 2) & 3;
}

/** N(S) of an information frame's control field. */
export function sendSequence(bits: number): number {
  return (bits >>> 1) & 0x7f;
}

/** N(R) of a control field of 16 bits. */
export function receiveSequence(bits: number): number {
  return (bits >>> 9) & 0x7f;
}

/** Whether the header at `at`, of 3 bytes, is followed by one of the subnetwork access protocol. */
export function hasSnap(bytes: Uint8Array, at: number): boolean {
  return (
    dsap(bytes, at) === LLC_SAP_SNAP &&
    ssap(bytes, at) === LLC_SAP_SNAP &&
    bytes[at + field.control] === LLC_UI
  );
}

/** OUI. */
export function snapOrganization(bytes: Uint8Array, at: number): number {
  return readBe24(bytes, at + snap.organization);
}

export function snapProtocolId(bytes: Uint8Array, at: number): number {
  return readBe16(bytes, at + snap.protocolId);
}

/** The subnetwork access protocol's header (IEEE 802, 9.5). */
export interface Snap {
  /** OUI; 0 where the next is an EtherType (RFC 1042). */
  readonly organization: number;
  readonly protocolId: number;
}

/** Logical link control (IEEE 802.2, 3.2). */
export interface Llc {
  readonly dsap: number;
  readonly ssap: number;
  /** 8 bits of unnumbered frames, whose lowest two are set; 16 of others, the first byte being the lower half. */
  readonly control: number;
  readonly snap?: Snap;
}

/** Bytes of the control field that begins with this byte. */
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

/** Bytes that {@link writeLlc} writes. */
export function llcSize(value: Llc): number {
  return field.control + controlSize(value.control) + (value.snap ? snap.size : 0);
}

/** @returns the offset after it */
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

import { need } from "../../bytes.js";
import { readBe16, readBe24, writeBe16, writeBe24 } from "../../network-order.js";

/** Spanning Tree's service access point (IEEE 802.1D, 7.12.3). */
export const LLC_SAP_STP = 0x42;
const LLC_SAP_SNAP = 0xaa;
const UNNUMBERED_INFORMATION = 0x03;

export const field = { dsap: 0, ssap: 1, control: 2 } as const;
const SNAP_SIZE = 5;

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

function isSnap(dsap: number, ssap: number, control: number): boolean {
  return dsap === LLC_SAP_SNAP && ssap === LLC_SAP_SNAP && control === UNNUMBERED_INFORMATION;
}

export function readLlc(bytes: Uint8Array, at = 0, end = bytes.length): Llc {
  need("LLC", at, 3, end);
  const dsap = bytes[at + field.dsap] as number;
  const ssap = bytes[at + field.ssap] as number;
  const first = bytes[at + field.control] as number;
  const size = field.control + controlSize(first);
  need("LLC", at, size, end);
  const control = controlSize(first) === 1 ? first : first | ((bytes[at + field.control + 1] as number) << 8);
  if (!isSnap(dsap, ssap, control)) return { dsap, ssap, control };
  need("SNAP", at + size, SNAP_SIZE, end);
  return {
    dsap,
    ssap,
    control,
    snap: { organization: readBe24(bytes, at + size), protocolId: readBe16(bytes, at + size + 3) },
  };
}

/** Bytes that {@link writeLlc} writes. */
export function llcSize(value: Llc): number {
  return field.control + controlSize(value.control) + (value.snap ? SNAP_SIZE : 0);
}

/** @returns the offset after it */
export function writeLlc(value: Llc, into: Uint8Array, at = 0): number {
  into[at + field.dsap] = value.dsap;
  into[at + field.ssap] = value.ssap;
  into[at + field.control] = value.control;
  const next = at + field.control + controlSize(value.control);
  if (controlSize(value.control) === 2) into[next - 1] = value.control >>> 8;
  if (!value.snap) return next;
  writeBe24(into, next, value.snap.organization);
  writeBe16(into, next + 3, value.snap.protocolId);
  return next + SNAP_SIZE;
}

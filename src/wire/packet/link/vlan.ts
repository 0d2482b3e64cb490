import { need } from "../../bytes.js";
import { readBe16, writeBe16 } from "../../network-order.js";

/** Size in bytes of a tag: its control information and the EtherType that follows, not the EtherType before it. */
export const VLAN_SIZE = 4;

/** Offsets in bytes, from the end of the EtherType that announces the tag. */
export const field = { control: 0, etherType: 2 } as const;

// The bits of the tag control information (IEEE 802.1Q, 9.6), with the names of linux/if_vlan.h.
export const VLAN_PRIO_SHIFT = 13;
export const VLAN_CFI_MASK = 0x1000;
export const VLAN_VID_MASK = 0x0fff;

// These functions read the fields of a tag at `at` without checks: it must lie within `bytes`.

/** Returns the tag control information: PCP, DEI and VID. */
export function control(bytes: Uint8Array, at: number): number {
  return readBe16(bytes, at + field.control);
}

/** Returns the priority code point, 0 to 7. */
export function priority(bytes: Uint8Array, at: number): number {
  return control(bytes, at) >>> VLAN_PRIO_SHIFT;
}

/** Returns the drop eligible indicator. */
export function isDropEligible(bytes: Uint8Array, at: number): boolean {
  return (control(bytes, at) & VLAN_CFI_MASK) !== 0;
}

/** Returns the VLAN identifier, 0 to 4095. */
export function vlanId(bytes: Uint8Array, at: number): number {
  return control(bytes, at) & VLAN_VID_MASK;
}

/** Returns the EtherType of what follows the tag. */
export function etherType(bytes: Uint8Array, at: number): number {
  return readBe16(bytes, at + field.etherType);
}

/** A VLAN tag (IEEE 802.1Q, 9.6). */
export interface Vlan {
  /** The priority code point, 0 to 7. */
  readonly priority: number;
  /** The drop eligible indicator. */
  readonly dropEligible: boolean;
  /** The VLAN identifier, 0 to 4095. */
  readonly vlanId: number;
  /** The EtherType of what follows the tag. */
  readonly etherType: number;
}

/**
 * Reads the VLAN tag at `at`, which is after the EtherType that announces it.
 * @param end end of the captured bytes
 * @throws PromiscError `malformed` if it is truncated
 */
export function readVlan(bytes: Uint8Array, at = 0, end = bytes.length): Vlan {
  need("VLAN tag", at, VLAN_SIZE, end);
  return {
    priority: priority(bytes, at),
    dropEligible: isDropEligible(bytes, at),
    vlanId: vlanId(bytes, at),
    etherType: etherType(bytes, at),
  };
}

/**
 * Writes a VLAN tag at `at`. `into` must have room for {@link VLAN_SIZE} bytes.
 * @returns the offset after it
 */
export function writeVlan(value: Vlan, into: Uint8Array, at = 0): number {
  const bits = (value.priority << VLAN_PRIO_SHIFT) | (value.dropEligible ? VLAN_CFI_MASK : 0);
  writeBe16(into, at + field.control, bits | (value.vlanId & VLAN_VID_MASK));
  writeBe16(into, at + field.etherType, value.etherType);
  return at + VLAN_SIZE;
}

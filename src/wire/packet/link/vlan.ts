import { need } from "../../bytes.js";
import { readBe16, writeBe16 } from "../../network-order.js";

/** Size of a tag without the EtherType that announces it, and with the one that follows it. */
export const VLAN_SIZE = 4;

/** Offsets in bytes from behind the EtherType that announces the tag. */
export const field = { control: 0, etherType: 2 } as const;

// What the 16 bits of control information are (IEEE 802.1Q, 9.6), as linux/if_vlan.h names them.
export const VLAN_PRIO_SHIFT = 13;
export const VLAN_CFI_MASK = 0x1000;
export const VLAN_VID_MASK = 0x0fff;

// Accessors of a tag at `at`. They check nothing: the tag must be there.

/** PCP, DEI and VID in one. */
export function control(bytes: Uint8Array, at: number): number {
  return readBe16(bytes, at + field.control);
}

/** PCP: 0 to 7. */
export function priority(bytes: Uint8Array, at: number): number {
  return control(bytes, at) >>> VLAN_PRIO_SHIFT;
}

/** DEI. */
export function isDropEligible(bytes: Uint8Array, at: number): boolean {
  return (control(bytes, at) & VLAN_CFI_MASK) !== 0;
}

/** VID: 0 to 4095. */
export function vlanId(bytes: Uint8Array, at: number): number {
  return control(bytes, at) & VLAN_VID_MASK;
}

/** Of what follows. */
export function etherType(bytes: Uint8Array, at: number): number {
  return readBe16(bytes, at + field.etherType);
}

/** A VLAN tag (IEEE 802.1Q, 9.6). */
export interface Vlan {
  /** PCP: 0 to 7. */
  readonly priority: number;
  /** DEI. */
  readonly dropEligible: boolean;
  /** VID: 0 to 4095. */
  readonly vlanId: number;
  /** Of what follows. */
  readonly etherType: number;
}

export function readVlan(bytes: Uint8Array, at = 0, end = bytes.length): Vlan {
  need("VLAN tag", at, VLAN_SIZE, end);
  return {
    priority: priority(bytes, at),
    dropEligible: isDropEligible(bytes, at),
    vlanId: vlanId(bytes, at),
    etherType: etherType(bytes, at),
  };
}

/** @returns the offset after it */
export function writeVlan(value: Vlan, into: Uint8Array, at = 0): number {
  const bits = (value.priority << VLAN_PRIO_SHIFT) | (value.dropEligible ? VLAN_CFI_MASK : 0);
  writeBe16(into, at + field.control, bits | (value.vlanId & VLAN_VID_MASK));
  writeBe16(into, at + field.etherType, value.etherType);
  return at + VLAN_SIZE;
}

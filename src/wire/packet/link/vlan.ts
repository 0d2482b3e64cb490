import { need } from "../../bytes.js";
import { readBe16, writeBe16 } from "../../network-order.js";

/** Size of a tag without the EtherType that announces it, and with the one that follows it. */
export const VLAN_SIZE = 4;

export const field = { control: 0, etherType: 2 } as const;

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
  const control = readBe16(bytes, at + field.control);
  return {
    priority: control >>> 13,
    dropEligible: (control & 0x1000) !== 0,
    vlanId: control & 0x0fff,
    etherType: readBe16(bytes, at + field.etherType),
  };
}

/** @returns the offset after it */
export function writeVlan(value: Vlan, into: Uint8Array, at = 0): number {
  const control = (value.priority << 13) | (value.dropEligible ? 0x1000 : 0) | (value.vlanId & 0x0fff);
  writeBe16(into, at + field.control, control);
  writeBe16(into, at + field.etherType, value.etherType);
  return at + VLAN_SIZE;
}

import { etherCrcOfMac } from "../../wire/packet/link/ethernet-crc.js";
import type { CardState, FrameClass, NicModel } from "./nic.js";

/** With more groups, the driver 8139cp makes the card pass all multicast (multicast_filter_limit). */
const MOST_GROUPS = 32;

/**
 * A card with 64 bits for groups and without a filter for secondary addresses, like rtl8139 with the driver 8139cp. It
 * can't distinguish two groups with the same hash.
 */
export class HashFilter implements NicModel {
  /** The hashes that pass. */
  readonly #bits = new Uint8Array(64);
  #groups: readonly number[] | undefined;

  accepts(destination: number, frameClass: FrameClass, state: CardState): boolean {
    if (!state.isUp) return false;
    if (state.isPromiscuous || frameClass === "own" || frameClass === "broadcast") return true;
    if (frameClass === "other") return false;
    if (state.isAllMulticast || state.groups.length > MOST_GROUPS) return true;
    if (state.groups !== this.#groups) this.#load(state.groups);
    return this.#bits[hashOf(destination)] === 1;
  }

  #load(groups: readonly number[]): void {
    this.#groups = groups;
    this.#bits.fill(0);
    for (const group of groups) this.#bits[hashOf(group)] = 1;
  }
}

/** Returns the top six bits of the CRC of an address, as the driver's `cp_set_rx_mode` uses them. */
export function hashOf(address: number): number {
  return etherCrcOfMac(address) >>> 26;
}

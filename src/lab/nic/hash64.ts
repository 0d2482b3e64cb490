import { etherCrcOfMac } from "../../wire/packet/link/ethernet-crc.js";
import type { CardState, FrameClass, NicModel } from "./nic.js";

/** With more groups the driver 8139cp has the card pass all multicast (multicast_filter_limit). */
const MOST_GROUPS = 32;

/**
 * A card with 64 bits for groups and no filter for secondary addresses, as rtl8139 with the driver 8139cp: two groups of
 * one hash can't be told apart.
 */
export class HashFilter implements NicModel {
  /** Which hashes pass. */
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

/** The top six bits of the address's check sequence, as the driver's `cp_set_rx_mode` takes them. */
export function hashOf(address: number): number {
  return etherCrcOfMac(address) >>> 26;
}

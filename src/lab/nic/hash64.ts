import type { CardState, FrameClass, NicModel } from "./nic.js";

const POLYNOMIAL = 0x04c11db7;
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

/** The top six bits of the Ethernet CRC of an address, as the driver's `ether_crc` (linux/crc32.h) has it. */
export function hashOf(address: number): number {
  let crc = 0xffffffff;
  for (let unit = 0x10000000000; unit >= 1; unit /= 0x100) {
    const byte = Math.floor(address / unit) & 0xff;
    for (let bit = 0; bit < 8; bit++) {
      const carry = (crc >>> 31) ^ ((byte >>> bit) & 1);
      crc = (crc << 1) ^ (carry ? POLYNOMIAL : 0);
    }
  }
  return crc >>> 26;
}

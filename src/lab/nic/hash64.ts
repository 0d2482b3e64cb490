import type { FrameClass, InterfaceState, NicModel } from "./nic.js";

const POLYNOMIAL = 0x04c11db7;

/** A card with 64 bits for groups, as rtl8139 has: two groups of one hash can't be told apart. */
export class HashFilter implements NicModel {
  #state: InterfaceState | undefined;
  /** Which hashes pass. */
  readonly #bits = new Uint8Array(64);

  configure(state: InterfaceState): void {
    this.#state = state;
    this.#bits.fill(0);
    for (const group of state.groups) this.#bits[hashOf(group)] = 1;
  }

  accepts(frame: Uint8Array, frameClass: FrameClass): boolean {
    const state = this.#state;
    if (!state?.isUp) return false;
    if (state.isPromiscuous || frameClass === "own" || frameClass === "broadcast") return true;
    return frameClass === "multicast" && (state.isAllMulticast || this.#bits[hashOf(frame)] === 1);
  }
}

/** The top six bits of the Ethernet CRC of an address, as the driver's `ether_crc` (linux/crc32.h) has it. */
export function hashOf(address: Uint8Array): number {
  let crc = 0xffffffff;
  for (let at = 0; at < 6; at++) {
    const byte = address[at] as number;
    for (let bit = 0; bit < 8; bit++) {
      const carry = (crc >>> 31) ^ ((byte >>> bit) & 1);
      crc = (crc << 1) ^ (carry ? POLYNOMIAL : 0);
    }
  }
  return crc >>> 26;
}

import type { CardState, FrameClass, NicModel } from "./nic.js";

/** The driver of e1000 gives the card 15 addresses. The first is its own. */
const LIST_SIZE = 14;
const HASH_BITS = 4096;

/**
 * A card that compares complete addresses, like Intel's 8254x with the driver e1000 (e1000_set_rx_mode): first its own
 * address, then secondary ones, then groups while the list has room. With too many secondary addresses it passes all
 * unicast frames. Groups beyond the list are filtered by 12 bits of their address. These bits are checked for unicast
 * frames as well: QEMU's card does so, and Intel's manual (8254x, 13.5.1) makes no exception.
 */
export class PerfectFilter implements NicModel {
  readonly #exact = new Set<number>();
  readonly #hashes = new Uint8Array(HASH_BITS);
  #groups: readonly number[] | undefined;
  #room = LIST_SIZE;

  accepts(destination: number, frameClass: FrameClass, state: CardState): boolean {
    if (!state.isUp) return false;
    if (frameClass === "own" || frameClass === "broadcast") return true;
    // A card that filters for secondary addresses isn't made promiscuous for them (IFF_UNICAST_FLT).
    const secondary = state.isPromiscuous ? state.secondary : [];
    if (state.isPromiscuous && state.promiscuity > (secondary.length > 0 ? 1 : 0)) return true;
    const passesAll = frameClass === "other" ? secondary.length > LIST_SIZE : state.isAllMulticast;
    if (passesAll || secondary.includes(destination)) return true;
    return this.#isSubscribed(destination, state.groups, secondary.length);
  }

  #isSubscribed(destination: number, groups: readonly number[], secondary: number): boolean {
    const room = secondary > LIST_SIZE ? LIST_SIZE : LIST_SIZE - secondary;
    if (groups !== this.#groups || room !== this.#room) this.#load(groups, room);
    return this.#exact.has(destination) || this.#hashes[hashOf(destination)] === 1;
  }

  #load(groups: readonly number[], room: number): void {
    this.#groups = groups;
    this.#room = room;
    this.#exact.clear();
    for (const group of groups.slice(0, room)) this.#exact.add(group);
    this.#hashes.fill(0);
    for (const group of groups.slice(room)) this.#hashes[hashOf(group)] = 1;
  }
}

/** Returns twelve bits of the last two bytes, with the last byte as the higher one, as e1000_hash_mc_addr does. */
function hashOf(address: number): number {
  const low = address % 0x10000;
  return (((low & 0xff) << 8) | (low >>> 8)) >>> 4;
}

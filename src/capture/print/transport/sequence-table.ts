import { u16, u32 } from "../field.js";

/** How many conversations are remembered; a power of two. The next one takes an older one's place. */
const SIZE = 1 << 14;
/** Both addresses and both ports, as 32-bit words. */
const KEY_WORDS = 9;

/**
 * The first sequence numbers of TCP conversations, so that those of later segments can be shown relative to them, as
 * tcpdump does. It has a place for each hash, and never grows.
 */
export class SequenceTable {
  readonly #keys = new Uint32Array(SIZE * KEY_WORDS);
  readonly #numbers = new Uint32Array(SIZE * 2);
  readonly #key = new Uint32Array(KEY_WORDS);
  /** What a segment's sequence and acknowledgement numbers are relative to; set by {@link find}. */
  sequence = 0;
  acknowledgement = 0;

  /**
   * Finds the conversation of a segment, or begins it.
   * @param source where the addresses are, `size` bytes each
   * @param isNew whether it begins a conversation in any case
   * @returns whether the conversation was known
   */
  find(
    bytes: Uint8Array,
    source: number,
    destination: number,
    size: 4 | 16,
    tcp: number,
    isNew: boolean,
  ): boolean {
    const isReverse = this.#fillKey(bytes, source, destination, size, tcp);
    const place = this.#place();
    const isKnown = this.#isAt(place) && !isNew;
    if (!isKnown) {
      this.#keys.set(this.#key, place * KEY_WORDS);
      const sequence = u32(bytes, tcp + 4);
      const acknowledgement = (u32(bytes, tcp + 8) - 1) >>> 0;
      this.#numbers[place * 2] = isReverse ? acknowledgement : sequence;
      this.#numbers[place * 2 + 1] = isReverse ? sequence : acknowledgement;
    }
    this.sequence = this.#numbers[place * 2 + (isReverse ? 1 : 0)] as number;
    this.acknowledgement = this.#numbers[place * 2 + (isReverse ? 0 : 1)] as number;
    return isKnown;
  }

  /** The same key for both directions; says whether this is the one with the larger port or address first. */
  #fillKey(bytes: Uint8Array, source: number, destination: number, size: number, tcp: number): boolean {
    const sourcePort = u16(bytes, tcp);
    const destinationPort = u16(bytes, tcp + 2);
    let order = sourcePort - destinationPort;
    for (let at = 0; order === 0 && at < size; at++)
      order = (bytes[source + at] as number) - (bytes[destination + at] as number);
    const isReverse = order > 0;
    const first = isReverse ? destination : source;
    const second = isReverse ? source : destination;
    const key = this.#key;
    for (let word = 0; word < 4; word++) {
      key[word] = word * 4 < size ? u32(bytes, first + word * 4) : 0;
      key[word + 4] = word * 4 < size ? u32(bytes, second + word * 4) : 0;
    }
    key[8] = isReverse ? (destinationPort << 16) | sourcePort : (sourcePort << 16) | destinationPort;
    return isReverse;
  }

  /** FNV-1a over the words, folded. */
  #place(): number {
    let hash = 0x811c9dc5;
    for (let word = 0; word < KEY_WORDS; word++)
      hash = Math.imul(hash ^ (this.#key[word] as number), 0x01000193);
    return (hash ^ (hash >>> 15)) & (SIZE - 1);
  }

  #isAt(place: number): boolean {
    for (let word = 0; word < KEY_WORDS; word++)
      if (this.#keys[place * KEY_WORDS + word] !== this.#key[word]) return false;
    return true;
  }
}

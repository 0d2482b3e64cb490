import { IPV4_ADDRESS_SIZE, IPV6_ADDRESS_SIZE } from "../../../wire/inet-address.js";
import { readBe32 } from "../../../wire/network-order.js";
import * as ipv4 from "../../../wire/packet/network/ipv4.js";
import * as ipv6 from "../../../wire/packet/network/ipv6.js";
import * as tcp from "../../../wire/packet/transport/tcp.js";

/** The number of conversations that are remembered: a power of two. A new one may replace an older one. */
const SIZE = 1 << 14;

/** The initial sequence numbers of the TCP conversations of one IP version. */
class Conversations {
  readonly #addressWords: number;
  readonly #keyWords: number;
  readonly #keys: Uint32Array;
  readonly #key: Uint32Array;
  /**
   * Two per conversation: first that of the direction with the smaller port or address, then that of the other
   * direction.
   */
  readonly #numbers = new Uint32Array(SIZE * 2);
  isReverse = false;

  /** @param addressWords number of 32-bit words in an address */
  constructor(addressWords: number) {
    this.#addressWords = addressWords;
    // Both addresses, and both ports in one word.
    this.#keyWords = addressWords * 2 + 1;
    this.#keys = new Uint32Array(SIZE * this.#keyWords);
    this.#key = new Uint32Array(this.#keyWords);
  }

  /** Returns a conversation's place in the table, whether it is there or not. */
  place(bytes: Uint8Array, source: number, destination: number, segment: number): number {
    const words = this.#addressWords;
    const sourcePort = tcp.sourcePort(bytes, segment);
    const destinationPort = tcp.destinationPort(bytes, segment);
    let order = sourcePort - destinationPort;
    for (let at = 0; order === 0 && at < words * 4; at++)
      order = (bytes[source + at] as number) - (bytes[destination + at] as number);
    this.isReverse = order > 0;
    const first = this.isReverse ? destination : source;
    const second = this.isReverse ? source : destination;
    const key = this.#key;
    // FNV-1a over the words, folded.
    let hash = 0x811c9dc5;
    for (let word = 0; word < words; word++) {
      const a = readBe32(bytes, first + word * 4);
      const b = readBe32(bytes, second + word * 4);
      key[word] = a;
      key[words + word] = b;
      hash = Math.imul(Math.imul(hash ^ a, 0x01000193) ^ b, 0x01000193);
    }
    const ports = this.isReverse
      ? (destinationPort << 16) | sourcePort
      : (sourcePort << 16) | destinationPort;
    key[words * 2] = ports;
    hash = Math.imul(hash ^ ports, 0x01000193);
    return (hash ^ (hash >>> 15)) & (SIZE - 1);
  }

  /** Reports whether the conversation passed to the last call of {@link place} is the one stored at its place. */
  isAt(place: number): boolean {
    const from = place * this.#keyWords;
    for (let word = 0; word < this.#keyWords; word++)
      if (this.#keys[from + word] !== this.#key[word]) return false;
    return true;
  }

  begin(place: number, sequence: number, acknowledgement: number): void {
    this.#keys.set(this.#key, place * this.#keyWords);
    this.#numbers[place * 2] = this.isReverse ? acknowledgement : sequence;
    this.#numbers[place * 2 + 1] = this.isReverse ? sequence : acknowledgement;
  }

  number(place: number, ofOther: boolean): number {
    return this.#numbers[place * 2 + (this.isReverse === ofOther ? 0 : 1)] as number;
  }
}

/**
 * Keeps the initial sequence numbers of TCP conversations, so that numbers can be printed relative to them as in
 * tcpdump. The table has a fixed size: conversations whose hashes are equal replace each other.
 */
export class SequenceTable {
  readonly #ipv4 = new Conversations(IPV4_ADDRESS_SIZE / 4);
  readonly #ipv6 = new Conversations(IPV6_ADDRESS_SIZE / 4);
  /** The numbers to subtract from a segment's sequence and acknowledgement numbers; set by {@link find}. */
  sequence = 0;
  acknowledgement = 0;

  /**
   * Looks up the conversation of a segment, or adds it.
   * @param ip offset of the IP header
   * @param segment offset of the TCP header
   * @param isNew whether the segment begins a conversation in any case
   * @returns whether the conversation was in the table
   */
  find(bytes: Uint8Array, ip: number, version: 4 | 6, segment: number, isNew: boolean): boolean {
    const table = version === 4 ? this.#ipv4 : this.#ipv6;
    const place =
      version === 4
        ? table.place(bytes, ip + ipv4.field.source, ip + ipv4.field.destination, segment)
        : table.place(bytes, ip + ipv6.field.source, ip + ipv6.field.destination, segment);
    const isKnown = table.isAt(place) && !isNew;
    if (!isKnown) {
      const acknowledgement = (tcp.acknowledgmentNumber(bytes, segment) - 1) >>> 0;
      table.begin(place, tcp.sequenceNumber(bytes, segment), acknowledgement);
    }
    this.sequence = table.number(place, false);
    this.acknowledgement = table.number(place, true);
    return isKnown;
  }
}

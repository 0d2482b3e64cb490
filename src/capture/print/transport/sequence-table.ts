import { IPV4_ADDRESS_SIZE, IPV6_ADDRESS_SIZE } from "../../../wire/inet-address.js";
import { readBe32 } from "../../../wire/network-order.js";
import * as ipv4 from "../../../wire/packet/network/ipv4.js";
import * as ipv6 from "../../../wire/packet/network/ipv6.js";
import * as tcp from "../../../wire/packet/transport/tcp.js";

/** How many conversations are remembered; a power of two. The next one takes an older one's place. */
const SIZE = 1 << 14;

/** The first sequence numbers of the TCP conversations of one version of IP. */
class Conversations {
  readonly #addressWords: number;
  readonly #keyWords: number;
  readonly #keys: Uint32Array;
  readonly #key: Uint32Array;
  /** Of each, that of the direction with the smaller port or address first, and that of the other one. */
  readonly #numbers = new Uint32Array(SIZE * 2);
  isReverse = false;

  /** @param addressWords words of 32 bits that an address has */
  constructor(addressWords: number) {
    this.#addressWords = addressWords;
    // Both addresses, and both ports in one word.
    this.#keyWords = addressWords * 2 + 1;
    this.#keys = new Uint32Array(SIZE * this.#keyWords);
    this.#key = new Uint32Array(this.#keyWords);
  }

  /** Where the conversation of a segment is, or is to be. */
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

  /** Whether the conversation that {@link place} was asked for last is the one that is there. */
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
 * What TCP sequence numbers are shown relative to, as tcpdump does it: the first ones of their conversation. It has a
 * place for each hash, and never grows.
 */
export class SequenceTable {
  readonly #ipv4 = new Conversations(IPV4_ADDRESS_SIZE / 4);
  readonly #ipv6 = new Conversations(IPV6_ADDRESS_SIZE / 4);
  /** What a segment's sequence and acknowledgement numbers are relative to; set by {@link find}. */
  sequence = 0;
  acknowledgement = 0;

  /**
   * Finds the conversation of a segment, or begins it.
   * @param ip where the IP header begins
   * @param segment where the TCP header begins
   * @param isNew whether it begins a conversation in any case
   * @returns whether the conversation was known
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

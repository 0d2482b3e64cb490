import { readBe16, readBe32 } from "../../../wire/network-order.js";
import { AddressIndex } from "./address-index.js";

/** At most so many machines that claim one address, beside the first, are hosts of their own. */
const MOST_CLAIMANTS = 3;

/** What is known of the hosts that are scanned, a row each, in arrays: there may be 65,534. */
export class HostTable {
  readonly capacity: number;
  count = 0;
  /** How often there was no room for one more: somebody answers in very many names. */
  leftOut = 0;
  /** Six bytes a row; the all-zero address until it is known. */
  readonly mac: Uint8Array;
  /** Four bytes a row. */
  readonly ipv4: Uint8Array;
  /** Sixteen bytes a row. */
  readonly ipv6: Uint8Array;
  readonly hasMac: Uint8Array;
  readonly hasIpv4: Uint8Array;
  readonly hasIpv6: Uint8Array;
  /** Whether another machine answers for its address too. */
  readonly isContested: Uint8Array;
  readonly #byMac: AddressIndex;
  readonly #byIpv4: AddressIndex;
  readonly #byIpv6: AddressIndex;

  constructor(capacity: number) {
    this.capacity = capacity;
    this.mac = new Uint8Array(capacity * 6);
    this.ipv4 = new Uint8Array(capacity * 4);
    this.ipv6 = new Uint8Array(capacity * 16);
    this.hasMac = new Uint8Array(capacity);
    this.hasIpv4 = new Uint8Array(capacity);
    this.hasIpv6 = new Uint8Array(capacity);
    this.isContested = new Uint8Array(capacity);
    this.#byMac = new AddressIndex(capacity);
    this.#byIpv4 = new AddressIndex(capacity);
    this.#byIpv6 = new AddressIndex(capacity);
  }

  /** @returns the row, or -1 if there is no more room */
  add(): number {
    if (this.count < this.capacity) return this.count++;
    this.leftOut++;
    return -1;
  }

  setIpv4(row: number, bytes: Uint8Array, at: number): void {
    for (let byte = 0; byte < 4; byte++) this.ipv4[row * 4 + byte] = bytes[at + byte] as number;
    this.hasIpv4[row] = 1;
    this.#byIpv4.add(readBe32(bytes, at), row);
  }

  setIpv6(row: number, bytes: Uint8Array, at: number): void {
    for (let byte = 0; byte < 16; byte++) this.ipv6[row * 16 + byte] = bytes[at + byte] as number;
    this.hasIpv6[row] = 1;
    this.#byIpv6.add(low48(bytes, at + 10), row);
  }

  setMac(row: number, bytes: Uint8Array, at: number): void {
    for (let byte = 0; byte < 6; byte++) this.mac[row * 6 + byte] = bytes[at + byte] as number;
    this.hasMac[row] = 1;
    // The first one stands for all: thousands of addresses may be one machine's.
    const key = low48(bytes, at);
    if (this.#byMac.first(key) < 0) this.#byMac.add(key, row);
  }

  isMac(row: number, bytes: Uint8Array, at: number): boolean {
    for (let byte = 0; byte < 6; byte++) if (this.mac[row * 6 + byte] !== bytes[at + byte]) return false;
    return this.hasMac[row] === 1;
  }

  /** The first row with a hardware address; -1 for none. */
  byMac(bytes: Uint8Array, at: number): number {
    return this.#byMac.first(low48(bytes, at));
  }

  /**
   * The row with an IPv4 address whose hardware address is at `macAt`; if there is none, the first with that IPv4 address,
   * so that the caller sees that another machine answers; -1 for none.
   */
  byIpv4(bytes: Uint8Array, at: number, macAt: number): number {
    const key = readBe32(bytes, at);
    let row = this.#byIpv4.first(key);
    let first = -1;
    for (; row >= 0; row = this.#byIpv4.after(key, row)) {
      if (this.isMac(row, bytes, macAt)) return row;
      first = row;
    }
    return first;
  }

  /** The first of the rows that have this one's IPv4 address; -1 if it has none. */
  firstAt(row: number): number {
    return this.hasIpv4[row] === 1 ? this.#byIpv4.first(readBe32(this.ipv4, row * 4)) : -1;
  }

  /** … and the next one after another of them; -1 for none. */
  nextAt(row: number): number {
    return this.#byIpv4.after(readBe32(this.ipv4, row * 4), row);
  }

  byIpv6(bytes: Uint8Array, at: number): number {
    const key = low48(bytes, at + 10);
    for (let row = this.#byIpv6.first(key); row >= 0; row = this.#byIpv6.after(key, row)) {
      let same = 0;
      while (same < 16 && this.ipv6[row * 16 + same] === bytes[at + same]) same++;
      if (same === 16) return row;
    }
    return -1;
  }

  /** Another machine claims a row's IPv4 address: it becomes a row of its own, unless there are many already. */
  addClaimant(row: number, bytes: Uint8Array, macAt: number): void {
    let claimants = 0;
    for (let each = this.firstAt(row); each >= 0; each = this.nextAt(each)) {
      this.isContested[each] = 1;
      claimants++;
    }
    if (claimants > MOST_CLAIMANTS) {
      this.leftOut++;
      return;
    }
    const added = this.add();
    if (added < 0) return;
    this.setIpv4(added, this.ipv4, row * 4);
    this.setMac(added, bytes, macAt);
    this.isContested[added] = 1;
  }
}

/** Six bytes as a number. */
function low48(bytes: Uint8Array, at: number): number {
  return readBe16(bytes, at) * 0x100000000 + readBe32(bytes, at + 2);
}

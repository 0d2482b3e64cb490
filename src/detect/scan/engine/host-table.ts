import { macNumberAt } from "../../../wire/hardware-address.js";
import { readBe32 } from "../../../wire/network-order.js";
import type { NumberOf } from "../probe/probe.js";

/** A host's index in the table, or {@link NO_ROW} for none. */
export type Row = NumberOf<"row">;
export const NO_ROW = -1 as Row;

/** At most this many machines that claim one address, besides the first one, get rows of their own. */
const MOST_CLAIMANTS = 3;

/** What is known about the scanned hosts, with one row for each, in arrays. There may be 65,534 hosts or more. */
export class HostTable {
  readonly capacity: number;
  count = 0;
  /** How often there was no room for another row. That happens if somebody answers under very many names. */
  leftOut = 0;
  /** Six bytes per row. The address is all zeros until it is known. */
  readonly mac: Uint8Array;
  /** Four bytes per row. */
  readonly ipv4: Uint8Array;
  /** Sixteen bytes per row. */
  readonly ipv6: Uint8Array;
  readonly hasMac: Uint8Array;
  readonly hasIpv4: Uint8Array;
  readonly hasIpv6: Uint8Array;
  /** Whether another machine also answers for the address. */
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

  /** Returns all rows. */
  rows(): Row[] {
    const rows: Row[] = [];
    for (let row = 0; row < this.count; row++) rows.push(row as Row);
    return rows;
  }

  /**
   * Adds a row.
   * @returns the row, or {@link NO_ROW} if there is no more room
   */
  add(): Row {
    if (this.count < this.capacity) return this.count++ as Row;
    this.leftOut++;
    return NO_ROW;
  }

  setIpv4(row: Row, bytes: Uint8Array, at: number): void {
    for (let byte = 0; byte < 4; byte++) this.ipv4[row * 4 + byte] = bytes[at + byte] as number;
    this.hasIpv4[row] = 1;
    this.#byIpv4.add(readBe32(bytes, at), row);
  }

  setIpv6(row: Row, bytes: Uint8Array, at: number): void {
    for (let byte = 0; byte < 16; byte++) this.ipv6[row * 16 + byte] = bytes[at + byte] as number;
    this.hasIpv6[row] = 1;
    this.#byIpv6.add(lastOf(bytes, at), row);
  }

  setMac(row: Row, bytes: Uint8Array, at: number): void {
    for (let byte = 0; byte < 6; byte++) this.mac[row * 6 + byte] = bytes[at + byte] as number;
    this.hasMac[row] = 1;
    // The first row represents all rows of a machine, which may have thousands of addresses.
    const key = macNumberAt(bytes, at);
    if (this.#byMac.first(key) === NO_ROW) this.#byMac.add(key, row);
  }

  isMac(row: Row, bytes: Uint8Array, at: number): boolean {
    for (let byte = 0; byte < 6; byte++) if (this.mac[row * 6 + byte] !== bytes[at + byte]) return false;
    return this.hasMac[row] === 1;
  }

  /** Returns the first row with a hardware address. */
  byMac(bytes: Uint8Array, at: number): Row {
    return this.#byMac.first(macNumberAt(bytes, at));
  }

  /**
   * Returns the row with an IPv4 address whose hardware address is at `macAt`. If there is none, returns the first row
   * with that IPv4 address, so that the caller can see that another machine answers.
   */
  byIpv4(bytes: Uint8Array, at: number, macAt: number): Row {
    const key = readBe32(bytes, at);
    let row = this.#byIpv4.first(key);
    let first = NO_ROW;
    for (; row !== NO_ROW; row = this.#byIpv4.after(key, row)) {
      if (this.isMac(row, bytes, macAt)) return row;
      first = row;
    }
    return first;
  }

  /** Returns the first of the rows that have the same IPv4 address as this one. */
  firstAt(row: Row): Row {
    return this.hasIpv4[row] === 1 ? this.#byIpv4.first(readBe32(this.ipv4, row * 4)) : NO_ROW;
  }

  /** Returns the next of the rows that have the same IPv4 address. */
  nextAt(row: Row): Row {
    return this.#byIpv4.after(readBe32(this.ipv4, row * 4), row);
  }

  byIpv6(bytes: Uint8Array, at: number): Row {
    const key = lastOf(bytes, at);
    for (let row = this.#byIpv6.first(key); row !== NO_ROW; row = this.#byIpv6.after(key, row)) {
      let same = 0;
      while (same < 16 && this.ipv6[row * 16 + same] === bytes[at + same]) same++;
      if (same === 16) return row;
    }
    return NO_ROW;
  }

  /** Adds a row for another machine that claims a row's IPv4 address, unless there are many already. */
  addClaimant(row: Row, bytes: Uint8Array, macAt: number): void {
    let claimants = 0;
    for (let each = this.firstAt(row); each !== NO_ROW; each = this.nextAt(each)) {
      this.isContested[each] = 1;
      claimants++;
    }
    if (claimants > MOST_CLAIMANTS) {
      this.leftOut++;
      return;
    }
    const added = this.add();
    if (added === NO_ROW) return;
    this.setIpv4(added, this.ipv4, row * 4);
    this.setMac(added, bytes, macAt);
    this.isContested[added] = 1;
  }
}

/**
 * Finds rows by an address, given as a number of up to 53 bits, without allocating anything. Several rows may have the
 * same address.
 */
class AddressIndex {
  readonly #heads: Int32Array;
  readonly #next: Int32Array;
  readonly #keys: Float64Array;

  /** @param capacity rows are numbered from 0 to one less than this */
  constructor(capacity: number) {
    let buckets = 256;
    while (buckets < capacity) buckets *= 2;
    this.#heads = new Int32Array(buckets).fill(NO_ROW);
    this.#next = new Int32Array(capacity).fill(NO_ROW);
    this.#keys = new Float64Array(capacity).fill(-1);
  }

  add(key: number, row: Row): void {
    const bucket = this.#bucketOf(key);
    this.#keys[row] = key;
    this.#next[row] = this.#heads[bucket] as number;
    this.#heads[bucket] = row;
  }

  /** Returns the row with this key that was added last. */
  first(key: number): Row {
    return this.#search(key, this.#heads[this.#bucketOf(key)] as Row);
  }

  /** Returns the row that follows `row` among those with the same key. */
  after(key: number, row: Row): Row {
    return this.#search(key, this.#next[row] as Row);
  }

  #search(key: number, from: Row): Row {
    for (let row = from; row !== NO_ROW; row = this.#next[row] as Row)
      if (this.#keys[row] === key) return row;
    return NO_ROW;
  }

  #bucketOf(key: number): number {
    // The low bits alone are the same in many addresses of one vendor or one network.
    const high = Math.floor(key / 0x1000000);
    return (
      ((Math.imul(key % 0x1000000, 0x9e3779b1) ^ Math.imul(high, 0x85ebca6b)) >>> 0) &
      (this.#heads.length - 1)
    );
  }
}

/** Returns the last six bytes of an IPv6 address as a number. Addresses of one network differ in them. */
function lastOf(bytes: Uint8Array, at: number): number {
  return macNumberAt(bytes, at + 10);
}

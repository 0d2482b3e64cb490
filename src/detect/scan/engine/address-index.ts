/** Rows by an address of theirs, a number of up to 53 bits: found without making anything. Several rows may have one. */
export class AddressIndex {
  readonly #heads: Int32Array;
  readonly #next: Int32Array;
  readonly #keys: Float64Array;

  /** @param capacity rows are numbered from 0 up to this */
  constructor(capacity: number) {
    let buckets = 256;
    while (buckets < capacity) buckets *= 2;
    this.#heads = new Int32Array(buckets).fill(-1);
    this.#next = new Int32Array(capacity).fill(-1);
    this.#keys = new Float64Array(capacity).fill(-1);
  }

  add(key: number, row: number): void {
    const bucket = this.#bucketOf(key);
    this.#keys[row] = key;
    this.#next[row] = this.#heads[bucket] as number;
    this.#heads[bucket] = row;
  }

  /** The row that was added last; -1 for none. */
  first(key: number): number {
    return this.#search(key, this.#heads[this.#bucketOf(key)] as number);
  }

  /** The one after `row` with the same key; -1 for none. */
  after(key: number, row: number): number {
    return this.#search(key, this.#next[row] as number);
  }

  #search(key: number, from: number): number {
    for (let row = from; row >= 0; row = this.#next[row] as number) if (this.#keys[row] === key) return row;
    return -1;
  }

  #bucketOf(key: number): number {
    // The low bits alone are the same in many addresses of one vendor or of one network.
    const high = Math.floor(key / 0x1000000);
    return (
      ((Math.imul(key % 0x1000000, 0x9e3779b1) ^ Math.imul(high, 0x85ebca6b)) >>> 0) &
      (this.#heads.length - 1)
    );
  }
}

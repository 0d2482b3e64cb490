/**
 * A map that keeps the entries that were set most recently. When it is full, it drops entries that haven't been set for
 * long. Every operation takes the same time, however full the map is. A plain Map, if its first key is removed again
 * and again, searches all the gaps that are left.
 */
export class RecentMap<Value> {
  readonly #half: number;
  readonly #onDrop: (value: Value) => void;
  #young = new Map<string, Value>();
  #old = new Map<string, Value>();

  /**
   * @param most the most entries that it holds; the last half of this number are never dropped
   * @param onDrop called with each entry that is dropped
   */
  constructor(most: number, onDrop: (value: Value) => void) {
    this.#half = most / 2;
    this.#onDrop = onDrop;
  }

  get(key: string): Value | undefined {
    return this.#young.get(key) ?? this.#old.get(key);
  }

  has(key: string): boolean {
    return this.#young.has(key) || this.#old.has(key);
  }

  set(key: string, value: Value): void {
    this.#old.delete(key);
    if (this.#young.size >= this.#half && !this.#young.has(key)) this.#drop();
    this.#young.set(key, value);
  }

  delete(key: string): void {
    if (!this.#young.delete(key)) this.#old.delete(key);
  }

  #drop(): void {
    for (const value of this.#old.values()) this.#onDrop(value);
    this.#old = this.#young;
    this.#young = new Map();
  }
}

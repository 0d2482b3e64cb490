/**
 * A map that holds what was set last, and drops what wasn't set for long once it is full. Every operation takes the same
 * time, however full it is: a Map whose first key is taken out again and again looks through all the gaps that are left.
 */
export class RecentMap<Value> {
  readonly #half: number;
  readonly #onDrop: (value: Value) => void;
  #young = new Map<string, Value>();
  #old = new Map<string, Value>();

  /**
   * @param most so many it holds at most; of the last half of so many none is dropped
   * @param onDrop called with each that is dropped
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

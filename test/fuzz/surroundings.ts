/** Memory in which inputs stand among bytes of one value; it is used again for each. */
export class Surroundings {
  /** Odd, so that nothing is aligned by chance. */
  static readonly #offset = 67;
  readonly #memory: Uint8Array;
  readonly #filling: number;
  #end = Surroundings.#offset;

  /** @param longest no input is longer */
  constructor(filling: number, longest: number) {
    this.#filling = filling;
    // As far beyond the input as an attribute's length can lie.
    this.#memory = new Uint8Array(Surroundings.#offset + longest + 0x1_0000).fill(filling);
  }

  embed(input: Uint8Array): Uint8Array {
    this.#memory.fill(this.#filling, Surroundings.#offset, this.#end);
    this.#end = Surroundings.#offset + input.length;
    this.#memory.set(input, Surroundings.#offset);
    return this.#memory.subarray(Surroundings.#offset, this.#end);
  }
}

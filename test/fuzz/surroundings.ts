/** Memory in which inputs are surrounded by bytes of one value. It is reused for each input. */
export class Surroundings {
  /** An odd offset, so that nothing is aligned by chance. */
  static readonly #offset = 67;
  readonly #memory: Uint8Array;
  readonly #filling: number;
  #end = Surroundings.#offset;

  /** @param longest the length of the longest input */
  constructor(filling: number, longest: number) {
    this.#filling = filling;
    // An attribute's length can reach this far beyond the input.
    this.#memory = new Uint8Array(Surroundings.#offset + longest + 0x1_0000).fill(filling);
  }

  embed(input: Uint8Array): Uint8Array {
    this.#memory.fill(this.#filling, Surroundings.#offset, this.#end);
    this.#end = Surroundings.#offset + input.length;
    this.#memory.set(input, Surroundings.#offset);
    return this.#memory.subarray(Surroundings.#offset, this.#end);
  }
}

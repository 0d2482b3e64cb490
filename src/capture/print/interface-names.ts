import { encodeString } from "../../wire/bytes.js";

/** The width of names, as in tcpdump's lines. */
const WIDTH = 5;
/** The most names that are kept: a file may claim any number of interfaces. */
const MOST = 4096;

/** Returns the bytes of a name, padded with blanks. */
export function paddedName(name: string): Uint8Array {
  const bytes = encodeString(name);
  if (bytes.length >= WIDTH) return bytes;
  const padded = new Uint8Array(WIDTH).fill(0x20);
  padded.set(bytes);
  return padded;
}

const UNKNOWN = paddedName("?");

interface KnownName {
  bytes: Uint8Array;
  /** The value of {@link InterfaceNames.#round} when it was looked up. */
  round: number;
}

/**
 * The names of interfaces by their index, for packets of cooked captures. A name is looked up once in each round: an
 * interface may be renamed, and an index may get another interface. If an interface is gone, its last name is kept for
 * the packets that it received before.
 */
export class InterfaceNames {
  readonly #lookUp: (index: number) => string | undefined;
  readonly #known = new Map<number, KnownName>();
  #round = 0;

  constructor(lookUp: (index: number) => string | undefined) {
    this.#lookUp = lookUp;
  }

  /** Returns the padded name of an interface, or "?" if it isn't known. */
  bytesOf(index: number): Uint8Array {
    const known = this.#known.get(index);
    return known?.round === this.#round ? known.bytes : this.#find(index, known);
  }

  /** Begins a new round. */
  refresh(): void {
    this.#round++;
  }

  #find(index: number, known: KnownName | undefined): Uint8Array {
    const name = this.#lookUp(index);
    const bytes = name === undefined ? (known?.bytes ?? UNKNOWN) : paddedName(name);
    if (this.#known.size >= MOST) this.#known.clear();
    this.#known.set(index, { bytes, round: this.#round });
    return bytes;
  }
}

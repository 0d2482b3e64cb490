/** A time since 1970, UTC, as a packet has it; one object is filled anew for each. */
export interface MutableTime {
  seconds: number;
  /** Below 10⁹. */
  nanoseconds: number;
}

const BILLION = 1_000_000_000;
/** Times beyond what a Date can hold are garbage, and would make one throw: they are brought back to this. */
const FARTHEST = 8_640_000_000_000;
/** Up to 2²², a remainder times 10⁹ is below 2⁵³. */
const LARGEST_EXACT_POWER_OF_TWO = 22;

/** `if_tsresol` of nanoseconds, the unit promisc writes. */
export const NANOSECONDS = 9;
const MICROSECONDS = 6;

/** Turns the 64-bit timestamps of an interface into seconds and nanoseconds. */
export class TimestampReader {
  /** Units a second. Exact where `#wide` is false. */
  readonly #unit: number;
  /** Nanoseconds a unit. */
  readonly #nanoseconds: number;
  readonly #wide: bigint | undefined;
  readonly #offset: number;

  /**
   * @param resolution `if_tsresol`, draft-ietf-opsawg-pcapng section 4.2: 10, or with the top bit set 2, to the power of
   *   minus this is the unit
   * @param offset `if_tsoffset`: seconds to be added
   */
  constructor(resolution = MICROSECONDS, offset = 0n) {
    const power = resolution & 0x7f;
    const binary = (resolution & 0x80) !== 0;
    const exact = power <= (binary ? LARGEST_EXACT_POWER_OF_TWO : NANOSECONDS);
    this.#wide = exact ? undefined : (binary ? 2n : 10n) ** BigInt(power);
    this.#unit = exact ? (binary ? 2 : 10) ** power : 0;
    this.#nanoseconds = BILLION / this.#unit;
    this.#offset = Number(offset);
  }

  /** @param high the timestamp's higher 32 bits, and `low` the lower */
  read(high: number, low: number, into: MutableTime): void {
    if (this.#wide !== undefined) {
      this.#readWide(high, low, this.#wide, into);
      return;
    }
    // Long division by limbs of 32, 16 and 16 bits, because the whole doesn't fit in a number: a unit is below 2³⁰,
    // so every dividend is below 2⁴⁶.
    const unit = this.#unit;
    const first = Math.floor(high / unit);
    const middle = (high - first * unit) * 0x1_0000 + (low >>> 16);
    const second = Math.floor(middle / unit);
    const last = (middle - second * unit) * 0x1_0000 + (low & 0xffff);
    const third = Math.floor(last / unit);
    const seconds = first * 0x1_0000_0000 + second * 0x1_0000 + third;
    into.nanoseconds = Math.floor((last - third * unit) * this.#nanoseconds);
    into.seconds = within(seconds + this.#offset);
  }

  #readWide(high: number, low: number, unit: bigint, into: MutableTime): void {
    const value = (BigInt(high) << 32n) | BigInt(low);
    into.seconds = within(Number(value / unit) + this.#offset);
    into.nanoseconds = Number(((value % unit) * BigInt(BILLION)) / unit);
  }
}

function within(seconds: number): number {
  return Math.min(Math.max(seconds, -FARTHEST), FARTHEST);
}

/** The higher 32 bits of a time in nanoseconds; times before 1970 become 1970. */
export function nanosecondsHigh(seconds: number, nanoseconds: number): number {
  if (seconds < 0) return 0;
  const upper = Math.floor(seconds / 0x1_0000) * BILLION;
  return (
    (Math.floor(upper / 0x1_0000) + Math.floor(lower(seconds, upper, nanoseconds) / 0x1_0000_0000)) >>> 0
  );
}

/** The lower 32 bits. */
export function nanosecondsLow(seconds: number, nanoseconds: number): number {
  if (seconds < 0) return 0;
  const upper = Math.floor(seconds / 0x1_0000) * BILLION;
  const rest = lower(seconds, upper, nanoseconds);
  return rest - Math.floor(rest / 0x1_0000_0000) * 0x1_0000_0000;
}

/** What doesn't go into the higher word at once: below 2⁴⁷. */
function lower(seconds: number, upper: number, nanoseconds: number): number {
  const upperRest = upper - Math.floor(upper / 0x1_0000) * 0x1_0000;
  const secondsRest = seconds - Math.floor(seconds / 0x1_0000) * 0x1_0000;
  return upperRest * 0x1_0000 + secondsRest * BILLION + nanoseconds;
}

/** A time since 1970, UTC. One object is refilled for each packet. */
export interface MutableTime {
  seconds: number;
  /** Below 10⁹. */
  nanoseconds: number;
}

const BILLION = 1_000_000_000;
/**
 * The time farthest from 1970 that a Date can hold, in seconds. Times beyond it are garbage, and a Date would throw, so
 * they are limited to it.
 */
const FARTHEST = 8_640_000_000_000;
/** For units down to 2⁻²² seconds, a remainder times 10⁹ is below 2⁵³. */
const LARGEST_EXACT_POWER_OF_TWO = 22;

/** The `if_tsresol` for nanoseconds, the unit that promisc writes. */
export const NANOSECONDS = 9;
const MICROSECONDS = 6;

/** Converts the 64-bit timestamps of an interface to seconds and nanoseconds. */
export class TimestampReader {
  /** Units per second. Exact unless `#wide` is set. */
  readonly #unit: number;
  /** Nanoseconds per unit. */
  readonly #nanoseconds: number;
  readonly #wide: bigint | undefined;
  readonly #offset: number;

  /**
   * @param resolution `if_tsresol` (draft-ietf-opsawg-pcapng, section 4.2): the unit is 10 to the power of minus this
   *   value; with the top bit set, 2 to the power of minus the other bits
   * @param offset `if_tsoffset`: seconds to add
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

  /**
   * Converts one timestamp.
   * @param high its upper 32 bits
   * @param low its lower 32 bits
   */
  read(high: number, low: number, into: MutableTime): void {
    if (this.#wide !== undefined) {
      this.#readWide(high, low, this.#wide, into);
      return;
    }
    // Long division in parts of 32, 16 and 16 bits, because a number can't hold 64 bits. Units are below 2³⁰, so every
    // dividend is below 2⁴⁶.
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

/** Returns the upper 32 bits of a time in nanoseconds since 1970. Earlier times are written as 1970. */
export function nanosecondsHigh(seconds: number, nanoseconds: number): number {
  if (seconds < 0) return 0;
  const upper = Math.floor(seconds / 0x1_0000) * BILLION;
  return (
    (Math.floor(upper / 0x1_0000) + Math.floor(lower(seconds, upper, nanoseconds) / 0x1_0000_0000)) >>> 0
  );
}

/** Returns the lower 32 bits of a time in nanoseconds since 1970. */
export function nanosecondsLow(seconds: number, nanoseconds: number): number {
  if (seconds < 0) return 0;
  const upper = Math.floor(seconds / 0x1_0000) * BILLION;
  const rest = lower(seconds, upper, nanoseconds);
  return rest - Math.floor(rest / 0x1_0000_0000) * 0x1_0000_0000;
}

/** The part of the time that the upper word doesn't hold yet: below 2⁴⁷. */
function lower(seconds: number, upper: number, nanoseconds: number): number {
  const upperRest = upper - Math.floor(upper / 0x1_0000) * 0x1_0000;
  const secondsRest = seconds - Math.floor(seconds / 0x1_0000) * 0x1_0000;
  return upperRest * 0x1_0000 + secondsRest * BILLION + nanoseconds;
}

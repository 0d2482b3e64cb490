import type { LineWriter } from "./line-writer.js";
import type { PrintOptions } from "./options.js";

const SECONDS_PER_DAY = 86_400;
/** The time zone's offset is looked up once per quarter of an hour: zones change at multiples of it. */
const QUARTER = 900;
const NANOSECONDS = 1_000_000_000;
/** "2023-11-14 22:13:20", with room for years of more than four digits. */
const LONGEST = 32;

/** Prints the time in front of a line, in the form that `-t` to `-ttttt` select. Local time is that of `TZ`. */
export class Timestamp {
  readonly #options: PrintOptions;
  #quarter = Number.NaN;
  #offset = 0;
  /** Whether there is a time that those of `-ttt` and `-ttttt` are relative to. */
  #hasReference = false;
  #referenceSeconds = 0;
  #referenceNanoseconds = 0;
  /** The second that was formatted last, and its text: many packets arrive in the same second. */
  #second = Number.NaN;
  readonly #printed = Buffer.alloc(LONGEST);
  #printedLength = 0;

  constructor(options: PrintOptions) {
    this.#options = options;
  }

  print(out: LineWriter, seconds: number, nanoseconds: number): void {
    switch (this.#options.time) {
      case "none":
        return;
      case "epoch":
        out.decimal(seconds);
        return this.#fraction(out, nanoseconds);
      case "local":
      case "date":
        if (seconds === this.#second) out.copy(this.#printed, 0, this.#printedLength);
        else this.#local(out, seconds);
        return this.#fraction(out, nanoseconds);
      default:
        return this.#relative(out, seconds, nanoseconds);
    }
  }

  #local(out: LineWriter, seconds: number): void {
    const from = out.length;
    const local = seconds + this.#offsetAt(seconds);
    if (this.#options.time === "date") this.#date(out, local);
    this.#clock(out, local);
    this.#second = seconds;
    this.#printedLength = out.bytes.copy(this.#printed, 0, from, out.length);
  }

  #relative(out: LineWriter, seconds: number, nanoseconds: number): void {
    if (!this.#hasReference) this.#refer(seconds, nanoseconds);
    let difference = seconds - this.#referenceSeconds;
    let fraction = nanoseconds - this.#referenceNanoseconds;
    const isNegative = difference < 0 || (difference === 0 && fraction < 0);
    if (isNegative) {
      difference = -difference;
      fraction = -fraction;
    }
    if (fraction < 0) {
      difference--;
      fraction += NANOSECONDS;
    }
    out.byte(isNegative ? 0x2d : 0x20);
    this.#clock(out, difference);
    this.#fraction(out, fraction);
    if (this.#options.time === "delta") this.#refer(seconds, nanoseconds);
  }

  #refer(seconds: number, nanoseconds: number): void {
    this.#hasReference = true;
    this.#referenceSeconds = seconds;
    this.#referenceNanoseconds = nanoseconds;
  }

  #clock(out: LineWriter, seconds: number): void {
    const day = seconds - Math.floor(seconds / SECONDS_PER_DAY) * SECONDS_PER_DAY;
    const hour = Math.floor(day / 3600);
    out.fixedDecimal(hour, 2);
    out.byte(0x3a);
    out.fixedDecimal(Math.floor((day - hour * 3600) / 60), 2);
    out.byte(0x3a);
    out.fixedDecimal(day % 60, 2);
  }

  #fraction(out: LineWriter, nanoseconds: number): void {
    out.byte(0x2e);
    const { fraction } = this.#options;
    out.fixedDecimal(fraction === 9 ? nanoseconds : Math.floor(nanoseconds / 1000), fraction);
    out.byte(0x20);
  }

  #date(out: LineWriter, localSeconds: number): void {
    // This runs at most once per second, so it may create a Date.
    const date = new Date(localSeconds * 1000);
    out.fixedDecimal(date.getUTCFullYear(), 4);
    out.byte(0x2d);
    out.fixedDecimal(date.getUTCMonth() + 1, 2);
    out.byte(0x2d);
    out.fixedDecimal(date.getUTCDate(), 2);
    out.byte(0x20);
  }

  /** Returns how many seconds local time is ahead of UTC at a time. */
  #offsetAt(seconds: number): number {
    const quarter = Math.floor(seconds / QUARTER);
    if (quarter !== this.#quarter) {
      this.#quarter = quarter;
      this.#offset = -new Date(seconds * 1000).getTimezoneOffset() * 60;
    }
    return this.#offset;
  }
}

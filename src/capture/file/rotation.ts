import { formatLocalTime } from "../../linux/clock/local-time.js";
import type { Packet } from "../packet.js";

/** When a capture goes on in a new file, by tcpdump's options of the same meaning. */
export interface RotationOptions {
  /** `-C`: once the file has more bytes than this. */
  readonly size?: number | undefined;
  /**
   * `-G`: once this many seconds have passed since the file's start. Time is that of the packets, so that a capture read
   * from a file is split as it would have been when it was taken. The name may have directives of strftime(3), which
   * stand for the local time of the file's start; without any, each file overwrites the one before.
   */
  readonly seconds?: number | undefined;
  /**
   * `-W`: with `size`, how many files there are before the first is overwritten; with `seconds` alone, after how many
   * files the capture ends.
   */
  readonly files?: number | undefined;
}

/** What rotation needs of a writer. */
interface Rotated {
  readonly size: number;
  switchTo(path: string): void;
}

/**
 * Decides before each packet which file it goes to, and names the files as tcpdump does: with `size` the second gets 1
 * after its name, the third 2. With `files` too the first gets 0, and numbers have as many digits as the last one.
 * A new period of `seconds` begins the numbers anew.
 */
export class Rotation {
  readonly #name: string;
  readonly #options: RotationOptions;
  readonly #digits: number;
  #periodStart: number;
  #periods = 0;
  #number = 0;

  /** @param start when the capture begins, in seconds since 1970, UTC: the live clock, or a file's first packet */
  constructor(name: string, options: RotationOptions, start: number) {
    this.#name = name;
    this.#options = options;
    this.#periodStart = start;
    const { size, files = 0 } = options;
    this.#digits = size !== undefined && files > 1 ? String(files - 1).length : 0;
  }

  /** The path of the file that is being written: at first, the one to open. */
  get path(): string {
    const name =
      this.#options.seconds === undefined ? this.#name : formatLocalTime(this.#name, this.#periodStart);
    return this.#number === 0 && this.#digits === 0
      ? name
      : `${name}${String(this.#number).padStart(this.#digits, "0")}`;
  }

  /** Switches the writer to the file that a packet belongs to. False if it belongs to none: there are enough files. */
  admit(packet: Packet, writer: Rotated): boolean {
    const { seconds, size, files = 0 } = this.#options;
    // Packets of a file that was taken earlier.
    if (packet.seconds < this.#periodStart && this.#periods === 0) this.#periodStart = packet.seconds;
    if (seconds !== undefined && packet.seconds - this.#periodStart >= seconds) {
      if (size === undefined && files > 0 && this.#periods + 1 >= files) return false;
      this.#periods++;
      this.#periodStart = packet.seconds;
      this.#number = 0;
      writer.switchTo(this.path);
    }
    if (size !== undefined && writer.size > size) {
      this.#number++;
      if (files > 0 && this.#number >= files) this.#number = 0;
      writer.switchTo(this.path);
    }
    return true;
  }
}

/** The rotation that is asked for, from now on; undefined if none is. */
export function openRotation(name: string, options: RotationOptions): Rotation | undefined {
  if (options.size === undefined && options.seconds === undefined) return undefined;
  return new Rotation(name, options, Math.floor(Date.now() / 1000));
}

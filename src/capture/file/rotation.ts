import { checkOptions, type OptionKinds } from "../../check-options.js";
import { formatLocalTime } from "../../linux/clock/local-time.js";
import type { Packet } from "../packet.js";
import type { CaptureWriter } from "./write/capture-writer.js";

/** When a capture continues in a new file, as with tcpdump's options of the same meaning. */
export interface RotationOptions {
  /** `-C`: once the file has more than this many bytes. */
  readonly size?: number | undefined;
  /**
   * `-G`: once this many seconds have passed since the file's start. The packets' timestamps count, so that a capture
   * read from a file is split as it would have been when it was captured. The name may contain strftime(3) directives,
   * which are replaced with the local time of the file's start. Without any, each file overwrites the one before.
   */
  readonly seconds?: number | undefined;
  /**
   * `-W`: with `size`, the number of files before the first is overwritten. With `seconds` alone, the number of files
   * after which the capture ends.
   */
  readonly files?: number | undefined;
  /**
   * `-z`: is called with the path of each file that is complete and closed. The last file of a capture is complete only
   * if it was ended by `files`.
   */
  readonly onComplete?: ((path: string) => void) | undefined;
}

const rotationOptions: OptionKinds<RotationOptions> = {
  size: "number?",
  seconds: "number?",
  files: "number?",
  onComplete: "function?",
};

/**
 * Decides before each packet which file it goes to, and names the files as tcpdump does. With `size`, the second file's
 * name ends in 1, the third's in 2. With `files` as well, the first one's ends in 0, and all numbers have as many
 * digits as the last one. Numbering restarts with each period of `seconds`.
 * @hideconstructor
 */
export class Rotation {
  readonly #name: string;
  readonly #options: RotationOptions;
  readonly #digits: number;
  #periodStart: number;
  #periods = 0;
  #number = 0;
  #isFull = false;

  /** @param start the start of the capture, in seconds since 1970, UTC: now, or the time of a file's first packet */
  constructor(name: string, options: RotationOptions, start: number) {
    this.#name = name;
    this.#options = options;
    this.#periodStart = start;
    const { size, files = 0 } = options;
    this.#digits = size !== undefined && files > 1 ? String(files - 1).length : 0;
  }

  /** The path of the current file; before the first packet, of the file to open. */
  get path(): string {
    const name =
      this.#options.seconds === undefined ? this.#name : formatLocalTime(this.#name, this.#periodStart);
    return this.#number === 0 && this.#digits === 0
      ? name
      : `${name}${String(this.#number).padStart(this.#digits, "0")}`;
  }

  /** Switches the writer to the file that a packet belongs to. Returns false if all files are complete. */
  admit(packet: Packet, writer: Pick<CaptureWriter, "size" | "switchTo">): boolean {
    const { seconds, size, files = 0 } = this.#options;
    // The packet comes from a file that was captured earlier.
    if (packet.seconds < this.#periodStart && this.#periods === 0) this.#periodStart = packet.seconds;
    if (seconds !== undefined && packet.seconds - this.#periodStart >= seconds) {
      if (size === undefined && files > 0 && this.#periods + 1 >= files) {
        this.#isFull = true;
        return false;
      }
      const complete = this.path;
      this.#periods++;
      this.#periodStart = packet.seconds;
      this.#number = 0;
      this.#switch(writer, complete);
    }
    if (size !== undefined && writer.size > size) {
      const complete = this.path;
      this.#number++;
      if (files > 0 && this.#number >= files) this.#number = 0;
      this.#switch(writer, complete);
    }
    return true;
  }

  /** Reports the last file if it is complete. Call it once the writer is closed. */
  end(): void {
    if (this.#isFull) this.#options.onComplete?.(this.path);
    this.#isFull = false;
  }

  #switch(writer: Pick<CaptureWriter, "switchTo">, complete: string): void {
    writer.switchTo(this.path);
    this.#options.onComplete?.(complete);
  }
}

/** Returns the rotation that `options` request, starting now; undefined if they request none. */
export function openRotation(name: string, options: RotationOptions): Rotation | undefined {
  checkOptions("openRotation", options, rotationOptions);
  if (options.size === undefined && options.seconds === undefined) return undefined;
  return new Rotation(name, options, Math.floor(Date.now() / 1000));
}

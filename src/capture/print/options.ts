import type { LineWriter } from "./line-writer.js";

/** How tcpdump's options shape a line. Addresses and ports are always numbers, as with `-n`. */
export interface PrintOptions {
  /** `-v`, `-vv`, `-vvv`: 0 to 3. */
  readonly verbose: number;
  /** `-q`: less about protocols. */
  readonly quiet: boolean;
  /** `-e`: the link-level header. */
  readonly link: boolean;
  /** `-S`: absolute TCP sequence numbers. */
  readonly absoluteSequence: boolean;
  /** How the time is shown: `-t` none, `-tt` epoch, `-ttt` delta, `-tttt` date and time, `-ttttt` since the first. */
  readonly time: "local" | "none" | "epoch" | "delta" | "date" | "elapsed";
  /** Digits after the second: 6, or 9 with `--nano`. */
  readonly fraction: 6 | 9;
  /** `-x`, `-xx`, `-X`, `-XX`; link: the link-level header too. */
  readonly dump: "none" | "hex" | "hex-link" | "ascii" | "ascii-link";
}

/**
 * Prints one protocol's part of a line, in place, as tcpdump does, without ever reading at or past `end`:
 * bytes that should be there and aren't are shown as tcpdump shows them, `[|proto]`.
 * @param start where the protocol's header begins
 * @param end where its captured bytes end
 * @param length how many bytes it had on the wire, by the lower layer's word: may be more than `end - start`
 */
export type PrintProtocol = (
  out: LineWriter,
  bytes: Uint8Array,
  start: number,
  end: number,
  length: number,
  options: PrintOptions,
) => void;

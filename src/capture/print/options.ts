import type { LineWriter } from "./line-writer.js";

/** How tcpdump's options shape a line. Addresses and ports are always numeric, as with `-n`. */
export interface PrintOptions {
  /** The number of `-v` options: 0 to 3. */
  readonly verbose: number;
  /** `-q`: print less about protocols. */
  readonly quiet: boolean;
  /** `-e`: print the link-level header. */
  readonly link: boolean;
  /** `-S`: print absolute TCP sequence numbers. */
  readonly absoluteSequence: boolean;
  /**
   * The form of the timestamp: `-t` none, `-tt` seconds since 1970, `-ttt` since the previous packet, `-tttt` date and
   * time, `-ttttt` since the first packet.
   */
  readonly time: "local" | "none" | "epoch" | "delta" | "date" | "elapsed";
  /** The number of digits after the second: 6, or 9 with `--nano`. */
  readonly fraction: 6 | 9;
  /** `-x`, `-xx`, `-X`, `-XX`, `-A` or `-AA`. With "-link", the link-level header is included. */
  readonly dump: "none" | "hex" | "hex-link" | "ascii" | "ascii-link" | "text" | "text-link";
  /** Whether the checksums of IPv4, TCP and UDP are verified, which `-v` prints: false with `-K`. */
  readonly verifyChecksums: boolean;
  /** `-#`: print the number of the packet, counted from 1. */
  readonly number: boolean;
  /** `--lengths`: print how many bytes of the packet were captured, and how many it had on the wire. */
  readonly lengths: boolean;
  /** `-g`: with `-v`, don't begin a new line after the IPv4 header. */
  readonly ipOneLine: boolean;
  /** `--print-sampling`: of this many packets, print only the last; 1 prints all. */
  readonly sampling: number;
}

/** Prints what tcpdump prints with `-n` alone. */
export const defaultPrintOptions: PrintOptions = {
  verbose: 0,
  quiet: false,
  link: false,
  absoluteSequence: false,
  time: "local",
  fraction: 6,
  dump: "none",
  verifyChecksums: true,
  number: false,
  lengths: false,
  ipOneLine: false,
  sampling: 1,
};

/**
 * Prints one protocol's part of a line as tcpdump does, directly from the packet. Never reads at or past `end`: missing
 * bytes are marked as tcpdump marks them, with `[|proto]`.
 * @param start offset of the protocol's header
 * @param end offset of the end of its captured bytes
 * @param length number of its bytes on the wire according to the lower layer; may exceed `end - start`
 */
export type PrintProtocol = (
  out: LineWriter,
  bytes: Uint8Array,
  start: number,
  end: number,
  length: number,
  options: PrintOptions,
) => void;

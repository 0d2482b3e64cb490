import type { OptionKinds } from "../../check-options.js";
import { MAXIMUM_SNAPLEN } from "../../wire/file/linktype.js";
import type { Instruction } from "../../wire/kernel/bpf/classic.js";
import type { Direction } from "./socket-filter.js";

/** The default snapshot length in bytes, as in tcpdump: longer than any frame. */
export const DEFAULT_SNAP_LENGTH = MAXIMUM_SNAPLEN;
const BUFFER_SIZE = 32 * 1024 * 1024;
const BLOCK_TIMEOUT_MS = 100;
const IMMEDIATE_TIMEOUT_MS = 1;

/** Options of `openCapture`. */
export interface CaptureOptions {
  /** The largest number of bytes to capture of each packet; 0 for all. Defaults to 262144, as in tcpdump. */
  readonly snapLength?: number;
  /** Whether to hold the interfaces promiscuous during the capture, as tcpdump does. Defaults to true. */
  readonly promiscuous?: boolean;
  /**
   * A tcpdump expression (pcap-filter(7)), which requires libpcap, or a classic BPF program. Defaults to all packets.
   */
  readonly filter?: string | readonly Instruction[];
  /** Whether libpcap optimizes the program that it makes of an expression. Defaults to true. */
  readonly optimize?: boolean;
  /** The size of each interface's ring in bytes, from 256 KiB to 4 GiB. Defaults to 32 MiB. */
  readonly bufferSize?: number;
  readonly direction?: Direction;
  /**
   * The link type (`LINKTYPE_`) of the packets, one of those that `linkTypesOfInterface` returns. Defaults to the
   * interface's own.
   */
  readonly linkType?: number;
  /**
   * Returns packets as soon as they arrive instead of many at once, for interactive use. This costs more CPU time per
   * packet.
   */
  readonly immediate?: boolean;
  /** What the capture is for, as a phrase that follows "cannot" in errors. Defaults to `capture on` and the name. */
  readonly operation?: string;
  /** Ends the capture as `LiveCapture.stop()` does. */
  readonly signal?: AbortSignal;
  /** Called when an interface goes down, or disappears while other interfaces are still being captured. */
  readonly onInterface?: (event: InterfaceEvent) => void;
}

export const captureOptions: OptionKinds<CaptureOptions> = {
  optimize: "boolean?",
  snapLength: "number?",
  promiscuous: "boolean?",
  filter: "any?",
  bufferSize: "number?",
  direction: ["in", "out", "inout"],
  linkType: "number?",
  immediate: "boolean?",
  operation: "string?",
  signal: "signal?",
  onInterface: "function?",
};

/** A change of a captured interface. A `down` interface may come up again, and the capture continues on it. */
export interface InterfaceEvent {
  readonly event: "down" | "gone";
  readonly ifname: string;
}

/** The options for the capture of one interface. */
export interface InterfaceOptions {
  readonly snapLength: number;
  readonly promiscuous: boolean;
  readonly filter: string | readonly Instruction[];
  readonly optimize: boolean;
  readonly bufferSize: number;
  readonly direction: Direction;
  readonly linkType: number | undefined;
  /** In milliseconds. */
  readonly blockTimeout: number;
  readonly operation: string | undefined;
}

export function interfaceOptions(options: CaptureOptions): InterfaceOptions {
  const { snapLength = DEFAULT_SNAP_LENGTH, promiscuous = true, filter = "", optimize = true } = options;
  const { bufferSize = BUFFER_SIZE, direction = "inout", linkType, immediate } = options;
  return {
    snapLength: snapLength === 0 ? DEFAULT_SNAP_LENGTH : snapLength,
    promiscuous,
    filter,
    optimize,
    bufferSize,
    direction,
    linkType,
    operation: options.operation,
    blockTimeout: immediate ? IMMEDIATE_TIMEOUT_MS : BLOCK_TIMEOUT_MS,
  };
}

import { MAXIMUM_SNAPLEN } from "../../wire/file/linktype.js";
import type { Instruction } from "../../wire/kernel/bpf/classic.js";
import type { Direction } from "./socket-filter.js";

/** By default, as tcpdump has it: more than any frame has. */
export const SNAP_LENGTH = MAXIMUM_SNAPLEN;
const BUFFER_SIZE = 32 * 1024 * 1024;
const BLOCK_TIMEOUT_MS = 100;
const IMMEDIATE_TIMEOUT_MS = 1;

export interface CaptureOptions {
  /** At most so many bytes of each packet; 0 for all of it. */
  readonly snapLength?: number;
  /** Hold the interfaces promiscuous while capturing, as tcpdump does: by default yes. */
  readonly promiscuous?: boolean;
  /** A tcpdump expression, pcap-filter(7), which needs libpcap; or a classic BPF program for the kernel. */
  readonly filter?: string | readonly Instruction[];
  /** Bytes of the ring of each interface: 256 KiB to 4 GiB; by default 32 MiB. */
  readonly bufferSize?: number;
  readonly direction?: Direction;
  /** Hand packets over when they come, rather than many at once: for people who look on. It costs more a packet. */
  readonly immediate?: boolean;
  /** Ends the capture as {@link LiveCapture.stop} does. */
  readonly signal?: AbortSignal;
  /** Called when an interface goes down, or away while others are still captured on. */
  readonly onInterface?: (event: InterfaceEvent) => void;
}

/** What happened to a captured interface: `down` interfaces may come up again and are still listened to. */
export interface InterfaceEvent {
  readonly event: "down" | "gone";
  readonly ifname: string;
}

/** What an interface's capture needs to know of the options. */
export interface InterfaceOptions {
  readonly snapLength: number;
  readonly promiscuous: boolean;
  readonly filter: string | readonly Instruction[];
  readonly bufferSize: number;
  readonly direction: Direction;
  /** Milliseconds. */
  readonly blockTimeout: number;
}

export function interfaceOptions(options: CaptureOptions): InterfaceOptions {
  const { snapLength = SNAP_LENGTH, promiscuous = true, filter = "" } = options;
  const { bufferSize = BUFFER_SIZE, direction = "inout", immediate } = options;
  return {
    snapLength: snapLength === 0 ? SNAP_LENGTH : snapLength,
    promiscuous,
    filter,
    bufferSize,
    direction,
    blockTimeout: immediate ? IMMEDIATE_TIMEOUT_MS : BLOCK_TIMEOUT_MS,
  };
}

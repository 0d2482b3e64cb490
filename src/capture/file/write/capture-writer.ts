import { setTimeout } from "node:timers/promises";
import type { CaptureInterface, Packet, PacketBatch } from "../../packet.js";

/**
 * Writes packets to a file, in large pieces. A failed write is a PromiscError that says how many packets were lost; the
 * file holds whole packets then, and nothing more can be written.
 */
export interface CaptureWriter extends Disposable {
  readonly format: "pcap" | "pcapng";
  /** Packets written so far, or waiting to be. */
  readonly packets: number;
  /** Bytes of the present file, before compression. */
  readonly size: number;
  /**
   * Describes the next interface: the first is that of packets with an `interfaceId` of 0. Each comes before its packets.
   * @throws PromiscError `usage` if the format can't hold it beside the others
   */
  addInterface(captureInterface: CaptureInterface): void;
  writePacket(packet: Packet): void;
  /** Writes the packets of a batch that were not yet walked. @returns how many there were */
  write(batch: PacketBatch): number;
  /** Goes on in another file, which has the same interfaces. */
  switchTo(path: string): void;
  /** Lets the file have all packets written so far; a pipe as many as it has room for. */
  flush(): void;
  /** Whether a pipe had no room for all: {@link flush} again, later. */
  readonly isWaiting: boolean;
  /** Gives up what a pipe has no room for. @throws PromiscError that says how many packets are lost by it */
  abandon(): never;
  /** Writes what waits, and closes the file. */
  close(): void;
}

/** How long a full pipe is left alone. */
const RETRY_MS = 1;

/**
 * Lets a file have all packets written so far, however long a pipe's reader takes, unless the signal aborts.
 * @throws PromiscError if something can't be written; that says how many packets are lost
 */
export async function flushWriter(writer: CaptureWriter, signal: AbortSignal | undefined): Promise<void> {
  writer.flush();
  while (writer.isWaiting) {
    if (signal?.aborted) writer.abandon();
    await setTimeout(RETRY_MS);
    writer.flush();
  }
}

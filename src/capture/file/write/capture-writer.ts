import { setTimeout } from "node:timers/promises";
import type { CaptureInterface, Packet, PacketBatch } from "../../packet.js";

/**
 * Writes packets to a file in large pieces. A failed write throws a PromiscError that says how many packets were lost.
 * The file then contains only complete packets, and nothing more can be written.
 */
export interface CaptureWriter extends Disposable {
  readonly format: "pcap" | "pcapng";
  /** The number of packets written or waiting to be written, in all files. */
  readonly packets: number;
  /** The size of the current file in bytes, before compression. */
  readonly size: number;
  /**
   * Adds an interface. The first one is that of packets with an `interfaceId` of 0. Add each interface before its
   * packets.
   * @throws PromiscError `usage` if the format can't hold this interface together with the others
   */
  addInterface(captureInterface: CaptureInterface): void;
  writePacket(packet: Packet): void;
  /**
   * Writes the packets of a batch that haven't been walked yet.
   * @returns the number of packets written
   */
  write(batch: PacketBatch): number;
  /** Continues in another file, with the same interfaces. */
  switchTo(path: string): void;
  /** Writes all waiting packets to the file. To a pipe, it writes as many bytes as fit: see {@link isWaiting}. */
  flush(): void;
  /** Whether packets are waiting because a pipe is full. Call {@link flush} again later. */
  readonly isWaiting: boolean;
  /**
   * Discards what a full pipe hasn't taken.
   * @throws PromiscError that says how many packets are lost
   */
  abandon(): never;
  /** Writes what is waiting, and closes the file. */
  close(): void;
}

/** How long to wait before trying again to write to a full pipe. */
const RETRY_MS = 1;

/**
 * Writes all waiting packets to the file. Waits as long as a pipe's reader takes, unless the signal aborts.
 * @throws PromiscError if a write fails; it says how many packets are lost
 */
export async function flushWriter(writer: CaptureWriter, signal: AbortSignal | undefined): Promise<void> {
  writer.flush();
  while (writer.isWaiting) {
    if (signal?.aborted) writer.abandon();
    await setTimeout(RETRY_MS);
    writer.flush();
  }
}

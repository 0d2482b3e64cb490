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
  /** Writes the packets that wait to the file; to a pipe as many as it has room for, without waiting for its reader. */
  flush(): void;
  /**
   * Writes the packets that wait, and resolves when the file or the pipe has all of them. The event loop runs while a
   * pipe's reader reads.
   * @param signal ends the wait for a pipe's reader when it aborts; the packets that the pipe has no room for are lost
   * @throws PromiscError as {@link flush} does; and if the signal aborts and packets are lost by that, which it counts
   */
  drain(signal?: AbortSignal): Promise<void>;
  /** Writes the packets that wait, however long a pipe's reader takes, and closes the file. */
  close(): void;
}

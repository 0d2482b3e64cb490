import type { CaptureStatistics } from "./live/statistics.js";
import type { CaptureInterface, Packet, PacketBatch } from "./packet.js";

/** A source of batches of packets: what a pump needs of a source, so that a program can make one of its own. */
export interface BatchSource<Batch extends PacketBatch = PacketBatch> extends AsyncIterable<Batch> {
  /**
   * The interfaces that packets' `interfaceId` counts. A capture file may describe more of them while it is read, each
   * before its first packet.
   */
  readonly interfaces: readonly CaptureInterface[];
  /** The kernel's counts, if the packets are captured now. */
  readonly statistics?: CaptureStatistics;
  /** Ends the source after the packets that it has now. */
  stop?(): void;
}

/**
 * An open live capture or capture file. Its packets are read once, in one of three ways: by {@link each}, by
 * {@link eachBatch}, or by `for await` over batches. Each of them ends when the source ends, and closes it.
 *
 * Packets and batches are views of memory that is used again: copy what you keep.
 */
export interface PacketSource<Batch extends PacketBatch = PacketBatch>
  extends BatchSource<Batch>,
    Disposable {
  /**
   * Calls `use` with each packet: the same object each time, valid until `use` returns. If `use` calls {@link stop}, it
   * isn't called again.
   */
  each(use: (packet: Packet) => void): Promise<void>;
  /** Calls `use` with each batch, valid until `use` returns. */
  eachBatch(use: (batch: Batch) => void): Promise<void>;
  /** Ends the source after the packets that it has now, as its `signal` option does. */
  stop(): void;
  /** Closes the source at once. Packets that were not read yet are lost. */
  [Symbol.dispose](): void;
}

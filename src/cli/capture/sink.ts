import type { RingBatch } from "../../capture/live/ring-batch.js";
import type { CaptureStatistics } from "../../capture/live/statistics.js";
import type { CaptureInterface, Packet } from "../../capture/packet.js";

/** Where packets go. */
export interface Sink {
  /** Told of each interface before its first packet. */
  addInterface?(captureInterface: CaptureInterface): void;
  /** False if it takes no more. */
  take(packet: Packet): boolean;
  /** Takes all of a batch at once, where that is cheaper; false if it can't. */
  takeWhole?(batch: RingBatch): boolean;
  /** Lets everyone see what was taken, at the end of a batch. Waits for a slow reader until the signal aborts. */
  flush(signal: AbortSignal): Promise<void> | void;
  /** After the last packet, whatever happened. */
  end(statistics: CaptureStatistics | undefined): void;
}

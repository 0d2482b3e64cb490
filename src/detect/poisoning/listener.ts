import { type LiveCapture, openCapture } from "../../capture/live/capture.js";
import type { RingBatch } from "../../capture/live/ring-batch.js";
import { present } from "../../present.js";
import { WakeQueue } from "../../wake-queue.js";
import { CLAIM_SNAP_LENGTH, claimFilter, readClaim } from "./claim.js";
import type { HeardEvent, PoisoningDown, PoisoningFinding, PoisoningLoss } from "./event.js";
import { Ledger } from "./ledger.js";
import { LiveSurroundings } from "./surroundings.js";

/** Losses are reported at most once in this many milliseconds, not once per batch. */
const INTERVAL_MS = 1000;

const BUFFER_SIZE = 4 * 1024 * 1024;

/** Receives the claims on an interface and follows the interface's state. It listens from its creation on. */
export class PoisoningListener implements Disposable {
  readonly #operation: string;
  readonly #surroundings: LiveSurroundings;
  readonly #ledger: Ledger;
  readonly #capture: LiveCapture;
  readonly #losses = new Losses();
  /** Events without a batch of frames. No batch arrives while the link is down. */
  readonly #downs = new WakeQueue<PoisoningDown>();

  /** @param name the name of the interface, in the network namespace of the calling thread */
  constructor(name: string, operation: string, signal: AbortSignal | undefined) {
    this.#operation = operation;
    this.#surroundings = new LiveSurroundings(name, operation, (place) =>
      this.#ledger.update(place, Date.now()),
    );
    this.#ledger = new Ledger(this.#surroundings.first);
    try {
      this.#capture = this.#listen(signal);
    } catch (error) {
      this.#surroundings[Symbol.dispose]();
      throw error;
    }
  }

  get ifname(): string {
    return this.#surroundings.first.ifname;
  }

  #listen(signal: AbortSignal | undefined): LiveCapture {
    return openCapture(this.ifname, {
      operation: this.#operation,
      filter: claimFilter,
      promiscuous: false,
      direction: "in",
      immediate: true,
      snapLength: CLAIM_SNAP_LENGTH,
      bufferSize: BUFFER_SIZE,
      onInterface: ({ event }) => {
        // If the interface is removed, the capture ends with an error.
        if (event === "down") this.#noteDown();
      },
      ...present({ signal }),
    });
  }

  /**
   * Yields findings and other events.
   * @throws PromiscError `no-interface` when the interface is removed
   */
  async *events(): AsyncGenerator<HeardEvent, void> {
    const batches = this.#capture[Symbol.asyncIterator]();
    try {
      let batch = batches.next();
      for (;;) {
        const result = await Promise.race([batch, this.#downs.ready()]);
        yield* this.#downs.take();
        if (!result) continue;
        yield* this.#lost(result.done ? Number.POSITIVE_INFINITY : performance.now());
        if (result.done) return;
        yield* this.#findings(result.value);
        batch = batches.next();
      }
    } catch (error) {
      yield* this.#lost(Number.POSITIVE_INFINITY);
      throw error;
    }
  }

  #noteDown(): void {
    this.#downs.push({ event: "down", time: new Date().toISOString(), ifname: this.ifname });
  }

  *#findings(batch: RingBatch): Generator<PoisoningFinding, void> {
    // Changes from before these frames must be known before the frames are judged.
    this.#surroundings.refresh();
    while (batch.next()) {
      const claim = readClaim(batch.packet);
      if (claim) yield* this.#ledger.hear(claim);
    }
  }

  /**
   * Reports losses. It is enough to check at each batch, because the kernel drops frames only while all blocks wait to
   * be read.
   */
  *#lost(at: number): Generator<PoisoningLoss, void> {
    const frames = this.#losses.take(this.#capture.statistics.dropped, at);
    if (frames > 0) yield { event: "lost", time: new Date().toISOString(), ifname: this.ifname, frames };
  }

  [Symbol.dispose](): void {
    this.#capture[Symbol.dispose]();
    this.#surroundings[Symbol.dispose]();
  }
}

/** Decides when to report the frames that the kernel dropped: the first loss at once, further ones once per second. */
export class Losses {
  #told = 0;
  #toldAt = Number.NEGATIVE_INFINITY;

  /**
   * Returns how many lost frames to report now.
   * @param dropped the total so far
   * @param at the time in milliseconds, or infinity at the end, when everything must be reported
   */
  take(dropped: number, at: number): number {
    if (at - this.#toldAt < INTERVAL_MS) return 0;
    const frames = dropped - this.#told;
    if (frames === 0) return 0;
    this.#told = dropped;
    this.#toldAt = at;
    return frames;
  }
}

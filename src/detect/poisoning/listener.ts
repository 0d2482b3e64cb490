import { type LiveCapture, openCapture } from "../../capture/live/capture.js";
import type { RingBatch } from "../../capture/live/ring-batch.js";
import { present } from "../../present.js";
import { WakeQueue } from "../../wake-queue.js";
import { CLAIM_SNAP_LENGTH, claimFilter, readClaim } from "./claim.js";
import type { PoisoningDown, PoisoningEvent, PoisoningFinding, PoisoningLoss } from "./event.js";
import { Ledger } from "./ledger.js";
import { LiveSurroundings } from "./surroundings.js";

/** A flood that is too fast costs a line each time, and not one a batch. */
const INTERVAL_MS = 1000;

const BUFFER_SIZE = 4 * 1024 * 1024;

/** Hears what is claimed on an interface, and what becomes of the interface meanwhile. It listens from the beginning. */
export class Listener implements Disposable {
  readonly #surroundings: LiveSurroundings;
  readonly #ledger: Ledger;
  readonly #capture: LiveCapture;
  readonly #losses = new Losses();
  /** What comes without a batch: on a link that is down none comes. */
  readonly #downs = new WakeQueue<PoisoningDown>();

  /** @param name of the interface, in the network namespace of the calling thread */
  constructor(name: string, operation: string, signal: AbortSignal | undefined) {
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
      filter: claimFilter,
      promiscuous: false,
      direction: "in",
      immediate: true,
      snapLength: CLAIM_SNAP_LENGTH,
      bufferSize: BUFFER_SIZE,
      onInterface: ({ event }) => {
        // One that is gone ends the capture with an error.
        if (event === "down") this.#noteDown();
      },
      ...present({ signal }),
    });
  }

  /** @throws PromiscError `no-interface` when the interface is gone */
  async *events(): AsyncGenerator<PoisoningEvent, void> {
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
    // What changed before these frames came is known before they are judged.
    this.#surroundings.refresh();
    while (batch.next()) {
      const claim = readClaim(batch.packet);
      if (claim) yield* this.#ledger.hear(claim);
    }
  }

  /** Asked at each batch: after a loss there is one, because the kernel drops frames only if all blocks wait to be read. */
  *#lost(at: number): Generator<PoisoningLoss, void> {
    const frames = this.#losses.take(this.#capture.statistics.dropped, at);
    if (frames > 0) yield { event: "lost", time: new Date().toISOString(), ifname: this.ifname, frames };
  }

  [Symbol.dispose](): void {
    this.#capture[Symbol.dispose]();
    this.#surroundings[Symbol.dispose]();
  }
}

/** Which of the frames that the kernel dropped are to be told of: at once, and then those of each second together. */
export class Losses {
  #told = 0;
  #toldAt = Number.NEGATIVE_INFINITY;

  /**
   * @param dropped all until now
   * @param at the time in milliseconds; infinity at the end, when all must be told
   * @returns how many to tell of
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

import type { CaptureStatistics } from "./live/statistics.js";
import type { CaptureInterface, Packet, PacketBatch } from "./packet.js";

/** Where packets come from: a live capture, or a capture file. To leave the loop over its batches ends it. */
export interface PacketSource<Batch extends PacketBatch> extends AsyncIterable<Batch> {
  /** Those that packets' `interfaceId` counts. A file's become more while it is read, each before its first packet. */
  readonly interfaces: readonly CaptureInterface[];
  /** What became of the packets, where they were captured just now. */
  readonly statistics?: CaptureStatistics;
  /** Has it end after what was received until now. Without it the source ends by a signal of its own. */
  stop?(): void;
}

/** Where packets go. */
export interface Sink<Batch extends PacketBatch = PacketBatch> {
  /** Is called with each interface before its first packet. */
  addInterface?(captureInterface: CaptureInterface): void;
  /**
   * Takes one packet.
   * @param batch what it is the present packet of
   * @returns false if it takes no more, and hasn't taken this one
   */
  take(packet: Packet, batch: Batch): boolean;
  /**
   * Takes all of a batch at once, where that is cheaper.
   * @returns how many packets it took; undefined if it must be given them one by one
   */
  takeWhole?(batch: Batch): number | undefined;
  /** Lets everyone see what was taken, at the end of a batch. Waits for a slow reader until the signal aborts. */
  flush(signal: AbortSignal | undefined): Promise<void> | void;
  /** Is called after the last packet, whatever happened. */
  end(statistics: CaptureStatistics | undefined): void;
}

export interface PumpOptions {
  /** Ends after so many packets. */
  readonly count?: number;
  /** Whether a packet is taken; all are by default. */
  readonly accept?: (packet: Packet) => boolean;
  /** At most so many bytes of each packet are taken. */
  readonly snapLength?: number;
}

/** Moves packets from a source to sinks, each packet to every sink. */
export class Pump<Batch extends PacketBatch = PacketBatch> {
  readonly #source: PacketSource<Batch>;
  readonly #sinks: readonly Sink<Batch>[];
  readonly #count: number;
  readonly #accept: ((packet: Packet) => boolean) | undefined;
  readonly #snapLength: number;
  /** The sink that may take whole batches. */
  readonly #wholeSink: Sink<Batch> | undefined;
  /** How many interfaces the sinks know. */
  #known = 0;
  #taken = 0;

  /**
   * Describes to the sinks the interfaces that are known already.
   * @throws PromiscError if a sink can't have them
   */
  constructor(
    source: PacketSource<Batch>,
    sinks: readonly Sink<Batch>[],
    { count = Number.POSITIVE_INFINITY, accept, snapLength = Number.POSITIVE_INFINITY }: PumpOptions = {},
  ) {
    this.#source = source;
    this.#sinks = sinks;
    this.#count = count;
    this.#accept = accept;
    this.#snapLength = snapLength;
    const isWhole = accept === undefined && this.#count === Number.POSITIVE_INFINITY;
    if (isWhole && this.#snapLength === Number.POSITIVE_INFINITY && sinks.length === 1)
      this.#wholeSink = sinks[0];
    this.#describe();
  }

  /**
   * Runs until the source ends, a sink takes no more, or there are enough packets. The sinks have ended then.
   * @param signal has the source end, after what was received until then, and sinks not wait for slow readers
   * @returns how many packets were taken
   * @throws PromiscError as the source and the sinks do
   */
  async run(signal?: AbortSignal): Promise<number> {
    const stop = (): void => this.#source.stop?.();
    signal?.addEventListener("abort", stop);
    if (signal?.aborted) stop();
    try {
      for await (const batch of this.#source) {
        const wantsMore = this.#take(batch);
        for (const sink of this.#sinks) await sink.flush(signal);
        if (!wantsMore) break;
      }
      return this.#taken;
    } finally {
      signal?.removeEventListener("abort", stop);
      const { statistics } = this.#source;
      for (const sink of this.#sinks) sink.end(statistics);
    }
  }

  /** @returns whether more is wanted */
  #take(batch: Batch): boolean {
    const whole = this.#wholeSink?.takeWhole?.(batch);
    if (whole !== undefined) {
      this.#taken += whole;
      return true;
    }
    const { packet } = batch;
    while (batch.next()) {
      if (this.#accept && !this.#accept(packet)) continue;
      if (packet.capturedLength > this.#snapLength) packet.capturedLength = this.#snapLength;
      if (packet.interfaceId >= this.#known) this.#describe();
      for (const sink of this.#sinks) if (!sink.take(packet, batch)) return false;
      if (++this.#taken >= this.#count) return false;
    }
    return true;
  }

  #describe(): void {
    const { interfaces } = this.#source;
    for (; this.#known < interfaces.length; this.#known++)
      for (const sink of this.#sinks) sink.addInterface?.(interfaces[this.#known] as CaptureInterface);
  }
}

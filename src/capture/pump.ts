import { checkOptions, type OptionKinds } from "../check-options.js";
import { whenAborted } from "../when-aborted.js";
import type { CaptureStatistics } from "./live/statistics.js";
import type { CaptureInterface, Packet, PacketBatch } from "./packet.js";
import type { BatchSource } from "./packet-source.js";

/** A destination of packets, for example a file or standard output. */
export interface PacketSink<Batch extends PacketBatch = PacketBatch> {
  /** Is called with each interface before its first packet. */
  addInterface?(captureInterface: CaptureInterface): void;
  /**
   * Takes one packet.
   * @param batch the batch that `packet` belongs to
   * @returns false if the sink is full; it hasn't taken this packet then
   */
  take(packet: Packet, batch: Batch): boolean;
  /**
   * Takes a whole batch at once, where that is cheaper.
   * @returns the number of packets taken, or undefined if the packets must be passed one by one
   */
  takeWhole?(batch: Batch): number | undefined;
  /**
   * Makes the packets taken so far visible to readers. Called at the end of each batch. Waits for a slow reader unless
   * the signal aborts.
   */
  flush(signal: AbortSignal | undefined): Promise<void> | void;
  /** Called once after the last packet, whether or not there was an error. */
  end(statistics: CaptureStatistics | undefined): void;
}

export interface PumpOptions {
  /** Ends after this many packets. Without a limit by default. */
  readonly count?: number;
  /** Reports whether a packet is to be taken. Defaults to all packets. */
  readonly accept?: (packet: Packet) => boolean;
  /** Truncates packets to this many bytes. Without a limit by default. */
  readonly snapLength?: number;
}

const pumpOptions: OptionKinds<PumpOptions> = {
  count: "number?",
  accept: "function?",
  snapLength: "number?",
};

/** Moves packets from a source to sinks. Every sink gets every packet. */
export class Pump<Batch extends PacketBatch = PacketBatch> {
  readonly #source: BatchSource<Batch>;
  readonly #sinks: readonly PacketSink<Batch>[];
  readonly #count: number;
  readonly #accept: ((packet: Packet) => boolean) | undefined;
  readonly #snapLength: number;
  /** The sink, if it is the only one and may take whole batches. */
  readonly #wholeSink: PacketSink<Batch> | undefined;
  /** The number of interfaces that the sinks know. */
  #known = 0;
  #taken = 0;

  /**
   * Adds the interfaces that the source has already to the sinks.
   * @throws PromiscError if a sink can't hold an interface
   */
  constructor(source: BatchSource<Batch>, sinks: readonly PacketSink<Batch>[], options: PumpOptions = {}) {
    checkOptions("new Pump", options, pumpOptions);
    const { count = Number.POSITIVE_INFINITY, accept, snapLength = Number.POSITIVE_INFINITY } = options;
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
   * Moves packets until the source ends, a sink is full or the requested number is reached, and then ends the sinks.
   * @param signal ends the source once it has returned the packets received so far, and ends waiting for slow readers
   * @returns the number of packets moved
   * @throws PromiscError as thrown by the source or a sink
   */
  async run(signal?: AbortSignal): Promise<number> {
    using _abortion = whenAborted(signal, () => this.#source.stop?.());
    try {
      for await (const batch of this.#source) {
        const wantsMore = this.#take(batch);
        for (const sink of this.#sinks) await sink.flush(signal);
        if (!wantsMore) break;
      }
      return this.#taken;
    } finally {
      const { statistics } = this.#source;
      for (const sink of this.#sinks) sink.end(statistics);
    }
  }

  /**
   * Passes a batch to the sinks.
   * @returns false if no more packets are to be taken
   */
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

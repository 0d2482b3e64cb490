import { setTimeout } from "node:timers/promises";
import { openRotation, type Rotation, type RotationOptions } from "../../capture/file/rotation.js";
import type { OutputOptions } from "../../capture/file/write/open-output.js";
import { openCaptureWriter } from "../../capture/file/write/open-writer.js";
import type { PcapngWriter } from "../../capture/file/write/pcapng-writer.js";
import type { RingBatch } from "../../capture/live/ring-batch.js";
import { packRecords } from "../../capture/live/ring-to-pcap.js";
import type { CaptureStatistics } from "../../capture/live/statistics.js";
import type { CaptureInterface, Packet } from "../../capture/packet.js";
import { filterExpression } from "../../wire/file/pcapng/interface-description.js";
import { version } from "../version.js";
import type { Sink } from "./sink.js";

const RETRY_MS = 1;

export interface FileOptions extends OutputOptions {
  readonly path: string;
  readonly rotation: RotationOptions;
  readonly nanoseconds: boolean;
  /** Whether packets of several interfaces come: only pcapng says which came by which. */
  readonly isSeveral: boolean;
  /** The tcpdump expression that the packets passed. */
  readonly filter: string;
}

/** A capture file, or several in turn. */
export class FileSink implements Sink {
  readonly #writer: ReturnType<typeof openCaptureWriter>;
  readonly #rotation: Rotation | undefined;
  readonly #filter: string;
  readonly #nanoseconds: boolean;
  /** Filled anew for each batch. */
  readonly #extent = { start: 0, end: 0 };

  constructor({ path, rotation, nanoseconds, isSeveral, filter, ...output }: FileOptions) {
    this.#rotation = openRotation(path, rotation);
    this.#filter = filter;
    this.#nanoseconds = nanoseconds;
    const options = { ...output, nanoseconds, section: { application: `promisc ${version}` } };
    this.#writer = openCaptureWriter(
      this.#rotation?.path ?? path,
      isSeveral && !/\.pcap(\.gz)?$/i.test(path) ? { ...options, format: "pcapng" } : options,
      path,
    );
  }

  addInterface(captureInterface: CaptureInterface): void {
    if (this.#writer.format === "pcap") this.#writer.addInterface(captureInterface);
    else
      this.#writer.addInterface(
        captureInterface,
        this.#filter === "" ? {} : { filter: filterExpression(this.#filter) },
      );
  }

  take(packet: Packet): boolean {
    if (this.#rotation && !this.#rotation.admit(packet, this.#writer)) return false;
    this.#writer.writePacket(packet);
    return true;
  }

  /** Takes a whole batch as the file's own records, without copying; false if this file can't. */
  takeWhole(batch: RingBatch): boolean {
    const writer = this.#writer;
    if (this.#rotation || writer.format !== "pcap" || !writer.isDirect) return false;
    const fraction = this.#nanoseconds ? "nanoseconds" : "microseconds";
    let pending = batch.left + batch.refused;
    while (packRecords(batch, fraction, this.#extent)) {
      const rest = batch.left + batch.refused;
      writer.writeRecords(batch.bytes, this.#extent.start, this.#extent.end, pending - rest);
      pending = rest;
    }
    return true;
  }

  async flush(signal: AbortSignal): Promise<void> {
    this.#writer.flush();
    while (this.#writer.isWaiting) {
      if (signal.aborted) this.#writer.abandon();
      await setTimeout(RETRY_MS);
      this.#writer.flush();
    }
  }

  end(statistics: CaptureStatistics | undefined): void {
    if (statistics && this.#writer.format === "pcapng") writeStatistics(this.#writer, statistics);
    this.#writer.close();
  }
}

function writeStatistics(writer: PcapngWriter, { interfaces }: CaptureStatistics): void {
  const timestamp = BigInt(Date.now()) * 1_000_000n;
  interfaces.forEach(({ received, dropped, captured }, interfaceId) => {
    writer.writeStatistics({
      interfaceId,
      timestamp,
      options: {
        endTime: timestamp,
        filterAccepted: BigInt(received),
        systemDropped: BigInt(dropped),
        delivered: BigInt(captured),
      },
    });
  });
}

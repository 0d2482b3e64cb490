import { openRotation, type Rotation, type RotationOptions } from "../../../capture/file/rotation.js";
import { flushWriter } from "../../../capture/file/write/capture-writer.js";
import type { OutputOptions } from "../../../capture/file/write/open-output.js";
import { openCaptureWriter } from "../../../capture/file/write/open-writer.js";
import type { PcapngWriter } from "../../../capture/file/write/pcapng-writer.js";
import { RingBatch } from "../../../capture/live/ring-batch.js";
import type { CaptureStatistics } from "../../../capture/live/statistics.js";
import type { CaptureInterface, Packet, PacketBatch } from "../../../capture/packet.js";
import type { Sink } from "../../../capture/pump.js";
import { filterExpression } from "../../../wire/file/pcapng/interface-description.js";
import { promiscVersion } from "../../version.js";

export interface FileOptions extends OutputOptions {
  readonly path: string;
  readonly rotation: RotationOptions;
  readonly nanoseconds: boolean;
  /** Whether packets come from several interfaces. Only pcapng records the interface of each packet. */
  readonly isSeveral: boolean;
  /** The tcpdump expression that the packets passed. */
  readonly filter: string;
}

/** Writes packets to a capture file, or to several in turn. */
export class FileSink implements Sink {
  readonly #writer: ReturnType<typeof openCaptureWriter>;
  readonly #rotation: Rotation | undefined;
  readonly #filter: string;

  constructor({ path, rotation, nanoseconds, isSeveral, filter, ...output }: FileOptions) {
    this.#rotation = openRotation(path, rotation);
    this.#filter = filter;
    const options = { ...output, nanoseconds, section: { application: `promisc ${promiscVersion}` } };
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

  /** A capture file that is read may describe a new interface in the middle of a batch. */
  takeWhole(batch: PacketBatch): number | undefined {
    return batch instanceof RingBatch && !this.#rotation ? this.#writer.write(batch) : undefined;
  }

  flush(signal: AbortSignal | undefined): Promise<void> {
    return flushWriter(this.#writer, signal);
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

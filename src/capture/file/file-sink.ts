import { checkOptions, type OptionKinds } from "../../check-options.js";
import { present } from "../../present.js";
import { filterExpression } from "../../wire/file/pcapng/interface-description.js";
import { RingBatch } from "../live/ring-batch.js";
import type { CaptureStatistics } from "../live/statistics.js";
import type { CaptureInterface, Packet, PacketBatch } from "../packet.js";
import type { PacketSink } from "../pump.js";
import { openRotation, type Rotation, type RotationOptions } from "./rotation.js";
import { type CaptureWriterOptions, openCaptureWriter } from "./write/open-writer.js";
import type { PcapngWriter } from "./write/pcapng-writer.js";

/** Options of {@link openFileSink}. */
export interface FileSinkOptions extends Omit<CaptureWriterOptions, "name"> {
  /** When the capture continues in another file. Defaults to never. */
  readonly rotation?: RotationOptions;
  /**
   * Whether packets of several interfaces come, which only pcapng tells apart. If so, the format defaults to pcapng
   * unless the name ends in `.pcap`.
   */
  readonly isSeveral?: boolean;
  /** The tcpdump expression that the packets passed, which a pcapng file says of its interfaces. Defaults to none. */
  readonly filter?: string;
}

const fileSinkOptions: OptionKinds<FileSinkOptions> = {
  rotation: "any?",
  isSeveral: "boolean?",
  filter: "string?",
  notOver: "any?",
  owner: "any?",
  format: ["pcap", "pcapng"],
  gzip: "boolean?",
  nanoseconds: "boolean?",
  section: "any?",
};

/**
 * Opens a capture file, or several in turn, as a destination for a {@link Pump}. The packets of a live capture are written
 * from the ring's memory where the format allows that. A pcapng file ends with the capture's statistics.
 * @param path "-" is standard output; with `rotation.seconds` it may have directives of strftime(3)
 * @throws PromiscError as {@link openCaptureWriter} does
 */
export function openFileSink(path: string, options: FileSinkOptions = {}): PacketSink {
  checkOptions("openFileSink", options, fileSinkOptions);
  return new FileSink(path, options);
}

class FileSink implements PacketSink {
  readonly #writer: ReturnType<typeof openCaptureWriter>;
  readonly #rotation: Rotation | undefined;
  readonly #filter: string;

  constructor(
    path: string,
    { rotation = {}, isSeveral = false, filter = "", format, ...output }: FileSinkOptions,
  ) {
    this.#rotation = openRotation(path, rotation);
    this.#filter = filter;
    const usual = isSeveral && !/\.pcap(\.gz)?$/i.test(path) ? "pcapng" : undefined;
    this.#writer = openCaptureWriter(this.#rotation?.path ?? path, {
      ...output,
      name: path,
      ...present({ format: format ?? usual }),
    });
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

  /** A file that is read may describe an interface in the middle of a batch. */
  takeWhole(batch: PacketBatch): number | undefined {
    return batch instanceof RingBatch && !this.#rotation ? this.#writer.write(batch) : undefined;
  }

  flush(signal: AbortSignal | undefined): Promise<void> {
    return this.#writer.drain(signal);
  }

  end(statistics: CaptureStatistics | undefined): void {
    if (statistics && this.#writer.format === "pcapng") writeStatistics(this.#writer, statistics);
    this.#writer.close();
    this.#rotation?.end();
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

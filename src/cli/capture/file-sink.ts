import { Rotation, type RotationOptions } from "../../capture/file/rotation.js";
import { openCaptureWriter } from "../../capture/file/write/open-writer.js";
import type { CaptureStatistics } from "../../capture/live/statistics.js";
import type { CaptureInterface, Packet } from "../../capture/packet.js";
import { version } from "../version.js";
import type { Sink } from "./sink.js";

export interface FileOptions {
  readonly path: string;
  readonly rotation: RotationOptions;
  readonly nanoseconds: boolean;
  /** What the packets come from; known before the file is begun, because several need another format than one. */
  readonly interfaces: readonly CaptureInterface[];
  /** The tcpdump expression that they passed. */
  readonly filter: string;
}

/** A capture file, or several in turn. */
export class FileSink implements Sink {
  readonly #writer: ReturnType<typeof openCaptureWriter>;
  readonly #rotation: Rotation | undefined;

  constructor({ path, rotation, nanoseconds, interfaces, filter }: FileOptions) {
    const isRotated = rotation.size !== undefined || rotation.seconds !== undefined;
    this.#rotation = isRotated ? new Rotation(path, rotation, Math.floor(Date.now() / 1000)) : undefined;
    this.#writer = openCaptureWriter(
      this.#rotation?.path ?? path,
      {
        nanoseconds,
        section: { userApplication: `promisc ${version}` },
        // Only pcapng says which packet came by which interface.
        ...(interfaces.length > 1 && !/\.pcap(\.gz)?$/i.test(path) ? { format: "pcapng" } : {}),
      },
      path,
    );
    for (const each of interfaces)
      if (this.#writer.format === "pcapng")
        this.#writer.addInterface(each, filter === "" ? {} : { filter: { expression: filter } });
      else this.#writer.addInterface(each);
  }

  take(packet: Packet): boolean {
    if (this.#rotation && !this.#rotation.admit(packet, this.#writer)) return false;
    this.#writer.writePacket(packet);
    return true;
  }

  flush(): void {
    this.#writer.flush();
  }

  end(statistics: CaptureStatistics | undefined): void {
    if (this.#writer.format === "pcapng") this.#writeStatistics(statistics);
    this.#writer.close();
  }
}

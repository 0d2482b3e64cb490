import type { CaptureInterface, Packet } from "../../../capture/packet.js";
import type { PrintOptions } from "../../../capture/print/options.js";
import { createLinePrinter, type PacketLines } from "../../../capture/print/packet-lines.js";
import type { PacketSink } from "../../../capture/pump.js";
import { StandardOutput } from "./standard-output.js";

/** Writes one line per packet to standard output, as tcpdump prints it. */
export class LinesSink implements PacketSink {
  readonly #interfaces: CaptureInterface[] = [];
  readonly #lines: PacketLines;
  readonly #output = new StandardOutput();

  constructor(options: PrintOptions, isSeveral: boolean) {
    this.#lines = createLinePrinter(this.#interfaces, { ...options, showInterface: isSeveral });
  }

  addInterface(captureInterface: CaptureInterface): void {
    this.#interfaces.push(captureInterface);
  }

  take(packet: Packet): boolean {
    this.#lines.print(packet);
    return true;
  }

  async flush(signal: AbortSignal | undefined): Promise<void> {
    try {
      await this.#output.write(this.#lines.written(), signal);
    } finally {
      this.#lines.clear();
    }
  }

  end(): void {
    this.#output[Symbol.dispose]();
  }
}

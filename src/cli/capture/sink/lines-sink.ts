import type { CaptureInterface, Packet } from "../../../capture/packet.js";
import { LineWriter } from "../../../capture/print/line-writer.js";
import type { PrintOptions } from "../../../capture/print/options.js";
import { LinePrinter } from "../../../capture/print/printer.js";
import type { Sink } from "../../../capture/pump.js";
import { StandardOutput } from "./standard-output.js";

/** Writes one line per packet to standard output, as tcpdump prints it. */
export class LinesSink implements Sink {
  readonly #lines = new LineWriter();
  readonly #printer: LinePrinter;
  readonly #output = new StandardOutput();
  readonly #interfaces: CaptureInterface[] = [];
  readonly #isSeveral: boolean;

  constructor(options: PrintOptions, isSeveral: boolean) {
    this.#printer = new LinePrinter(options);
    this.#isSeveral = isSeveral;
  }

  addInterface(captureInterface: CaptureInterface): void {
    this.#interfaces.push(captureInterface);
  }

  take(packet: Packet): boolean {
    const captureInterface = this.#interfaces[packet.interfaceId] as CaptureInterface;
    const name = this.#isSeveral ? captureInterface.name : undefined;
    this.#printer.print(packet, captureInterface.linkType, this.#lines, name);
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

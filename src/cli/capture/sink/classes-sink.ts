import type { CaptureStatistics, InterfaceCounts } from "../../../capture/live/statistics.js";
import type { PacketSink } from "../../../capture/pump.js";
import { formatTable } from "../../format/table.js";
import { printable } from "../../format/text.js";
import { isTerminal, write, writeJson } from "../../output/write.js";

/** How often the table is drawn again on a terminal, in milliseconds. */
const INTERVAL_MS = 500;

/** Shows how many frames of each class were captured. The column for other hosts shows what promiscuous mode adds. */
export class ClassesSink implements PacketSink {
  readonly #statistics: () => CaptureStatistics;
  readonly #json: boolean;
  readonly #timer: NodeJS.Timeout | undefined;
  #height = 0;

  constructor(statistics: () => CaptureStatistics, json: boolean) {
    this.#statistics = statistics;
    this.#json = json;
    if (json || isTerminal(1)) this.#timer = setInterval(() => this.#show(this.#statistics()), INTERVAL_MS);
  }

  take(): boolean {
    return true;
  }

  flush(): void {}

  end(statistics: CaptureStatistics | undefined): void {
    clearInterval(this.#timer);
    if (statistics) this.#show(statistics);
  }

  #show(statistics: CaptureStatistics): void {
    if (this.#json) {
      writeJson({ time: new Date().toISOString(), ...statistics });
      return;
    }
    // Move up over what was drawn before.
    const up = this.#height > 0 ? `\x1b[${this.#height}A\x1b[J` : "";
    const lines = table(statistics.interfaces);
    this.#height = lines.length;
    write(1, `${up}${lines.join("\n")}\n`);
  }
}

function table(interfaces: readonly InterfaceCounts[]): string[] {
  return formatTable([
    ["INTERFACE", "THIS HOST", "BROADCAST", "MULTICAST", "OTHER HOSTS", "OUTGOING", "DROPPED"],
    ...interfaces.map(({ name, dropped, classes }) => [
      printable(name),
      ...[
        classes.host,
        classes.broadcast,
        classes.multicast,
        classes.otherHost,
        classes.outgoing,
        dropped,
      ].map(String),
    ]),
  ]);
}

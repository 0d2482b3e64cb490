import type { CaptureStatistics, InterfaceCounts } from "../../../capture/live/statistics.js";
import type { PacketSink } from "../../../capture/pump.js";
import { formatTable } from "../../format/table.js";
import { printable } from "../../format/text.js";
import { displayWidth } from "../../format/wrap.js";
import { LiveLines } from "../../output/live-lines.js";
import { canMoveCursor, isTerminal, layoutWidth, write, writeJson } from "../../output/write.js";

/** How often the table is drawn again on a terminal, in milliseconds. */
const INTERVAL_MS = 500;
/** How often lines are printed on a terminal that can't replace them. */
const LINES_INTERVAL_MS = 5000;

/** Shows how many frames of each class were captured. The column for other hosts shows what promiscuous mode adds. */
export class ClassesSink implements PacketSink {
  readonly #statistics: () => CaptureStatistics;
  readonly #json: boolean;
  readonly #timer: NodeJS.Timeout | undefined;
  readonly #live = new LiveLines(1);
  #hasHeader = false;

  constructor(statistics: () => CaptureStatistics, json: boolean) {
    this.#statistics = statistics;
    this.#json = json;
    const interval = json || canMoveCursor(1) ? INTERVAL_MS : LINES_INTERVAL_MS;
    if (json || isTerminal(1)) this.#timer = setInterval(() => this.#show(this.#statistics()), interval);
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
    const lines = table(statistics.interfaces);
    if (canMoveCursor(1)) {
      this.#live.draw(lines);
      return;
    }
    write(1, `${lines.slice(this.#hasHeader ? 1 : 0).join("\n")}\n`);
    this.#hasHeader = true;
  }
}

const header = ["INTERFACE", "THIS HOST", "BROADCAST", "MULTICAST", "OTHER HOSTS", "OUTGOING", "DROPPED"];
const shortHeader = ["INTERFACE", "HOST", "BCAST", "MCAST", "OTHER", "OUT", "DROPPED"];

/** Formats the table, with short names of columns where the terminal is too narrow for long ones. */
function table(interfaces: readonly InterfaceCounts[]): string[] {
  const lines = formatCounts(header, interfaces);
  const isTooWide = lines.some((line) => displayWidth(line) > layoutWidth(1));
  return isTooWide ? formatCounts(shortHeader, interfaces) : lines;
}

function formatCounts(names: readonly string[], interfaces: readonly InterfaceCounts[]): string[] {
  return formatTable([
    names,
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

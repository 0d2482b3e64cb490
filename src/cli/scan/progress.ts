import type { ScanProgress } from "../../detect/scan/scan-run.js";
import { printable } from "../format/text.js";
import { isTerminal, write } from "../output/write.js";

/** The line is updated at most once in this interval, and first shown after this delay, in milliseconds. */
const INTERVAL_MS = 200;
const PATIENCE_MS = 1000;

/** Shows the progress of a scan on standard error, if that is a terminal and the scan takes longer than a second. */
export class ProgressLine implements Disposable {
  readonly #isShown = isTerminal(2);
  readonly #begin = performance.now();
  #told = 0;

  tell({ interface: name, addresses, sent, answers, phase }: ScanProgress): void {
    const now = performance.now();
    if (!this.#isShown || now - this.#begin < PATIENCE_MS || now - this.#told < INTERVAL_MS) return;
    this.#told = now;
    const doing = phase === "discovery" ? "finding hosts" : "probing";
    const words = `${printable(name)}: ${addresses} addresses, ${doing}: ${sent} frames sent, ${answers} answers`;
    write(2, `\r\x1b[K${words}`);
  }

  [Symbol.dispose](): void {
    if (this.#told > 0) write(2, "\r\x1b[K");
  }
}

import { counted } from "../../counted.js";
import type { ScanProgress } from "../../detect/scan/scan-run.js";
import { printable } from "../format/text.js";
import { LiveLines } from "../output/live-lines.js";
import { canMoveCursor } from "../output/write.js";

/** The line is updated at most once in this interval, and first shown after this delay, in milliseconds. */
const INTERVAL_MS = 200;
const PATIENCE_MS = 1000;

/** Shows the progress of a scan on standard error, if that is a terminal and the scan takes longer than a second. */
export class ProgressLine implements Disposable {
  readonly #isShown = canMoveCursor(2);
  readonly #line = new LiveLines(2);
  readonly #begin = performance.now();
  #shown = 0;

  show(progress: ScanProgress): void {
    const now = performance.now();
    if (!this.#isShown || now - this.#begin < PATIENCE_MS || now - this.#shown < INTERVAL_MS) return;
    this.#shown = now;
    this.#line.draw([printable(describeProgress(progress))]);
  }

  [Symbol.dispose](): void {
    this.#line[Symbol.dispose]();
  }
}

/** Describes how far a scan is, and how long it will take if that is known. */
function describeProgress({ interface: name, phase, pass, asked, toAsk, ...rest }: ScanProgress): string {
  const { answers, secondsLeft } = rest;
  const thing = phase === "discovery" ? "target" : "question";
  const again = pass > 1 ? ` again (pass ${pass})` : "";
  const done = toAsk > asked ? `${asked} of ${counted(toAsk, thing)}` : counted(asked, thing);
  const left = secondsLeft === undefined ? "" : `, about ${inWords(secondsLeft)} left`;
  return `${name}: asked${again}: ${done}${left}, ${counted(answers, "answer")}`;
}

function inWords(seconds: number): string {
  if (seconds < 120) return `${Math.ceil(seconds)} s`;
  return seconds < 7200 ? `${Math.ceil(seconds / 60)} min` : `${Math.ceil(seconds / 3600)} h`;
}

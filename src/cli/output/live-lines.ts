import { cutToWidth, displayWidth } from "../format/wrap.js";
import {
  canMoveCursor,
  eraseBeforeWriting,
  layoutWidth,
  type Stream,
  terminalHeight,
  writeExactly,
} from "./write.js";

/**
 * Lines at the end of a terminal that are replaced by newer ones. If the cursor of the terminal can't be moved, nothing is
 * drawn.
 */
export class LiveLines implements Disposable {
  readonly #stream: Stream;
  #drawn: readonly string[] = [];

  constructor(stream: Stream) {
    this.#stream = stream;
  }

  /** Replaces the lines. They are cut at the edges of the terminal, which would otherwise divide and scroll them. */
  draw(lines: readonly string[]): void {
    if (!canMoveCursor(this.#stream)) return;
    const width = layoutWidth(this.#stream);
    const fitting = lines.slice(0, terminalHeight(this.#stream) - 1).map((line) => cutToWidth(line, width));
    eraseBeforeWriting(this);
    writeExactly(this.#stream, `${this.#erasure()}${fitting.map((line) => `${line}\n`).join("")}`);
    this.#drawn = fitting;
  }

  /**
   * Returns what erases the lines. The cursor is below them, but not always in the first column: Ctrl-C shows as `^C`. A
   * terminal that was made narrower has divided the lines.
   */
  #erasure(): string {
    if (this.#drawn.length === 0) return "";
    const width = layoutWidth(this.#stream);
    const rows = this.#drawn.reduce(
      (sum, line) => sum + Math.max(1, Math.ceil(displayWidth(line) / width)),
      0,
    );
    // They are erased one by one: some terminals keep the whole screen in their history if all of it is erased at once.
    return `\r\x1b[2K${"\x1b[A\x1b[2K".repeat(Math.min(rows, terminalHeight(this.#stream) - 1))}`;
  }

  get isDrawn(): boolean {
    return this.#drawn.length > 0;
  }

  erase(): void {
    writeExactly(this.#stream, this.#erasure());
    this.#drawn = [];
  }

  [Symbol.dispose](): void {
    this.erase();
  }
}

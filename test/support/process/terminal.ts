import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { spawnSync } from "./child-process.js";
import { program } from "./program.js";

/** What the shell prints after the command has ended, with its exit status. */
const ENDED = /^\[ended: (\d+)\]$/;
/** Starts the command, and keeps the terminal open after it. Ctrl-C ends only the command. */
const script = `trap : INT; "$@"; printf '\\n[ended: %s]\\n' $?; trap - INT; exec sleep 1000`;

export interface TerminalOptions {
  readonly columns: number;
  readonly rows?: number;
  /** Further words of env(1), such as `TERM=dumb`. */
  readonly environment?: readonly string[];
  /** A command that runs promisc, such as setpriv with its options. */
  readonly wrapper?: readonly string[];
}

/** A terminal of tmux(1) in which promisc runs. */
export class Terminal implements Disposable {
  readonly #folder = mkdtempSync(join(tmpdir(), "promisc-test-"));

  /** Opens a terminal, and starts promisc in it with the given arguments. */
  constructor(
    args: readonly string[],
    { columns, rows = 50, environment = [], wrapper = [] }: TerminalOptions,
  ) {
    writeFileSync(join(this.#folder, "tmux.conf"), "set -g status off\nset -g escape-time 0\n");
    const size = ["-x", `${columns}`, "-y", `${rows}`];
    const command = ["env", "LC_ALL=C.UTF-8", ...environment, ...wrapper, program, ...args];
    this.#tmux(
      "-f",
      join(this.#folder, "tmux.conf"),
      "new-session",
      "-d",
      ...size,
      quote("sh", "-c", script, "sh", ...command),
    );
  }

  #tmux(...words: string[]): string {
    // tmux doesn't start with an unknown TERM, which is that of the terminal that it is started from.
    const env = { ...process.env, TERM: "xterm", LC_ALL: "C.UTF-8", TMUX: "" };
    const tmux = ["-u", "-S", join(this.#folder, "socket"), ...words];
    const { status, stdout, stderr } = spawnSync("tmux", tmux, { encoding: "utf8", env });
    assert.equal(status, 0, stderr);
    return stdout;
  }

  /** Returns the lines that the terminal shows, and those that it has scrolled away, without blanks at their ends. */
  lines(): string[] {
    return this.#capture();
  }

  /** Returns the lines as they were printed: rows that the terminal itself divided are one line here. */
  printedLines(): string[] {
    return this.#capture("-J");
  }

  #capture(...options: string[]): string[] {
    const text = this.#tmux("capture-pane", "-p", "-S", "-", ...options);
    const lines = text.split("\n").map((line) => line.trimEnd());
    const end = lines.findIndex((line) => ENDED.test(line));
    const own = end < 0 ? lines : lines.slice(0, end);
    return own.slice(0, own.findLastIndex((line) => line !== "") + 1);
  }

  /** Waits until the terminal shows a text. Throws if promisc ends without it. */
  async shows(text: string): Promise<void> {
    await this.#until(() => this.#isOnScreen(text), text);
  }

  #isOnScreen(text: string): boolean {
    return this.#capture().join(" ").replace(/\s+/g, " ").includes(text);
  }

  /** Waits until promisc has ended, and returns its exit status. */
  async end(): Promise<number> {
    await this.#until(() => this.#status() !== undefined, "its end");
    return this.#status() as number;
  }

  #status(): number | undefined {
    const [, status] = /^\[ended: (\d+)\]$/m.exec(this.#tmux("capture-pane", "-p", "-S", "-")) ?? [];
    return status === undefined ? undefined : Number(status);
  }

  async #until(hasCome: () => boolean, what: string): Promise<void> {
    while (!hasCome()) {
      if (this.#status() !== undefined && !hasCome())
        throw new Error(`promisc ended without ${what}: ${this.lines().join("\n")}`);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }

  /** Presses a key, by its name in tmux(1), such as `C-c`. */
  press(key: string): void {
    this.#tmux("send-keys", key);
  }

  /** Types a line. */
  type(line: string): void {
    this.#tmux("send-keys", "-l", line);
    this.press("Enter");
  }

  /** Gives the terminal another width. */
  resize(columns: number): void {
    this.#tmux("resize-window", "-x", `${columns}`);
  }

  /** Fails if the terminal had to divide a line by itself, as it does in the middle of words. */
  assertNothingDivided(): void {
    assert.deepEqual(this.lines(), this.printedLines());
  }

  [Symbol.dispose](): void {
    this.#tmux("kill-server");
    rmSync(this.#folder, { recursive: true });
  }
}

/**
 * Fails unless lines on a terminal are the lines of a text, wrapped at blanks: all words are whole, and each line that
 * continues another one is indented further than it.
 * @param wordsFit false if the terminal is so narrow that some words have to be broken
 */
export function assertWrapped(lines: readonly string[], text: string, wordsFit = true): void {
  const wanted = text.trimEnd().split("\n");
  let at = 0;
  for (const line of wanted) {
    const begin = at;
    let joined = (lines[at++] ?? "").trim();
    while (bare(joined).length < bare(line).length && at < lines.length) {
      const indent = indentOf(lines[at] as string);
      assert.ok(indent > indentOf(lines[begin] as string), `not indented: ${lines[at]}`);
      joined += ` ${(lines[at++] as string).trim()}`;
    }
    const form = wordsFit ? collapsed : bare;
    assert.equal(form(joined), form(line));
    assert.equal(indentOf(lines[begin] as string), indentOf(line));
  }
  assert.deepEqual(lines.slice(at), []);
}

function collapsed(text: string): string {
  return text.trim().replace(/ +/g, " ");
}

function bare(text: string): string {
  return text.replaceAll(" ", "");
}

function indentOf(line: string): number {
  return line.search(/[^ ]|$/);
}

/** Quotes words for sh(1). */
function quote(...words: string[]): string {
  return words.map((word) => `'${word.replaceAll("'", "'\\''")}'`).join(" ");
}

import { spawn } from "node:child_process";
import { once } from "node:events";
import { printable } from "../../format/text.js";
import { write } from "../write.js";

/** At most this many commands run at a time. The others wait. */
const AT_ONCE = 4;

/**
 * At most this many wait, so that a command that hangs doesn't use up all memory. Further ones are dropped, and that is
 * reported.
 */
const MOST_WAITING = 1000;
const MOST_WAITING_LENGTH = 16 * 1024 * 1024;

/** Runs a shell command for each finding, with the event on its standard input. Its output goes to standard error. */
export class FindingCommand {
  readonly #command: string;
  readonly #waiting: string[] = [];
  readonly #running = new Set<Promise<void>>();
  #waitingLength = 0;
  #leftOut = 0;

  constructor(command: string) {
    this.#command = command;
  }

  /**
   * Runs the command, now or later.
   * @param input what the command reads
   */
  run(input: string): void {
    if (this.#running.size < AT_ONCE) this.#start(input);
    else if (this.#hasRoomFor(input)) {
      this.#waiting.push(input);
      this.#waitingLength += input.length;
    } else if (this.#leftOut++ === 0)
      write(
        2,
        `promisc: ${this.#waiting.length} runs of the command wait: it is not run for further findings\n`,
      );
  }

  #hasRoomFor(input: string): boolean {
    return this.#waiting.length < MOST_WAITING && this.#waitingLength + input.length <= MOST_WAITING_LENGTH;
  }

  /** Waits until all commands have run. */
  async settled(): Promise<void> {
    while (this.#running.size > 0) await Promise.race(this.#running);
    if (this.#leftOut > 0) write(2, `promisc: the command was not run for ${this.#leftOut} findings\n`);
  }

  #start(input: string): void {
    const run = this.#runOnce(input)
      .catch((error: Error) => write(2, `promisc: cannot run the command: ${printable(error.message)}\n`))
      .finally(() => {
        this.#running.delete(run);
        this.#startNext();
      });
    this.#running.add(run);
  }

  #startNext(): void {
    const next = this.#waiting.shift();
    if (next === undefined) return;
    this.#waitingLength -= next.length;
    this.#start(next);
  }

  async #runOnce(input: string): Promise<void> {
    // A signal from the terminal ends the watch, but not the command.
    const child = spawn("/bin/sh", ["-c", this.#command], { stdio: ["pipe", 2, 2], detached: true });
    // The command doesn't have to read it.
    child.stdin?.on("error", () => {}).end(input);
    const [status, signal] = (await once(child, "exit")) as [number | null, NodeJS.Signals | null];
    if (status !== 0) write(2, `promisc: the command ended with ${signal ?? `status ${status}`}\n`);
  }
}

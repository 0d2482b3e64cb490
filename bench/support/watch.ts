import { type ChildProcessByStdio, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import type { Readable } from "node:stream";
import type { ChangeEvent, ReportedEvent } from "../../src/promiscuity/watch/event.js";
import { program } from "../../test/support/process/program.js";

/**
 * Runs `promisc watch --json` and keeps the lines about one interface of this namespace, with the time at which each
 * was read.
 */
export class Watch implements Disposable {
  readonly lines: { readonly at: bigint; readonly event: ReportedEvent }[] = [];
  readonly #process: ChildProcessByStdio<null, Readable, Readable>;

  private constructor(args: readonly string[]) {
    this.#process = spawn(program, ["watch", "--json", ...args], { stdio: ["ignore", "pipe", "pipe"] });
  }

  static async on(...args: string[]): Promise<Watch> {
    const watch = new Watch(args);
    createInterface(watch.#process.stdout).on("line", (line) => {
      const at = now();
      const event: ReportedEvent = JSON.parse(line);
      if (event.netns.own) watch.lines.push({ at, event });
    });
    await once(watch.#process.stderr, "data");
    return watch;
  }

  get pid(): number {
    return this.#process.pid ?? 0;
  }

  get changes(): { readonly at: bigint; readonly event: ChangeEvent }[] {
    return this.lines.flatMap(({ at, event }) => (event.event === "change" ? [{ at, event }] : []));
  }

  /** Waits until this many changes were reported, or nothing for a second. */
  async settled(changes: number): Promise<void> {
    for (let waited = 0, seen = 0; waited < 1000 && this.changes.length < changes; waited += 10) {
      await pause(10);
      if (this.lines.length > seen) waited = 0;
      seen = this.lines.length;
    }
  }

  [Symbol.dispose](): void {
    this.#process.kill("SIGKILL");
  }
}

/** Reads the clock that Python's time.monotonic_ns() reads too. */
function now(): bigint {
  return process.hrtime.bigint();
}

export function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}

import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { noOtherUsers, sh } from "./namespace.js";

const journald = "/lib/systemd/systemd-journald";

/** Why a journal can't be run here, or false: for the `skip` option of a test that needs one. */
export const noJournal: string | false =
  noOtherUsers || (existsSync(journald) ? false : "needs systemd-journald");

/** systemd's own journal, in the private `/run` of `isolate()`. */
export class Journal implements Disposable {
  readonly #process: ChildProcess;

  private constructor() {
    this.#process = spawn(journald, { stdio: "ignore" });
  }

  /** Resolves once it takes entries. */
  static async start(): Promise<Journal> {
    mkdirSync("/run/systemd/journald.conf.d", { recursive: true });
    mkdirSync("/run/log/journal", { recursive: true });
    // Left to itself, a journal turns the kernel's audit on.
    writeFileSync(
      "/run/systemd/journald.conf.d/test.conf",
      "[Journal]\nAudit=no\nReadKMsg=no\nStorage=volatile\n",
    );
    // It looks for its control group, which this namespace's /sys doesn't have.
    sh("mount -t cgroup2 cgroup2 /sys/fs/cgroup");
    const journal = new Journal();
    while (!existsSync("/run/systemd/journal/socket") || !journal.#logs("is it there?")) await pause();
    return journal;
  }

  /** The entries that have these fields (`NAME=value`), the first one first. */
  find(...fields: string[]): Record<string, string>[] {
    return spawnSync("journalctl", ["-D", "/run/log/journal", "-o", "json", ...fields], { encoding: "utf8" })
      .stdout.trim()
      .split("\n")
      .flatMap((line) => (line === "" ? [] : JSON.parse(line)));
  }

  /** Resolves once there is an entry that has these fields. */
  async has(...fields: string[]): Promise<void> {
    while (this.find(...fields).length === 0) await pause();
  }

  #logs(message: string): boolean {
    spawnSync("logger", ["--journald"], { input: `MESSAGE=${message}\n` });
    return this.find(`MESSAGE=${message}`).length > 0;
  }

  [Symbol.dispose](): void {
    this.#process.kill("SIGKILL");
  }
}

function pause(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 20));
}

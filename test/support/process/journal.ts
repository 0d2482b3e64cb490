import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { noOtherUsers, sh } from "../network/namespace.js";
import { spawn, spawnSync } from "./child-process.js";
import { lacking } from "./peer.js";

const journald = "/lib/systemd/systemd-journald";

/** Why a journal can't be run here, or false: for the `skip` option of a test that needs one. */
export const noJournal: string | false = noOtherUsers || lacking(journald, "journalctl", "logger");

/** systemd's own journal, in the private `/run` of `isolate()`. */
export class Journal implements Disposable {
  #process = spawn(journald, { stdio: "ignore" });

  private constructor() {}

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
    if (!existsSync("/sys/fs/cgroup/cgroup.procs")) sh("mount -t cgroup2 cgroup2 /sys/fs/cgroup");
    const journal = new Journal();
    await journal.#takesEntries();
    return journal;
  }

  /** Ends it; its socket stays, and refuses. */
  async kill(): Promise<void> {
    this.#process.kill("SIGKILL");
    await once(this.#process, "exit");
  }

  /** Starts it anew. Resolves once it takes entries. */
  async restart(): Promise<void> {
    this.#process = spawn(journald, { stdio: "ignore" });
    await this.#takesEntries();
  }

  async #takesEntries(): Promise<void> {
    const question = randomUUID();
    await this.#until(() => existsSync("/run/systemd/journal/socket") && this.#logs(question));
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
    await this.#until(() => this.find(...fields).length > 0);
  }

  async #until(isSo: () => boolean): Promise<void> {
    while (!isSo()) {
      const { exitCode, signalCode } = this.#process;
      if (exitCode !== null || signalCode !== null)
        throw new Error(`systemd-journald ended: ${signalCode ?? `exit status ${exitCode}`}`);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }

  #logs(message: string): boolean {
    spawnSync("logger", ["--journald"], { input: `MESSAGE=${message}\n` });
    return this.find(`MESSAGE=${message}`).length > 0;
  }

  [Symbol.dispose](): void {
    this.#process.kill("SIGKILL");
  }
}

import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { noOtherUsers, sh } from "../network/namespace.js";
import { spawn, spawnSync } from "./child-process.js";
import { lacking } from "./peer.js";

const journald = "/lib/systemd/systemd-journald";

/** Why a journal can't run on this machine, or false. Tests that need one use it as their `skip` option. */
export const noJournal: string | false = noOtherUsers || lacking(journald, "journalctl", "logger");

/** systemd's own journal in the private `/run` of `isolate()`. */
export class Journal implements Disposable {
  #process = spawn(journald, { stdio: "ignore" });

  private constructor() {}

  /** Starts a journal, and waits until it accepts entries. */
  static async start(): Promise<Journal> {
    mkdirSync("/run/systemd/journald.conf.d", { recursive: true });
    mkdirSync("/run/log/journal", { recursive: true });
    // By default, a journal enables the kernel's audit.
    writeFileSync(
      "/run/systemd/journald.conf.d/test.conf",
      "[Journal]\nAudit=no\nReadKMsg=no\nStorage=volatile\n",
    );
    // The journal looks for its control group, which is missing in this namespace's /sys.
    if (!existsSync("/sys/fs/cgroup/cgroup.procs")) sh("mount -t cgroup2 cgroup2 /sys/fs/cgroup");
    const journal = new Journal();
    await journal.#takesEntries();
    return journal;
  }

  /** Ends the journal. Its socket stays, and refuses connections. */
  async kill(): Promise<void> {
    this.#process.kill("SIGKILL");
    await once(this.#process, "exit");
  }

  /** Starts the journal again, and waits until it accepts entries. */
  async restart(): Promise<void> {
    this.#process = spawn(journald, { stdio: "ignore" });
    await this.#takesEntries();
  }

  async #takesEntries(): Promise<void> {
    const question = randomUUID();
    await this.#until(() => existsSync("/run/systemd/journal/socket") && this.#logs(question));
  }

  /** Returns the entries that have these fields (`NAME=value`), the oldest first. */
  find(...fields: string[]): Record<string, string>[] {
    return spawnSync("journalctl", ["-D", "/run/log/journal", "-o", "json", ...fields], { encoding: "utf8" })
      .stdout.trim()
      .split("\n")
      .flatMap((line) => (line === "" ? [] : JSON.parse(line)));
  }

  /** Waits until there is an entry that has these fields. */
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

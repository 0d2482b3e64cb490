import { fileURLToPath } from "node:url";
import { type ChildProcessWithoutNullStreams, type SpawnOptions, spawn, spawnSync } from "./child-process.js";

/** The program as users run it. This file is in build/test/support/process when it runs. */
export const program = fileURLToPath(new URL("../../../../bin/promisc", import.meta.url));

export interface Outcome {
  status: number | null;
  signal: NodeJS.Signals | null;
  stdout: string;
  stderr: string;
}

/** Runs promisc to its end. A wrapper, such as setpriv with its options, precedes it. */
export function promisc(
  args: string[],
  { wrapper = [] as string[], ...options }: SpawnOptions & { wrapper?: string[] } = {},
): Outcome {
  const [command, ...rest] = [...wrapper, program, ...args];
  const { status, signal, stdout, stderr } = spawnSync(command as string, rest, {
    encoding: "utf8",
    ...options,
  } as object) as unknown as Outcome;
  return { status, signal, stdout, stderr };
}

/** A promisc that keeps running. */
export class Running implements AsyncDisposable {
  readonly process: ChildProcessWithoutNullStreams;
  readonly outcome: Promise<Outcome>;
  stdout = "";
  stderr = "";

  /** @param wrapper a command that runs promisc, such as setpriv with its options */
  constructor(args: string[], wrapper: string[] = []) {
    const [command, ...rest] = [...wrapper, program, ...args];
    this.process = spawn(command as string, rest, { stdio: "pipe" });
    this.process.stdout.setEncoding("utf8").on("data", (text: string) => {
      this.stdout += text;
    });
    this.process.stderr.setEncoding("utf8").on("data", (text: string) => {
      this.stderr += text;
    });
    this.outcome = new Promise((resolve) => {
      this.process.on("close", (status, signal) =>
        resolve({ status, signal, stdout: this.stdout, stderr: this.stderr }),
      );
    });
  }

  /** Waits until standard output contains a text a number of times. Throws if the program ends first. */
  async says(text: string, times = 1): Promise<void> {
    await this.#until(text, () => this.stdout.split(text).length > times);
  }

  /** Waits until standard error contains a text. */
  async hasSaid(text: string): Promise<void> {
    await this.#until(text, () => this.stderr.includes(text));
  }

  /** Waits until `watch` prints that it watches. */
  async hasBegun(): Promise<void> {
    await this.hasSaid("watching");
  }

  async #until(text: string, hasCome: () => boolean): Promise<void> {
    while (!hasCome()) {
      if (this.process.exitCode !== null || this.process.signalCode !== null)
        throw new Error(`promisc ended without saying "${text}": ${this.stdout}${this.stderr}`);
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.process.kill("SIGKILL");
    // A command that outlives promisc would keep these pipes open.
    this.process.stdout.destroy();
    this.process.stderr.destroy();
    await this.outcome;
  }
}

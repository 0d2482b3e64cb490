import { type ChildProcessByStdio, spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import type { Readable, Writable } from "node:stream";

/** What a terminal sends to its whole foreground process group at Ctrl-C and Ctrl-\. */
const ofTerminals: readonly string[] = ["SIGINT", "SIGQUIT"];

/** How much later than this process another one of its group may say that it got the same signal, in milliseconds. */
const PATIENCE_MS = 100;

/** For sh(1): says which signals it gets, until its standard input ends. */
const listener = `
trap 'echo SIGINT' INT
trap 'echo SIGQUIT' QUIT
while read -r _ || [ $? -gt 128 ]; do :; done`;

/**
 * Passes on the signals that this process gets to another one of its process group, but not those that the whole group
 * got: many programs take a second Ctrl-C for "give up at once". Node.js doesn't say who sent a signal, so on a terminal a
 * small process of the same group listens too: what it got, the group got.
 */
export class SignalRelay implements Disposable {
  readonly #signals: readonly NodeJS.Signals[];
  readonly #send: (signal: NodeJS.Signals) => void;
  readonly #take = (signal: NodeJS.Signals): void => this.#relay(signal);
  #listener: ChildProcessByStdio<Writable, Readable, null> | undefined;
  /** Signals that this process got, and the other one not yet; they will be passed on then. */
  readonly #waiting = new Map<string, NodeJS.Timeout>();
  /** When the other one got a signal, and this one not yet, by `performance.now()`. */
  readonly #heard = new Map<string, number>();

  constructor(signals: readonly NodeJS.Signals[], send: (signal: NodeJS.Signals) => void) {
    this.#signals = signals;
    this.#send = send;
    for (const signal of signals) process.on(signal, this.#take);
    if (signals.some((signal) => ofTerminals.includes(signal)) && hasTerminal()) this.#listen();
  }

  #relay(signal: NodeJS.Signals): void {
    if (!this.#listener || !ofTerminals.includes(signal)) {
      this.#send(signal);
      return;
    }
    const heard = this.#heard.get(signal);
    this.#heard.delete(signal);
    if (heard !== undefined && performance.now() - heard < PATIENCE_MS) return;
    clearTimeout(this.#waiting.get(signal));
    const pass = (): void => {
      this.#waiting.delete(signal);
      this.#send(signal);
    };
    this.#waiting.set(signal, setTimeout(pass, PATIENCE_MS));
  }

  #listen(): void {
    const child = spawn("/bin/sh", ["-c", listener], { stdio: ["pipe", "pipe", "ignore"] });
    this.#listener = child;
    child.unref();
    child.stdin.on("error", () => {});
    child.stdout.setEncoding("latin1").on("data", (words: string) => {
      for (const signal of words.split("\n")) if (signal !== "") this.#hear(signal);
    });
    child.on("error", () => {
      this.#listener = undefined;
    });
    child.on("exit", (_status, signal) => {
      if (this.#listener !== child) return;
      this.#listener = undefined;
      if (signal === null || !ofTerminals.includes(signal)) return;
      // Before it was ready to say so.
      this.#hear(signal);
      this.#listen();
    });
  }

  #hear(signal: string): void {
    const waiting = this.#waiting.get(signal);
    if (waiting === undefined) this.#heard.set(signal, performance.now());
    clearTimeout(waiting);
    this.#waiting.delete(signal);
  }

  [Symbol.dispose](): void {
    for (const signal of this.#signals) process.off(signal, this.#take);
    for (const timer of this.#waiting.values()) clearTimeout(timer);
    const child = this.#listener;
    this.#listener = undefined;
    child?.stdin.destroy();
    child?.stdout.destroy();
    child?.kill("SIGKILL");
  }
}

/** Whether this process has a controlling terminal, whose signals reach its group when that is in the foreground. */
function hasTerminal(): boolean {
  // proc_pid_stat(5): after the command in parentheses, fields 3 to 7 are state ppid pgrp session tty_nr.
  const stat = readFileSync("/proc/self/stat", "latin1");
  const [, , , , terminal] = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return terminal !== "0";
}

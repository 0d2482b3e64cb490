import { type ChildProcessByStdio, spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import type { Readable, Writable } from "node:stream";

/** The signals that a terminal sends to its whole foreground process group for Ctrl-C and Ctrl-\. */
const ofTerminals: readonly string[] = ["SIGINT", "SIGQUIT"];

/** How long to wait for the listener's answer, in milliseconds: it may be stopped. */
const PATIENCE_MS = 2000;

const ANSWER = "answer";

/**
 * A script for sh(1) that reports the signals it receives, and answers each line of its standard input until that ends.
 */
const listener = `
trap 'echo SIGINT' INT
trap 'echo SIGQUIT' QUIT
while :; do
  read -r _
  case $? in 0) echo ${ANSWER} ;; 1) exit ;; esac
done`;

/**
 * Passes on the signals that this process receives to another process of its group, except for those that the whole
 * group received: many programs take a second Ctrl-C as "give up at once". Node.js doesn't report who sent a signal, so
 * on a terminal a small process in the same group listens too. What it received, the whole group received. The kernel
 * delivers a signal to all processes of a group at once, so the listener reports the signal before it answers a
 * question that is asked later.
 */
export class SignalRelay implements Disposable {
  readonly #signals: readonly NodeJS.Signals[];
  readonly #send: (signal: NodeJS.Signals) => void;
  readonly #take = (signal: NodeJS.Signals): void => this.#relay(signal);
  #listener: ChildProcessByStdio<Writable, Readable, null> | undefined;
  /** The signals that this process received and asked the listener about, in order. */
  #asked: NodeJS.Signals[] = [];
  /** For each signal, how many the listener received minus how many of them were matched with this process's. */
  readonly #heard = new Map<string, number>();
  #timer: NodeJS.Timeout | undefined;

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
    this.#asked.push(signal);
    this.#listener.stdin.write("\n");
    this.#timer ??= setTimeout(() => this.#answerAll(), PATIENCE_MS);
  }

  #listen(): void {
    const child = spawn("/bin/sh", ["-c", listener], { stdio: ["pipe", "pipe", "ignore"] });
    this.#listener = child;
    child.unref();
    child.stdin.on("error", () => {});
    let rest = "";
    child.stdout.setEncoding("latin1").on("data", (text: string) => {
      const words = `${rest}${text}`.split("\n");
      rest = words.pop() ?? "";
      for (const word of words)
        if (word === ANSWER) this.#answer();
        else this.#hear(word);
    });
    child.on("error", () => {
      this.#listener = undefined;
      this.#answerAll();
    });
    child.on("close", (_status, signal) => {
      if (this.#listener !== child) return;
      this.#listener = undefined;
      // The signal killed the listener before it was ready to report it.
      const isOfGroup = signal !== null && ofTerminals.includes(signal);
      if (isOfGroup) this.#hear(signal);
      this.#answerAll();
      if (isOfGroup) this.#listen();
    });
  }

  #hear(signal: string): void {
    this.#heard.set(signal, (this.#heard.get(signal) ?? 0) + 1);
  }

  #answer(): void {
    const signal = this.#asked.shift();
    if (this.#asked.length === 0) {
      clearTimeout(this.#timer);
      this.#timer = undefined;
    }
    if (signal === undefined) return;
    const heard = this.#heard.get(signal) ?? 0;
    if (heard > 0) this.#heard.set(signal, heard - 1);
    else this.#send(signal);
  }

  /** Treats what the listener has reported so far as complete. */
  #answerAll(): void {
    while (this.#asked.length > 0) this.#answer();
  }

  [Symbol.dispose](): void {
    for (const signal of this.#signals) process.off(signal, this.#take);
    clearTimeout(this.#timer);
    const child = this.#listener;
    this.#listener = undefined;
    child?.stdin.destroy();
    child?.stdout.destroy();
    child?.kill("SIGKILL");
  }
}

/**
 * Returns whether this process has a controlling terminal, which signals the process group when that is in the
 * foreground.
 */
function hasTerminal(): boolean {
  // proc_pid_stat(5): after the command in parentheses, fields 3 to 7 are state ppid pgrp session tty_nr.
  const stat = readFileSync("/proc/self/stat", "latin1");
  const [, , , , terminal] = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return terminal !== "0";
}

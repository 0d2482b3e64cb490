import { type ChildProcessByStdio, spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import type { Readable, Writable } from "node:stream";

/** What a terminal sends to its whole foreground process group at Ctrl-C and Ctrl-\. */
const ofTerminals: readonly string[] = ["SIGINT", "SIGQUIT"];

/** For how long an answer of the listener is waited for, in milliseconds: it may be stopped. */
const PATIENCE_MS = 2000;

const ANSWER = "answer";

/** For sh(1): says which signals it gets, and answers each line of its standard input, until that ends. */
const listener = `
trap 'echo SIGINT' INT
trap 'echo SIGQUIT' QUIT
while :; do
  read -r _
  case $? in 0) echo ${ANSWER} ;; 1) exit ;; esac
done`;

/**
 * Passes on the signals that this process gets to another one of its process group, but not those that the whole group
 * got: many programs take a second Ctrl-C for "give up at once". Node.js doesn't say who sent a signal, so on a terminal a
 * small process of the same group listens too: what it got, the group got. A signal to the group is there for all of it at
 * once, so that the listener says of it before it answers what it is asked later.
 */
export class SignalRelay implements Disposable {
  readonly #signals: readonly NodeJS.Signals[];
  readonly #send: (signal: NodeJS.Signals) => void;
  readonly #take = (signal: NodeJS.Signals): void => this.#relay(signal);
  #listener: ChildProcessByStdio<Writable, Readable, null> | undefined;
  /** Signals that this process got, and asked the listener about, in their order. */
  #asked: NodeJS.Signals[] = [];
  /** How many of each the listener got, less those that this process got. */
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
      // Before it was ready to say so.
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

  /** Takes what was heard until now for all that there is to hear. */
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

/** Whether this process has a controlling terminal, whose signals reach its group when that is in the foreground. */
function hasTerminal(): boolean {
  // proc_pid_stat(5): after the command in parentheses, fields 3 to 7 are state ppid pgrp session tty_nr.
  const stat = readFileSync("/proc/self/stat", "latin1");
  const [, , , , terminal] = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return terminal !== "0";
}

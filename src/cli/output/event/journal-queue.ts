import { setTimeout as sleep } from "node:timers/promises";
import { counted } from "../../../counted.js";
import { PromiscError } from "../../../errors.js";
import { encodeJournalEntry, JournalSocket } from "../../../linux/socket/journal-socket.js";
import { type JournalEntry, LOG_WARNING, messageToJournal } from "../../format/export/journal-entry.js";
import { printable } from "../../format/text.js";
import { exitStatus } from "../report-error.js";
import { write } from "../write.js";

/**
 * At most this much waits, so that a missing journal doesn't cause promisc to use up all memory. Further entries are
 * dropped, and that is reported.
 */
const MOST_ENTRIES = 10_000;
const MOST_BYTES = 16 * 1024 * 1024;

/** How often waiting entries are tried again, in milliseconds. */
const INTERVAL_MS = 250;
/** How long, in milliseconds, remaining entries are tried at the end. */
const PATIENCE_MS = 3000;

/** These errors are temporary: the journal is restarting or has too much to read, or the machine is out of memory. */
const PASSING = ["EAGAIN", "ECONNREFUSED", "ECONNRESET", "ENOENT", "ENOBUFS", "ENOMEM", "EMFILE", "ENFILE"];

/** Sends entries to systemd's journal in order. Entries that the journal can't accept now wait and are tried again. */
export class JournalQueue implements AsyncDisposable {
  readonly #socket = new JournalSocket();
  readonly #waiting: Uint8Array[] = [];
  #waitingBytes = 0;
  #leftOut = 0;
  #timer: NodeJS.Timeout | undefined;

  /**
   * Sends the first entry.
   * @throws PromiscError `kernel` if there is no journal
   */
  begin(entry: JournalEntry): void {
    const encoded = encodeJournalEntry(entry);
    try {
      this.#socket.send(encoded);
    } catch (error) {
      // The journal exists and is busy.
      if (errnoName(error) !== "EAGAIN") throw error;
      this.#wait(encoded, error);
    }
  }

  /** Sends an entry, now or later. */
  put(entry: JournalEntry): void {
    const encoded = encodeJournalEntry(entry);
    if (this.#waiting.length > 0) this.#enqueue(encoded);
    else this.#try(encoded);
  }

  #try(encoded: Uint8Array): void {
    try {
      this.#socket.send(encoded);
    } catch (error) {
      if (isPassing(error)) this.#wait(encoded, error);
      else this.#leaveOut(error);
    }
  }

  #wait(encoded: Uint8Array, error: unknown): void {
    this.#enqueue(encoded);
    say(`${messageOf(error)}: entries wait until it accepts them`);
    this.#timer = setInterval(() => this.#tryAgain(), INTERVAL_MS);
  }

  #enqueue(encoded: Uint8Array): void {
    if (this.#waiting.length >= MOST_ENTRIES || this.#waitingBytes + encoded.length > MOST_BYTES) {
      if (this.#leftOut++ === 0) say("too many entries wait for the journal: further entries are dropped");
      return;
    }
    this.#waiting.push(encoded);
    this.#waitingBytes += encoded.length;
  }

  #leaveOut(error: unknown): void {
    if (this.#leftOut++ === 0) say(`${messageOf(error)}: an entry was dropped`);
  }

  /** Sends as many waiting entries as the journal accepts. */
  #tryAgain(): void {
    let done = 0;
    for (const encoded of this.#waiting) {
      try {
        this.#socket.send(encoded);
      } catch (error) {
        if (isPassing(error)) break;
        this.#leaveOut(error);
      }
      this.#waitingBytes -= encoded.length;
      done++;
    }
    this.#waiting.splice(0, done);
    if (this.#waiting.length > 0) return;
    clearInterval(this.#timer);
    const words = `the journal accepts entries again${this.#leftOut > 0 ? `: ${this.#leftOut} were dropped` : ""}`;
    say(words);
    if (this.#leftOut > 0) this.put({ ...messageToJournal(words), PRIORITY: LOG_WARNING });
    this.#leftOut = 0;
  }

  /**
   * Waits a little for remaining entries. Those that the journal doesn't accept by then are lost, and that is reported.
   */
  async [Symbol.asyncDispose](): Promise<void> {
    const begin = performance.now();
    while (this.#waiting.length > 0 && performance.now() - begin < PATIENCE_MS) {
      await sleep(INTERVAL_MS / 5);
      this.#tryAgain();
    }
    clearInterval(this.#timer);
    const lost = this.#waiting.length + this.#leftOut;
    if (lost > 0) {
      say(`${counted(lost, "entry for the journal was", "entries for the journal were")} lost`);
      process.exitCode ||= exitStatus.failure;
    }
    this.#socket[Symbol.dispose]();
  }
}

function isPassing(error: unknown): boolean {
  return PASSING.includes(errnoName(error) ?? "");
}

function errnoName(error: unknown): string | undefined {
  return error instanceof PromiscError ? error.errno?.name : (error as NodeJS.ErrnoException).code;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function say(words: string): void {
  write(2, `promisc: ${printable(words)}\n`);
}

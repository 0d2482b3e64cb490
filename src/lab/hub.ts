import { watchReadable } from "../linux/libc.js";
import type { Port } from "./port.js";

/** A frame of the largest size that a tap has. */
const FRAME_SIZE = 65_536;
/** So many frames of one host are handled before the others have their turn. */
const TURN = 32;

export interface HubOptions {
  /** Whether it sends a frame only where its destination was seen, as a learning switch does. */
  readonly isSwitch: boolean;
  /** Shares of frames, from 0 to 1, that are lost and sent twice. */
  readonly loss: number;
  readonly duplicate: number;
  /** Milliseconds that a frame takes. */
  readonly delay: number;
  /** Numbers from 0 to 1 that decide which frames. */
  readonly random: () => number;
}

/** What all hosts' cables end in. It runs in the event loop of whoever makes it. */
export class Hub implements Disposable {
  readonly #ports: readonly Port[];
  readonly #options: HubOptions;
  readonly #watches: Disposable[];
  readonly #frame = new Uint8Array(FRAME_SIZE);
  /** Of a switch: which port an address was seen on. */
  readonly #seen = new Map<number, Port>();
  #isOpen = true;

  constructor(ports: readonly Port[], options: HubOptions) {
    this.#ports = ports;
    this.#options = options;
    this.#watches = ports.map((port) => watchReadable(port.tap.fd, () => this.#take(port)));
  }

  #take(from: Port): void {
    for (let count = 0; count < TURN && this.#isOpen; count++) {
      const length = from.tap.read(this.#frame);
      if (length < 14) return;
      const { loss, duplicate, random } = this.#options;
      if (loss > 0 && random() < loss) continue;
      this.#pass(from, length);
      if (duplicate > 0 && random() < duplicate) this.#pass(from, length);
    }
  }

  #pass(from: Port, length: number): void {
    const { delay } = this.#options;
    if (delay === 0) {
      this.#deliver(from, this.#frame, length);
      return;
    }
    const frame = this.#frame.slice(0, length);
    setTimeout(() => {
      if (this.#isOpen) this.#deliver(from, frame, length);
    }, delay);
  }

  #deliver(from: Port, frame: Uint8Array, length: number): void {
    const only = this.#options.isSwitch ? this.#learn(from, frame) : undefined;
    if (only) {
      if (only !== from) only.receive(frame, length);
      return;
    }
    for (const port of this.#ports) if (port !== from) port.receive(frame, length);
  }

  /** Where a switch sends a frame; undefined for everywhere. */
  #learn(from: Port, frame: Uint8Array): Port | undefined {
    this.#seen.set(addressAt(frame, 6), from);
    return (frame[0] as number) & 1 ? undefined : this.#seen.get(addressAt(frame, 0));
  }

  [Symbol.dispose](): void {
    this.#isOpen = false;
    for (const watch of this.#watches) watch[Symbol.dispose]();
  }
}

/** Six bytes as a number: 48 bits fit. */
function addressAt(frame: Uint8Array, at: number): number {
  let address = 0;
  for (let index = 0; index < 6; index++) address = address * 256 + (frame[at + index] as number);
  return address;
}

import { watchReadable } from "../linux/ffi/libc.js";
import { macNumberAt } from "../wire/hardware-address.js";
import * as ethernet from "../wire/packet/link/ethernet.js";
import { isGroupNumber } from "./nic/nic.js";
import type { Port } from "./port.js";

/** A frame of the largest size that a tap has. */
const FRAME_SIZE = 65_536;
/** So many frames of one host are handled before the others have their turn. */
const TURN = 64;
/** A switch that has seen so many addresses learns no more, and sends their frames everywhere, as real ones do. */
const MOST_ADDRESSES = 8192;

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
  readonly #frames = Array.from({ length: TURN }, () => new Uint8Array(FRAME_SIZE));
  readonly #lengths = new Uint32Array(TURN);
  /** Of a switch: which port an address was seen on. */
  readonly #seen = new Map<number, Port>();
  #turn = 0;
  #isOpen = true;

  constructor(ports: readonly Port[], options: HubOptions) {
    this.#ports = ports;
    this.#options = options;
    this.#watches = ports.map((port) => watchReadable(port.tap.fd, () => this.#take(port)));
  }

  /** Reads first and delivers then, so that the cards' state is read once for all, and after the last was sent. */
  #take(from: Port): void {
    if (!this.#isOpen) return;
    let count = 0;
    while (count < TURN) {
      const length = from.tap.read(this.#frames[count] as Uint8Array);
      if (length < ethernet.ETHERNET_SIZE) break;
      this.#lengths[count++] = length;
    }
    this.#turn++;
    const { loss, duplicate, random } = this.#options;
    for (let at = 0; at < count; at++) {
      if (loss > 0 && random() < loss) continue;
      const times = duplicate > 0 && random() < duplicate ? 2 : 1;
      for (let time = 0; time < times; time++)
        this.#pass(from, this.#frames[at] as Uint8Array, this.#lengths[at] as number);
    }
  }

  #pass(from: Port, frame: Uint8Array, length: number): void {
    const { delay } = this.#options;
    if (delay === 0) {
      this.#deliver(from, frame, length);
      return;
    }
    const kept = frame.slice(0, length);
    setTimeout(() => {
      this.#turn++;
      if (this.#isOpen) this.#deliver(from, kept, length);
    }, delay);
  }

  #deliver(from: Port, frame: Uint8Array, length: number): void {
    const destination = macNumberAt(frame, ethernet.field.destination);
    const only = this.#options.isSwitch ? this.#learn(from, frame, destination) : undefined;
    if (only) {
      if (only !== from) only.receive(frame, length, destination, this.#turn);
      return;
    }
    for (const port of this.#ports) if (port !== from) port.receive(frame, length, destination, this.#turn);
  }

  /** Where a switch sends a frame; undefined for everywhere. */
  #learn(from: Port, frame: Uint8Array, destination: number): Port | undefined {
    const source = macNumberAt(frame, ethernet.field.source);
    if (this.#seen.size < MOST_ADDRESSES || this.#seen.has(source)) this.#seen.set(source, from);
    return isGroupNumber(destination) ? undefined : this.#seen.get(destination);
  }

  [Symbol.dispose](): void {
    this.#isOpen = false;
    for (const watch of this.#watches) watch[Symbol.dispose]();
  }
}

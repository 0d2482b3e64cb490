import { watchReadable } from "../linux/ffi/libc.js";
import { macNumberAt } from "../wire/hardware-address.js";
import * as ethernet from "../wire/packet/link/ethernet.js";
import { isGroupNumber } from "./nic/nic.js";
import type { Port } from "./port.js";

/** The size of the largest frame that a tap can carry. */
const FRAME_SIZE = 65_536;
/** At most this many frames of one host are processed before it is the other hosts' turn. */
const TURN = 64;
/**
 * A switch that knows this many addresses learns no more, and sends frames for other addresses to every port, as real
 * switches do.
 */
const MOST_ADDRESSES = 8192;

export interface HubOptions {
  /** Whether it sends a frame only to the port where its destination was seen, as a learning switch does. */
  readonly isSwitch: boolean;
  /** The shares of frames, from 0 to 1, that are lost and that are duplicated. */
  readonly loss: number;
  readonly duplicate: number;
  /** The delay of each frame in milliseconds. */
  readonly delay: number;
  /** Returns numbers from 0 to 1 that decide which frames are lost or duplicated. */
  readonly random: () => number;
}

/** Connects all hosts. It runs in the event loop of the process that creates it. */
export class Hub implements Disposable {
  readonly #ports: readonly Port[];
  readonly #options: HubOptions;
  readonly #watches: Disposable[];
  readonly #frames = Array.from({ length: TURN }, () => new Uint8Array(FRAME_SIZE));
  readonly #lengths = new Uint32Array(TURN);
  /** The port on which a switch has seen each address. */
  readonly #seen = new Map<number, Port>();
  #turn = 0;
  #isOpen = true;

  constructor(ports: readonly Port[], options: HubOptions) {
    this.#ports = ports;
    this.#options = options;
    this.#watches = ports.map((port) => watchReadable(port.tap.fd, () => this.#take(port)));
  }

  /**
   * Reads all frames before delivering them, so that the state of the cards is read once for all of them, and after the
   * last one was sent.
   */
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

  /** Returns the port that a switch sends a frame to, or undefined for all ports. */
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

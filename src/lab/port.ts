import type { Tap } from "../linux/interface/tap.js";
import type { InterfaceWatch } from "./interface-watch.js";
import { classify, type FrameClass, type NicModel } from "./nic/nic.js";

/** Frames that came to a card, by what became of them and for whom they were. */
export interface FrameCounts {
  passed: Record<FrameClass, number>;
  /** The kernel never got these. */
  filtered: Record<FrameClass, number>;
}

/** Where a host's cable ends: its card's filter stands between the hub and the kernel. */
export class Port {
  readonly tap: Tap;
  readonly counts: FrameCounts = { passed: none(), filtered: none() };
  readonly #nic: NicModel;
  readonly #watch: InterfaceWatch;
  #turn = 0;

  constructor(tap: Tap, watch: InterfaceWatch, nic: NicModel) {
    this.tap = tap;
    this.#watch = watch;
    this.#nic = nic;
  }

  /**
   * A frame comes by the cable. What was set in the kernel before its turn is in force.
   * @param turn frames that the hub got together have the same, from 1
   */
  receive(frame: Uint8Array, length: number, destination: number, turn: number): void {
    if (turn !== this.#turn) this.#watch.refresh();
    this.#turn = turn;
    const frameClass = classify(destination, this.#watch.address);
    if (this.#nic.accepts(destination, frameClass, this.#watch) && this.tap.write(frame, length))
      this.counts.passed[frameClass]++;
    else this.counts.filtered[frameClass]++;
  }
}

function none(): Record<FrameClass, number> {
  return { own: 0, broadcast: 0, multicast: 0, other: 0 };
}

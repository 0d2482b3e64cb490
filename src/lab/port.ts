import type { Tap } from "../linux/interface/tap.js";
import type { InterfaceWatch } from "./interface-watch.js";
import { classify, type FrameClass, type NicModel } from "./nic/nic.js";

/** Frames that reached a card, by what happened to them and by their destination. */
export interface FrameCounts {
  passed: Record<FrameClass, number>;
  /** Frames that the kernel never got. */
  filtered: Record<FrameClass, number>;
}

/** The end of a host's cable. The filter of the card is between the hub and the kernel. */
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
   * Receives a frame from the cable. Everything that was set in the kernel before the frame's turn is in effect.
   * @param turn a number from 1, the same for all frames that the hub read together
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

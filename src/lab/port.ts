import type { Tap } from "../linux/tap.js";
import type { InterfaceWatch } from "./interface-watch.js";
import { classify, type FrameClass, type InterfaceState, type NicModel } from "./nic/nic.js";

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
  #state: InterfaceState;

  constructor(tap: Tap, watch: InterfaceWatch, nic: NicModel) {
    this.tap = tap;
    this.#watch = watch;
    this.#nic = nic;
    this.#state = watch.state();
  }

  /** A frame comes by the cable. What was set in the kernel before is in force. */
  receive(frame: Uint8Array, length: number): void {
    const state = this.#watch.changes();
    if (state) {
      this.#state = state;
      this.#nic.configure(state);
    }
    const frameClass = classify(frame, this.#state.address);
    if (this.#nic.accepts(frame, frameClass) && this.tap.write(frame, length))
      this.counts.passed[frameClass]++;
    else this.counts.filtered[frameClass]++;
  }
}

function none(): Record<FrameClass, number> {
  return { own: 0, broadcast: 0, multicast: 0, other: 0 };
}

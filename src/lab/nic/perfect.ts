import { equals, type FrameClass, type InterfaceState, type NicModel } from "./nic.js";

/** Groups that fit into the list; with more the driver has the card pass all multicast, as e1000's does. */
const LIST_SIZE = 128;

/** A card that compares whole addresses: its own, and those of a list of groups. */
export class PerfectFilter implements NicModel {
  #state: InterfaceState | undefined;

  configure(state: InterfaceState): void {
    this.#state = state;
  }

  accepts(frame: Uint8Array, frameClass: FrameClass): boolean {
    const state = this.#state;
    if (!state?.isUp) return false;
    if (state.isPromiscuous || frameClass === "own" || frameClass === "broadcast") return true;
    if (frameClass === "other") return false;
    if (state.isAllMulticast || state.groups.length > LIST_SIZE) return true;
    return state.groups.some((group) => equals(frame, group));
  }
}

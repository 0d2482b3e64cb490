import type { InterfaceState, NicModel } from "./nic.js";

/** A device without a filter, as veth is: the kernel gets everything. */
export class NoFilter implements NicModel {
  #isUp = false;

  configure({ isUp }: InterfaceState): void {
    this.#isUp = isUp;
  }

  accepts(): boolean {
    return this.#isUp;
  }
}

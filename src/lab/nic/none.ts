import type { FrameClass, InterfaceState, NicModel } from "./nic.js";

/** A device without a filter, as veth is: the kernel gets everything. */
export class NoFilter implements NicModel {
  accepts(_destination: number, _frameClass: FrameClass, { isUp }: InterfaceState): boolean {
    return isUp;
  }
}

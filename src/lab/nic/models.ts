import { HashFilter } from "./hash64.js";
import type { CardState, FrameClass, NicModel } from "./nic.js";
import { PerfectFilter } from "./perfect.js";

const models = {
  perfect: () => new PerfectFilter(),
  hash64: () => new HashFilter(),
  none: () => new NoFilter(),
} as const;

/** `perfect` compares whole addresses, `hash64` groups by 64 hashes as rtl8139 does, `none` has no filter. */
export type NicKind = keyof typeof models;

export const nicKinds = Object.keys(models) as NicKind[];

export function createNic(kind: NicKind): NicModel {
  return models[kind]();
}

/** A device without a filter, as veth is: the kernel gets everything. */
class NoFilter implements NicModel {
  accepts(_destination: number, _frameClass: FrameClass, { isUp }: CardState): boolean {
    return isUp;
  }
}

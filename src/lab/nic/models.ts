import { HashFilter } from "./hash64.js";
import type { NicModel } from "./nic.js";
import { NoFilter } from "./none.js";
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

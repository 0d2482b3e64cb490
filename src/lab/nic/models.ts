import { usageError } from "../../errors.js";
import { HashFilter } from "./hash64.js";
import type { CardState, FrameClass, NicModel } from "./nic.js";
import { PerfectFilter } from "./perfect.js";

const models: Readonly<Record<NicKind, () => NicModel>> = {
  perfect: () => new PerfectFilter(),
  hash64: () => new HashFilter(),
  none: () => new NoFilter(),
};

/**
 * `perfect` compares complete addresses, `hash64` compares groups by 64 hash values as rtl8139 does, and `none` has no
 * filter.
 */
export type NicKind = "perfect" | "hash64" | "none";

/**
 * Returns the card model with this name.
 * @throws PromiscError `usage` if there is none
 */
export function nicKindOf(name: string): NicKind {
  if (isNicKind(name)) return name;
  throw usageError(
    "make a LAN",
    `there is no card model ${name}`,
    `models: ${Object.keys(models).join(", ")}`,
  );
}

function isNicKind(name: string): name is NicKind {
  return Object.hasOwn(models, name);
}

export function createNic(kind: NicKind): NicModel {
  return models[kind]();
}

/** A device without a filter, like veth: the kernel gets every frame. */
class NoFilter implements NicModel {
  accepts(_destination: number, _frameClass: FrameClass, { isUp }: CardState): boolean {
    return isUp;
  }
}

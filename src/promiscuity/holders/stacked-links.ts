import type { Link } from "../../wire/kernel/rtnetlink/link.js";
import type { LocatedLink } from "./facts.js";
import { lowersOf } from "./uppers.js";

/** The parts of a namespace that {@link stackedLinks} needs. */
export interface StackingNamespace {
  readonly inode: number;
  readonly links: Iterable<Link>;
  /** The inode numbers of other namespaces, by the ids that this namespace uses for them. */
  readonly peers: ReadonlyMap<number, number>;
}

/** Returns the links of all namespaces that are stacked on others, by the {@link keyOf} of the link below. */
export function stackedLinks(namespaces: Iterable<StackingNamespace>): Map<string, LocatedLink[]> {
  const stacked = new Map<string, LocatedLink[]>();
  for (const { inode, links, peers } of namespaces)
    for (const link of links) {
      const lowers = lowersOf(link);
      if (lowers.length === 0) continue;
      const below = link.linkNetnsId === undefined ? inode : peers.get(link.linkNetnsId);
      if (below === undefined) continue;
      for (const lower of lowers) {
        const key = keyOf(below, lower);
        const known = stacked.get(key);
        if (known) known.push({ link, netns: inode });
        else stacked.set(key, [{ link, netns: inode }]);
      }
    }
  return stacked;
}

/** Returns a link's key in {@link stackedLinks}. */
export const keyOf = (netns: number, index: number): string => `${netns}:${index}`;

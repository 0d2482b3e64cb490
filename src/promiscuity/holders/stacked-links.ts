import type { Link } from "../../wire/kernel/rtnetlink/link.js";
import type { LocatedLink } from "./facts.js";
import { lowersOf } from "./uppers.js";

/** What is needed of a namespace to find what its links are stacked on. */
export interface StackingNamespace {
  readonly inode: number;
  readonly links: Iterable<Link>;
  /** By the id that this namespace has for another one: that one's inode number. */
  readonly peers: ReadonlyMap<number, number>;
}

/** By namespace and index of a link: the links stacked on it, in all namespaces. */
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

export const keyOf = (netns: number, index: number): string => `${netns}:${index}`;

import type { Link } from "../../wire/kernel/rtnetlink/link.js";
import { keepLink } from "../holders/keep-link.js";
import { lowersOf } from "../holders/uppers.js";
import { type Transition, transitionBetween } from "./transition.js";

type Links = ReadonlyMap<number, Link>;

/** A change of one link, as the kernel reports it. */
export interface LinkUpdate {
  readonly kind: "changed" | "removed";
  readonly link: Link;
}

/** The changes of a namespace's links. */
export interface LinkChanges {
  /** The links that changed, by index; undefined for a link that is gone. */
  readonly links: ReadonlyMap<number, Link | undefined>;
  readonly transitions: readonly Transition[];
  /** Other things to report, in order. */
  readonly remarks: readonly LinkRemark[];
  /** Links that the kernel may have changed without an event, because of a link stacked on them. Each occurs once. */
  readonly lowers: ReadonlyMap<string, LinkBelow>;
  /** Whether a link was moved to another namespace. */
  readonly hasMoved: boolean;
}

/** A link that something holds was renamed, or there is no room for another link. */
export type LinkRemark =
  | { readonly kind: "renamed"; readonly index: number; readonly from: string; readonly to: string }
  | { readonly kind: "no-room" };

/** A link below another one, by its index in its own namespace. */
export interface LinkBelow {
  readonly index: number;
  readonly upper: Link;
}

export const NO_CHANGES: LinkChanges = {
  links: new Map(),
  transitions: [],
  remarks: [],
  lowers: new Map(),
  hasMoved: false,
};

/**
 * Applies the kernel's updates, one by one.
 * @param known the links before the updates, by index
 * @param most the most links that are kept
 */
export function followUpdates(known: Links, updates: readonly LinkUpdate[], most: number): LinkChanges {
  const table = new ChangedLinks(known);
  const transitions: (Transition | undefined)[] = [];
  const remarks: LinkRemark[] = [];
  const lowers = new Map<string, LinkBelow>();
  let hasMoved = false;
  for (const { kind, link } of updates) {
    if (kind === "removed") {
      const isMove = link.newNetnsId !== undefined;
      hasMoved ||= isMove;
      transitions.push(transitionBetween(table.remove(link.index), undefined, isMove ? "moved" : "removed"));
    } else if (table.size >= most && !table.has(link.index)) remarks.push({ kind: "no-room" });
    else {
      const after = keepLink(link);
      const before = table.update(after);
      remarks.push(...renaming(before, after));
      transitions.push(transitionBetween(before, after));
    }
    for (const index of lowersOf(link)) lowers.set(`${link.linkNetnsId} ${index}`, { index, upper: link });
  }
  return { links: table.changed, transitions: transitions.filter(isThere), remarks, lowers, hasMoved };
}

function renaming(before: Link | undefined, { index, name, promiscuity, allmulti }: Link): LinkRemark[] {
  if (!before || before.name === name || !(promiscuity || allmulti)) return [];
  return [{ kind: "renamed", index, from: before.name ?? "", to: name ?? "" }];
}

/**
 * Compares the known links with those that were read again.
 * @param read all links that exist
 */
export function followReading(known: Links, read: readonly Link[]): LinkChanges {
  const table = new ChangedLinks(known);
  const removed = missingIn(known, read).map(({ index }) =>
    transitionBetween(table.remove(index), undefined, "removed"),
  );
  const reread = read.map((link) => {
    const after = keepLink(link);
    return transitionBetween(table.update(after), after, "re-read");
  });
  return { ...NO_CHANGES, links: table.changed, transitions: [...removed, ...reread].filter(isThere) };
}

/** Returns the known links that were not read. */
export function missingIn(known: Links, read: readonly Link[]): Link[] {
  const present = new Set(read.map(({ index }) => index));
  return [...known.values()].filter(({ index }) => !present.has(index));
}

/** Returns transitions for all links of a namespace that the watch has just found: their holders count as new. */
export function appearances(links: Links): Transition[] {
  return [...links.values()].map((link) => transitionBetween(undefined, link)).filter(isThere);
}

/** Joins changes that happened one after the other. */
export function joinChanges(parts: readonly LinkChanges[]): LinkChanges {
  return {
    links: new Map(parts.flatMap(({ links }) => [...links])),
    transitions: parts.flatMap(({ transitions }) => transitions),
    remarks: parts.flatMap(({ remarks }) => remarks),
    lowers: new Map(parts.flatMap(({ lowers }) => [...lowers])),
    hasMoved: parts.some(({ hasMoved }) => hasMoved),
  };
}

/** Records which links changed, without copying the others: there may be too many to copy for each event. */
class ChangedLinks {
  readonly #known: Links;
  readonly changed = new Map<number, Link | undefined>();
  size: number;

  constructor(known: Links) {
    this.#known = known;
    this.size = known.size;
  }

  has(index: number): boolean {
    return this.#get(index) !== undefined;
  }

  /** @returns what was there before */
  update(link: Link): Link | undefined {
    return this.#set(link.index, link);
  }

  /** @returns what was there before */
  remove(index: number): Link | undefined {
    return this.#set(index, undefined);
  }

  #get(index: number): Link | undefined {
    return this.changed.has(index) ? this.changed.get(index) : this.#known.get(index);
  }

  #set(index: number, link: Link | undefined): Link | undefined {
    const before = this.#get(index);
    this.changed.set(index, link);
    this.size += Number(link !== undefined) - Number(before !== undefined);
    return before;
  }
}

function isThere<Value>(value: Value | undefined): value is Value {
  return value !== undefined;
}

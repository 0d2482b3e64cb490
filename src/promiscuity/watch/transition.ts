import { IFF_ALLMULTI, IFF_PROMISC, type Link } from "../../wire/kernel/rtnetlink/link.js";
import type { Counter } from "../holders/accounting.js";
import { describePromiscuity, type Promiscuity } from "../promiscuity.js";
import type { ChangeEvent } from "./event.js";

/** A change of an interface's counts or flags, as one of the kernel's messages reports it. */
export interface Transition {
  /** The link after the change; undefined if it is gone. */
  readonly link: Link | undefined;
  readonly index: number;
  readonly name: string;
  readonly before: Promiscuity;
  readonly after: Promiscuity;
  readonly reason?: ChangeEvent["reason"];
}

const nothing: Promiscuity = {
  promiscuous: false,
  promiscFlag: false,
  promiscuity: 0,
  allmultiFlag: false,
  allmulti: 0,
};

/**
 * Returns the transition between two states of a link, either of which may be missing; undefined if neither the counts
 * nor the flags changed.
 */
export function transitionBetween(
  before: Link | undefined,
  after: Link | undefined,
  reason?: ChangeEvent["reason"],
): Transition | undefined {
  const link = after ?? before;
  if (!link || (before && after && isSame(before, after))) return undefined;
  const step = {
    link: after,
    index: link.index,
    name: link.name ?? "",
    before: before ? describePromiscuity(before) : nothing,
    after: after ? describePromiscuity(after) : nothing,
  };
  if ((!before || !after) && isNothing(step.before) && isNothing(step.after)) return undefined;
  const why = reason ?? (before ? undefined : "appeared");
  return why ? { ...step, reason: why } : step;
}

const FLAGS = IFF_PROMISC | IFF_ALLMULTI;

function isSame(a: Link, b: Link): boolean {
  return (
    a.promiscuity === b.promiscuity && a.allmulti === b.allmulti && (a.flags & FLAGS) === (b.flags & FLAGS)
  );
}

function isNothing({ promiscuity, allmulti = 0 }: Promiscuity): boolean {
  return promiscuity === 0 && allmulti === 0;
}

/** Returns by how much a count rose, and whether the flag behind it was set (1) or cleared (-1). */
export function stepOf({ before, after }: Transition, counter: Counter): { units: number; flag: -1 | 0 | 1 } {
  const flag = counter === "promiscuity" ? "promiscFlag" : "allmultiFlag";
  return {
    units: (after[counter] ?? 0) - (before[counter] ?? 0),
    flag: (Number(after[flag]) - Number(before[flag])) as -1 | 0 | 1,
  };
}

export const counters: readonly Counter[] = ["promiscuity", "allmulti"];

/** Groups transitions by the interface's index, in order. */
export function byInterface(transitions: readonly Transition[]): Map<number, Transition[]> {
  const groups = new Map<number, Transition[]>();
  for (const transition of transitions) {
    const group = groups.get(transition.index);
    if (group) group.push(transition);
    else groups.set(transition.index, [transition]);
  }
  return groups;
}

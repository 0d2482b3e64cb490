import type { Link } from "../../wire/kernel/rtnetlink/link.js";
import type { Counter } from "../holders/account.js";
import type { Holder, SocketHolder } from "../holders/holder.js";
import type { Attribution } from "./event.js";
import type { CallsOnInterface, TracedCall } from "./trace.js";
import { stepOf, type Transition } from "./transition.js";
import type { KnownHolders } from "./watched-namespace.js";

/** Who came and went with one transition. */
export interface Naming {
  came: Attribution[];
  went: Attribution[];
}

/** What tells one holder of an interface from another. */
function keyOfHolder(holder: Holder): string {
  switch (holder.kind) {
    case "socket":
      return `socket ${holder.socket.inode}`;
    case "device":
      return `device ${holder.device.netns} ${holder.device.ifindex}`;
    case "hidden":
      return holder.socket ? `socket ${holder.socket.inode}` : "hidden";
    default:
      return holder.kind;
  }
}

export function byKey(holders: readonly Holder[]): KnownHolders {
  return new Map(holders.map((holder) => [keyOfHolder(holder), holder]));
}

/**
 * Names who made each of an interface's transitions of one count, in their order.
 * @param known who held it before them; afterwards, who holds it now
 * @param tables who holds the link in the state that a transition left it in, as the tables show it now
 * @param calls the traced calls about it
 */
export function nameTransitions(
  transitions: readonly Transition[],
  counter: Counter,
  known: KnownHolders,
  tables: Tables,
  calls: CallsOnInterface,
): Naming[] {
  const { holdersAt } = tables;
  let now: KnownHolders = new Map();
  let unnamed = 0;
  const unlisted = unlistedUnits(transitions, counter, known, tables);
  const namings = transitions.map((transition) => {
    now = holdersAt(transition.link, counter);
    unnamed = takeUnnamed(now);
    return nameOne(transition, counter, known, now, { calls, unlisted });
  });
  // Units that nobody claims any more belong to those who did: the events that tell of their going are on their way.
  const going = [...known].filter(([key]) => !now.has(key)).slice(0, unnamed);
  known.clear();
  for (const [key, holder] of [...going, ...now]) known.set(key, holder);
  return namings;
}

interface Tables {
  readonly holdersAt: (link: Link | undefined, counter: Counter) => KnownHolders;
  /** Whether nothing that the tables show happened after the last transition. */
  readonly isCurrent: boolean;
}

interface Traced {
  readonly calls: CallsOnInterface;
  /** How many units may be those of calls whose sockets the tables don't list. */
  readonly unlisted: { units: number };
}

/**
 * How many of the units that came went again, so that the tables don't list who had them: a traced call whose socket isn't
 * listed as a holder can only be one of those. Otherwise whoever changes what he asked for before the call returns would be
 * named instead of the one whom the tables list.
 */
function unlistedUnits(
  transitions: readonly Transition[],
  counter: Counter,
  known: KnownHolders,
  { holdersAt, isCurrent }: Tables,
): { units: number } {
  if (!isCurrent) return { units: Number.POSITIVE_INFINITY };
  const came = transitions
    .map((transition) => stepOf(transition, counter))
    .reduce((sum, { units, flag }) => sum + Math.max(0, units - flag), 0);
  const now = holdersAt(transitions.at(-1)?.link, counter);
  takeUnnamed(now);
  const listed = [...now.keys()]
    .filter((key) => key !== "flag")
    .reduce((sum, key) => sum + Math.max(0, unitsOf(key, now) - unitsOf(key, known)), 0);
  return { units: Math.max(0, came - listed) };
}

/** Takes units that nothing explains out of the holders: nobody can be named for them. Returns how many they are. */
function takeUnnamed(holders: KnownHolders): number {
  const unexplained = holders.get("unexplained");
  if (unexplained?.kind !== "unexplained" || unexplained.candidates.length > 0) return 0;
  holders.delete("unexplained");
  return unexplained.units;
}

function nameOne(
  transition: Transition,
  counter: Counter,
  known: KnownHolders,
  now: KnownHolders,
  traced: Traced,
): Naming {
  const { calls } = traced;
  const naming: Naming = { came: [], went: [] };
  const { units, flag } = stepOf(transition, counter);
  if (flag > 0) naming.came.push(comeFlag(known, calls.next({ counter, flag: true, on: true })));
  if (flag < 0) naming.went.push(goFlag(known, calls.next({ counter, flag: true, on: false })));
  const others = units - flag;
  for (let unit = 0; unit < others; unit++)
    naming.came.push(come(known, now, nextNewMember(traced, counter, known, now)));
  for (let unit = 0; unit < -others; unit++) naming.went.push(go(known, now));
  return naming;
}

const flagHolder: Holder = { kind: "flag", units: 1 };

function comeFlag(known: KnownHolders, call: TracedCall | undefined): Attribution {
  known.set("flag", flagHolder);
  return attributeFlag(call);
}

function goFlag(known: KnownHolders, call: TracedCall | undefined): Attribution {
  known.delete("flag");
  return attributeFlag(call);
}

function attributeFlag(call: TracedCall | undefined): Attribution {
  if (!call) return { holder: flagHolder, evidence: "link" };
  return { holder: flagHolder, evidence: "trace", actor: call.process };
}

function come(known: KnownHolders, now: KnownHolders, call: TracedCall | undefined): Attribution {
  const traced = call && fromTrace(call, now);
  const [key, holder] = traced
    ? [keyOfHolder(traced), traced]
    : ([...now].find(([each]) => each !== "flag" && unitsOf(each, now) > unitsOf(each, known)) ?? []);
  if (key === undefined || !holder) return { holder: null, evidence: "gone" };
  known.set(key, withUnits(holder, unitsOf(key, known) + 1));
  return { holder: withUnits(holder, 1), evidence: traced ? "trace" : evidenceOf(holder) };
}

function unitsOf(key: string, holders: KnownHolders): number {
  return holders.get(key)?.units ?? 0;
}

/** One of several units, or several of one holder's. */
function withUnits(holder: Holder, units: number): Holder {
  return holder.units === units ? holder : ({ ...holder, units } as Holder);
}

/** A socket's second membership of the same interface doesn't count, unless it is listed beside the first. */
function nextNewMember(
  { calls, unlisted }: Traced,
  counter: Counter,
  known: KnownHolders,
  now: KnownHolders,
): TracedCall | undefined {
  for (;;) {
    const call = calls.next({ counter, flag: false, on: true });
    if (!call?.socket) return call;
    const key = `socket ${call.socket.inode}`;
    if (unitsOf(key, now) > unitsOf(key, known)) return call;
    if (known.has(key) || unlisted.units === 0) continue;
    unlisted.units--;
    return call;
  }
}

/** The table knows the socket better, if it is still there; the trace knows who opened it, even if that is gone. */
function fromTrace({ socket, process }: TracedCall, now: KnownHolders): SocketHolder | undefined {
  if (!socket) return undefined;
  const listed = now.get(`socket ${socket.inode}`);
  if (listed?.kind === "socket" && listed.processes.length > 0) return listed;
  return {
    kind: "socket",
    units: 1,
    socket: listed?.kind === "socket" ? listed.socket : socket,
    processes: [process],
  };
}

function go(known: KnownHolders, now: KnownHolders): Attribution {
  const [key, holder] =
    [...known].find(([each]) => each !== "flag" && unitsOf(each, known) > unitsOf(each, now)) ?? [];
  if (key === undefined || !holder) return { holder: null, evidence: "gone" };
  if (holder.units > 1) known.set(key, withUnits(holder, holder.units - 1));
  else known.delete(key);
  return { holder: withUnits(holder, 1), evidence: evidenceOf(holder) };
}

function evidenceOf({ kind }: Holder): Attribution["evidence"] {
  return kind === "socket" || kind === "hidden" ? "socket" : "link";
}

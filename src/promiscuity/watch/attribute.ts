import type { Counter } from "../holders/accounting.js";
import type { FlagHolder, Holder, SocketHolder } from "../holders/holder.js";
import type { Attribution } from "./event.js";
import { type HoldersByKey, keyOfHolder, keyOfSocket, type Listing, type Tables } from "./evidence/tables.js";
import {
  type FlagRequest,
  type JoinRequest,
  queuesOf,
  type RequestQueues,
  requestsAbout,
  type TracedRequest,
} from "./evidence/traced-request.js";
import { byInterface, counters, stepOf, type Transition } from "./transition.js";

/** The holders that came and went with one transition. */
export interface Naming {
  readonly came: readonly Attribution[];
  readonly went: readonly Attribution[];
}

/** The holders of an interface, for each of its counts. */
export type HoldersOfLink = Readonly<Record<Counter, HoldersByKey>>;

/** What is known about a namespace before its transitions are attributed. */
export interface Knowledge {
  /** The holders of each interface before the transitions, by the interface's index. */
  readonly holders: ReadonlyMap<number, HoldersOfLink>;
  /** The traced requests for which no change has been seen yet. */
  readonly requests: readonly TracedRequest[];
  readonly tables: Tables;
}

/** The result of attributing the transitions of a namespace. */
export interface Attributed {
  readonly namings: ReadonlyMap<Transition, Naming>;
  /** The holders after the transitions, for each interface that had transitions. */
  readonly holders: ReadonlyMap<number, HoldersOfLink>;
  /** The requests that caused one of the transitions, or that are known to have changed nothing. */
  readonly used: ReadonlySet<TracedRequest>;
}

/** The result if nothing can be found out. */
export const NOTHING_ATTRIBUTED: Attributed = { namings: new Map(), holders: new Map(), used: new Set() };

/**
 * Names who caused each transition of a namespace. It goes interface by interface, because the transitions of one
 * interface explain each other.
 */
export function attributeTransitions(
  transitions: readonly Transition[],
  { holders, requests, tables }: Knowledge,
): Attributed {
  const perCount = [...byInterface(transitions)].flatMap(([index, ofLink]) => {
    const about = requestsAbout(requests, index, ofLink[0]?.name ?? "");
    return counters.map((counter) => {
      const known = holders.get(index)?.[counter] ?? NOBODY;
      const queues = queuesOf(about, counter);
      return { index, counter, ofLink, ...attributeCount(ofLink, counter, { known, queues }, tables) };
    });
  });
  const namings = new Map<Transition, Naming>();
  const after = new Map<number, HoldersOfLink>();
  for (const { index, counter, ofLink, named, known } of perCount) {
    ofLink.forEach((transition, at) => {
      namings.set(transition, joined(namings.get(transition), named[at]));
    });
    after.set(index, { promiscuity: NOBODY, allmulti: NOBODY, ...after.get(index), [counter]: known });
  }
  return { namings, holders: after, used: new Set(perCount.flatMap(({ used }) => used)) };
}

const NOBODY: HoldersByKey = new Map();

/** A shared constant, because most transitions concern only one of the counts, and there may be thousands at a time. */
const NOBODY_NAMED: Naming = { came: [], went: [] };

function joined(one = NOBODY_NAMED, other = NOBODY_NAMED): Naming {
  if (one === NOBODY_NAMED) return other;
  if (other === NOBODY_NAMED) return one;
  return { came: [...one.came, ...other.came], went: [...one.went, ...other.went] };
}

/** What is known about one count of an interface between two units that come or go. */
interface CountState {
  readonly known: HoldersByKey;
  readonly queues: RequestQueues;
  /** How many units may belong to requests for sockets that the tables don't list. */
  readonly unlisted: number;
}

/** Handles one unit that comes or goes: returns what is known afterwards, and the holder. */
type Step = (state: CountState) => readonly [after: CountState, attribution: Attribution];

interface CountAttributed {
  /** The holders that came and went, for each transition. */
  readonly named: readonly Naming[];
  readonly known: HoldersByKey;
  readonly used: readonly TracedRequest[];
}

function attributeCount(
  transitions: readonly Transition[],
  counter: Counter,
  before: Pick<CountState, "known" | "queues">,
  tables: Tables,
): CountAttributed {
  const listed = (transition: Transition | undefined): Listing => tables.holdersOf(transition?.link, counter);
  let state: CountState = { ...before, unlisted: unlistedUnits(transitions, counter, before.known, tables) };
  const named: Naming[] = [];
  for (const transition of transitions) {
    const [after, naming] = attributeOne(state, stepOf(transition, counter), listed(transition));
    state = after;
    named.push(naming);
  }
  const { setFlag, clearFlag, join } = state.queues;
  return {
    named,
    known: holdersAfter(state.known, listed(transitions.at(-1))),
    used: [...setFlag.taken, ...clearFlag.taken, ...join.taken],
  };
}

/**
 * Returns the holders after the last transition. If nobody claims some units any more, they still belong to their
 * former holders: the events that report their going are yet to come.
 */
function holdersAfter(known: HoldersByKey, { holders, unnamed }: Listing): HoldersByKey {
  const going = [...known].filter(([key]) => !holders.has(key)).slice(0, unnamed);
  return new Map([...going, ...holders]);
}

/**
 * Returns how many of the units that came were dropped again, so that the tables don't list their holders. A request
 * for a socket that isn't listed as a holder can only be one of those. Otherwise a process that drops its membership
 * before its call returns would be named in place of the holder that the tables list.
 */
function unlistedUnits(
  transitions: readonly Transition[],
  counter: Counter,
  known: HoldersByKey,
  { holdersOf, isCurrent }: Tables,
): number {
  if (!isCurrent) return Number.POSITIVE_INFINITY;
  const came = transitions
    .map((transition) => stepOf(transition, counter))
    .reduce((sum, { units, flag }) => sum + Math.max(0, units - flag), 0);
  const { holders } = holdersOf(transitions.at(-1)?.link, counter);
  const listed = [...holders.keys()]
    .filter((key) => key !== FLAG)
    .reduce((sum, key) => sum + Math.max(0, unitsOf(key, holders) - unitsOf(key, known)), 0);
  return Math.max(0, came - listed);
}

/**
 * Attributes the units of one transition.
 * @param listing the holders of the link after the transition
 */
function attributeOne(
  before: CountState,
  { units, flag }: ReturnType<typeof stepOf>,
  { holders }: Listing,
): readonly [after: CountState, naming: Naming] {
  if (units === 0 && flag === 0) return [before, NOBODY_NAMED];
  const others = units - flag;
  const [withFlag, flagCame] = repeat(flag, before, setFlag);
  const [withoutFlag, flagWent] = repeat(-flag, withFlag, clearFlag);
  const [withNew, came] = repeat(others, withoutFlag, (state) => come(state, holders));
  const [after, went] = repeat(-others, withNew, (state) => go(state, holders));
  return [after, { came: flagCame.concat(came), went: flagWent.concat(went) }];
}

/** Takes a step this many times, each from the state that the one before returned. */
function repeat(
  times: number,
  start: CountState,
  step: Step,
): readonly [after: CountState, attributions: readonly Attribution[]] {
  if (times <= 0) return [start, NOBODY_NAMED.came];
  let state = start;
  const attributions: Attribution[] = [];
  for (let count = 0; count < times; count++) {
    const [after, attribution] = step(state);
    state = after;
    attributions.push(attribution);
  }
  return [state, attributions];
}

/** The key of the administrator's flag among holders. */
const FLAG = "flag";

const flagHolder: FlagHolder = { kind: "flag", units: 1 };

const setFlag: Step = ({ known, queues, unlisted }) => [
  {
    known: withHolder(known, FLAG, flagHolder),
    queues: { ...queues, setFlag: queues.setFlag.rest },
    unlisted,
  },
  attributeFlag(queues.setFlag.first),
];

const clearFlag: Step = ({ known, queues, unlisted }) => [
  { known: without(known, FLAG), queues: { ...queues, clearFlag: queues.clearFlag.rest }, unlisted },
  attributeFlag(queues.clearFlag.first),
];

function attributeFlag(request: FlagRequest | undefined): Attribution {
  if (!request) return { holder: flagHolder, evidence: "link" };
  return { holder: flagHolder, evidence: "trace", actor: request.process };
}

/**
 * Attributes a unit that came: to the request for it, or else to a holder that has more units in the tables than are
 * known.
 */
function come(before: CountState, listed: HoldersByKey): readonly [CountState, Attribution] {
  const [state, request] = nextNewMember(before, listed);
  const traced = request && fromTrace(request, listed);
  const holder = traced ?? holderWithMore(listed, state.known);
  if (!holder) return [state, { evidence: "gone" }];
  const key = keyOfHolder(holder);
  const known = withHolder(state.known, key, withUnits(holder, unitsOf(key, state.known) + 1));
  const evidence = traced ? "trace" : evidenceOf(holder);
  return [
    { ...state, known },
    { holder: withUnits(holder, 1), evidence },
  ];
}

/** Attributes a unit that went: to a holder that is known to have had more units than the tables list. */
function go(before: CountState, listed: HoldersByKey): readonly [CountState, Attribution] {
  const holder = holderWithMore(before.known, listed);
  if (!holder) return [before, { evidence: "gone" }];
  const key = keyOfHolder(holder);
  const known =
    holder.units > 1
      ? withHolder(before.known, key, withUnits(holder, holder.units - 1))
      : without(before.known, key);
  return [
    { ...before, known },
    { holder: withUnits(holder, 1), evidence: evidenceOf(holder) },
  ];
}

/** Returns the first holder other than the flag that has more units here than elsewhere. */
function holderWithMore(holders: HoldersByKey, elsewhere: HoldersByKey): Holder | undefined {
  for (const [key, holder] of holders)
    if (key !== FLAG && holder.units > unitsOf(key, elsewhere)) return holder;
  return undefined;
}

function withHolder(holders: HoldersByKey, key: string, holder: Holder): HoldersByKey {
  return new Map(holders).set(key, holder);
}

function without(holders: HoldersByKey, key: string): HoldersByKey {
  return new Map([...holders].filter(([each]) => each !== key));
}

function unitsOf(key: string, holders: HoldersByKey): number {
  return holders.get(key)?.units ?? 0;
}

/** Returns the holder with this number of units. */
function withUnits(holder: Holder, units: number): Holder {
  return holder.units === units ? holder : ({ ...holder, units } as Holder);
}

/**
 * Returns the next request that added a member, and the state without this request and those before it. A socket's
 * second membership of the same interface doesn't count, unless the tables list it in addition to the first.
 */
function nextNewMember(
  before: CountState,
  listed: HoldersByKey,
): readonly [CountState, JoinRequest | undefined] {
  const { known, queues, unlisted } = before;
  for (let { join } = queues; ; join = join.rest) {
    const request = join.first;
    if (!request) return [{ ...before, queues: { ...queues, join } }, undefined];
    const key = keyOfSocket(request.socket.inode);
    const isListed = unitsOf(key, listed) > unitsOf(key, known);
    if (!isListed && (known.has(key) || unlisted === 0)) continue;
    const after = { ...queues, join: join.rest };
    return [{ known, queues: after, unlisted: isListed ? unlisted : unlisted - 1 }, request];
  }
}

/**
 * Combines a request with the tables. The tables know more about a socket that is still open; the trace knows the
 * process that opened it even if that has exited.
 */
function fromTrace({ socket, process }: JoinRequest, listed: HoldersByKey): SocketHolder {
  const found = listed.get(keyOfSocket(socket.inode));
  if (found?.kind !== "socket") return { kind: "socket", units: 1, socket, processes: [process] };
  if (found.processes.length > 0) return found;
  return { kind: "socket", units: 1, socket: found.socket, processes: [process] };
}

function evidenceOf({ kind }: Holder): Attribution["evidence"] {
  return kind === "socket" || kind === "hidden" ? "socket" : "link";
}

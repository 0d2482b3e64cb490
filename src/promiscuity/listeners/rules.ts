import type { InterfaceCondition, NetfilterListener } from "../../linux/netfilter/netfilter-listener.js";
import type { NetfilterReader } from "../../linux/netfilter/readers.js";
import type { TrafficAction, TrafficFilter } from "../../linux/netlink/traffic-filters.js";
import type { Unseen } from "../../linux/netlink/unseen.js";
import type { ProcessDetails } from "../../linux/process/process-details.js";
import { present } from "../../present.js";
import { LINKTYPE_ETHERNET } from "../../wire/file/linktype.js";
import { readInstructions } from "../../wire/kernel/bpf/classic.js";
import type { Link } from "../../wire/kernel/rtnetlink/link.js";
import type { NamespaceFacts } from "../holders/namespace-facts.js";
import type { FilterDescriber } from "./filter.js";
import type { Listener, MirrorTarget, NetfilterRule, ReaderFacts, TrafficFilterFacts } from "./listener.js";
import type { ProgramDirectory } from "./programs.js";

/** The interfaces of a network namespace. */
export class InterfaceDirectory {
  readonly #byIndex: ReadonlyMap<number, Link>;
  #byName: ReadonlyMap<string, Link> | undefined;

  constructor(readonly links: readonly Link[]) {
    this.#byIndex = new Map(links.map((link) => [link.index, link]));
  }

  link(index: number): Link | undefined {
    return this.#byIndex.get(index);
  }

  /** Returns an interface's index and name; the index alone if there is none, or none of it was read. */
  byIndex(index: number): { readonly ifindex: number; readonly ifname?: string } {
    return { ifindex: index, ...present({ ifname: this.#byIndex.get(index)?.name }) };
  }

  /** Returns the same for a name, which need not be that of an interface. */
  byName(name: string): { readonly ifindex?: number; readonly ifname: string } {
    this.#byName ??= new Map(this.links.map((link) => [link.name ?? "", link]));
    return { ifname: name, ...present({ ifindex: this.#byName.get(name)?.index }) };
  }
}

/** What listeners of traffic control are described with. */
export interface TrafficSurroundings {
  readonly netns: NamespaceFacts;
  readonly interfaces: InterfaceDirectory;
  readonly programs: ProgramDirectory;
  readonly filters: FilterDescriber;
}

/**
 * Returns the listeners of a filter of traffic control.
 * @param onUnseen called with each action that isn't known
 */
export function listenersOfTraffic(
  filter: TrafficFilter,
  { netns, interfaces, programs, filters }: TrafficSurroundings,
  onUnseen: (unseen: Unseen) => void,
): Listener[] {
  const { index, direction, program, classic, actions, hasUnknownActions } = filter;
  const place = { netns, ...interfaces.byIndex(index), direction };
  const trafficFilter = factsOf(filter);
  const unknown = (what: string): void =>
    onUnseen({
      what: `${what} of a filter of traffic control on ${place.ifname ?? `interface ${index}`}`,
      why: "not-examined",
      reason: "promisc doesn't know actions of this kind",
      remedy: "tc filter show",
    });
  if (hasUnknownActions) unknown("the actions");
  const selected = classic && filters.describe(readInstructions(classic), { linkType: LINKTYPE_ETHERNET });
  const ofAction = (action: TrafficAction): Listener[] => {
    switch (action.kind) {
      case "bpf":
        return [{ kind: "tc-program", ...place, ...programs.find(action.program), trafficFilter }];
      case "mirred":
        return [
          {
            kind: "mirror",
            ...place,
            operation: action.operation,
            to: action.to,
            target: {
              ...(action.target === undefined ? {} : interfaces.byIndex(action.target)),
              ...present({ block: action.targetBlock }),
            },
            processes: [],
            trafficFilter,
            ...present({ filter: selected }),
          },
        ];
      case "sample":
        return [
          {
            kind: "sample",
            ...place,
            group: action.group,
            rate: action.rate,
            processes: [],
            trafficFilter,
          },
        ];
      case "other":
        unknown(`the action ${JSON.stringify(action.name.slice(0, 32))}`);
        return [];
    }
  };
  return [
    ...(program ? [{ kind: "tc-program" as const, ...place, ...programs.find(program), trafficFilter }] : []),
    ...actions.flatMap(ofAction),
  ];
}

function factsOf({
  parent,
  block,
  handle,
  chain,
  priority,
  protocol,
  kind,
}: TrafficFilter): TrafficFilterFacts {
  return { parent, ...present({ block }), handle, chain, priority, protocol, kind };
}

/** A program's binding of a group or a queue, with the processes that have its socket open. */
export interface KnownReader {
  readonly reader: NetfilterReader;
  readonly processes: readonly ProcessDetails[];
}

/** Returns the listeners of the rules of netfilter, and of the programs that read what no rule is known to pass on. */
export function listenersOfNetfilter(
  rules: readonly NetfilterListener[],
  readers: readonly KnownReader[],
  netns: NamespaceFacts,
  interfaces: InterfaceDirectory,
): Listener[] {
  const served = new Set<KnownReader>();
  const ofRules = rules.flatMap((each) => {
    const { action, ...rule } = each;
    const own = action.kind === "nflog" || action.kind === "nfqueue" ? readersOf(action, readers) : [];
    for (const reader of own) served.add(reader);
    return placesOf(rule, interfaces).map((place): Listener => {
      const parts = { netns, ...place };
      if (action.kind === "nflog" || action.kind === "nfqueue")
        return { ...action, ...parts, ...describeReaders(own), rule };
      const { kind, ...target } = action;
      return {
        kind: "mirror",
        ...parts,
        operation: kind === "dup" ? "mirror" : "redirect",
        target: targetOf(target, interfaces),
        processes: [],
        rule,
      };
    });
  });
  const alone = readers.filter((each) => !served.has(each)).map((each) => listenerWithoutRule(each, netns));
  return [...ofRules, ...alone];
}

function readersOf(
  action: Extract<NetfilterListener["action"], { kind: "nflog" | "nfqueue" }>,
  readers: readonly KnownReader[],
): KnownReader[] {
  return readers.filter(({ reader: { kind, number } }) => {
    if (kind !== action.kind) return false;
    if (action.kind === "nflog") return number === action.group;
    // If the rule computes the number, it isn't known which queue it is.
    const { first, last = first } = action;
    return first !== undefined && last !== undefined && number >= first && number <= last;
  });
}

function describeReaders(readers: readonly KnownReader[]): {
  readers: ReaderFacts[];
  processes: ProcessDetails[];
} {
  return {
    readers: readers.map(({ reader: { kind: _, number: __, ...facts } }) => facts),
    processes: [...new Set(readers.flatMap(({ processes }) => processes))],
  };
}

function listenerWithoutRule(known: KnownReader, netns: NamespaceFacts): Listener {
  const { kind, number } = known.reader;
  const parts = { netns, ...describeReaders([known]) };
  return kind === "nflog"
    ? { kind, group: number, ...parts }
    : { kind, first: number, last: number, ...parts };
}

/** An interface whose frames a rule gets, and the direction in which they pass it. */
type RulePlace = Pick<Listener, "ifindex" | "ifname" | "direction">;

/** Returns the interfaces that a rule is about: those of its chain, or the one that it names, or all. */
function placesOf(
  { hook, input, output }: NetfilterRule,
  interfaces: InterfaceDirectory,
): readonly RulePlace[] {
  const { devices } = hook ?? {};
  if (devices && devices.length > 0) {
    const direction = hook?.name === "egress" ? "egress" : "ingress";
    return devices.map((name) => ({ ...interfaces.byName(name), direction }));
  }
  const incoming = interfaceOf(input, interfaces);
  if (incoming) return [{ ...incoming, direction: "ingress" }];
  const outgoing = interfaceOf(output, interfaces);
  return [outgoing ? { ...outgoing, direction: "egress" } : {}];
}

function interfaceOf(
  condition: InterfaceCondition | undefined,
  interfaces: InterfaceDirectory,
): Omit<RulePlace, "direction"> | undefined {
  if (!condition || condition.isExcluded || condition.isPrefix) return undefined;
  if (condition.name !== undefined) return interfaces.byName(condition.name);
  return condition.index === undefined ? undefined : interfaces.byIndex(condition.index);
}

function targetOf(
  {
    target,
    targetName,
    ...rest
  }: { target?: number; targetName?: string; gateway?: string; isComputed?: true },
  interfaces: InterfaceDirectory,
): MirrorTarget {
  return {
    ...(target === undefined ? {} : interfaces.byIndex(target)),
    ...(targetName === undefined ? {} : interfaces.byName(targetName)),
    ...rest,
  };
}

import { present } from "../../present.js";
import {
  type Action,
  bpfActionOptions,
  mirredOperations,
  mirredOptions,
  sampleOptions,
} from "../../wire/kernel/rtnetlink/traffic-action.js";
import {
  RTM_GETQDISC,
  RTM_GETTCLASS,
  RTM_GETTFILTER,
  readTrafficControl,
  redOptions,
  TC_H_INGRESS,
  TC_H_MIN_EGRESS,
  TC_H_MIN_INGRESS,
  TC_H_ROOT,
  TCM_IFINDEX_MAGIC_BLOCK,
  type TrafficControl,
  trafficControlSize,
  writeTrafficControl,
} from "../../wire/kernel/rtnetlink/traffic-control.js";
import { bpfFilterOptions, filterActions } from "../../wire/kernel/rtnetlink/traffic-filter.js";
import { readBe16 } from "../../wire/network-order.js";
import { ENODEV, hasErrno } from "../ffi/errno.js";
import { NetlinkConnection, type OpenTransport } from "./netlink-connection.js";
import { NETLINK_ROUTE, NetlinkSocket } from "./netlink-socket.js";
import { type Seen, type Unseen, unseenBecause, unseenRest } from "./unseen.js";

/** What a filter or action says about its eBPF program. Others may have chosen the name. */
export interface ProgramReference {
  readonly id?: number;
  readonly name?: string;
  /** In hexadecimal. */
  readonly tag?: string;
}

/** An action that passes packets on, or might. */
export type TrafficAction =
  | {
      readonly kind: "mirred";
      readonly operation: "mirror" | "redirect";
      /** Whether the target transmits the packets, or receives them. */
      readonly to: "ingress" | "egress";
      /** Index of the target, in the same namespace; absent if the target was removed. */
      readonly target?: number;
      /** The shared block whose interfaces are the targets. */
      readonly targetBlock?: number;
    }
  | { readonly kind: "bpf"; readonly program: ProgramReference }
  | { readonly kind: "sample"; readonly group: number; readonly rate: number }
  /** An action of a kind that promisc doesn't know. */
  | { readonly kind: "other"; readonly name: string };

/** A filter of traffic control (tc(8)) that gives an interface's packets to a program or to an action. */
export interface TrafficFilter {
  /** Index of the interface. */
  readonly index: number;
  /**
   * `either` for a filter of the kind `u32` that the kernel lists in both directions, without saying in which of them
   * it works. It does so if both directions have such a filter with the same priority.
   */
  readonly direction: "ingress" | "egress" | "either";
  /**
   * The qdisc, class or hook that the filter belongs to; of a shared block, that which uses the block. The kernel can
   * list a filter of the kind `u32` with several of one qdisc and with several chains; this is the first of each.
   */
  readonly parent: number;
  /** The shared block that the filter is in. Such a filter is listed for each interface that uses the block. */
  readonly block?: number;
  readonly handle: number;
  readonly chain: number;
  readonly priority: number;
  /** `ETH_P_*` in host byte order. */
  readonly protocol: number;
  /** For example `bpf`, `u32` or `matchall`. */
  readonly kind: string;
  /** The program of a filter of the kind `bpf`. */
  readonly program?: ProgramReference;
  /** The program of a filter of the kind `bpf`, if it is a classic one: an array of `struct sock_filter`. */
  readonly classic?: Uint8Array;
  /** Whether the attributes of the filter's kind aren't known, so that it may have more actions. */
  readonly hasUnknownActions?: true;
  readonly actions: readonly TrafficAction[];
}

// A namespace with more than this was filled to exhaust this process's time.
const MOST_QDISCS = 131_072;
const MOST_CLASSES = 8192;
const MOST_FILTERS = 65_536;
/** The most qdiscs, classes and blocks whose filters are read, each by one request. */
const MOST_PLACES = 8192;

const WHAT = "the filters of traffic control";

/** Qdiscs without filters that interfaces have by default. */
const withoutFilters = new Set(["noqueue", "mq", "pfifo_fast", "pfifo", "bfifo"]);
/** Qdiscs whose classes have filters of their own. */
const withFiltersOfClasses = new Set(["htb", "hfsc", "cbq", "atm"]);
/** Actions that only change, delay, count or drop a packet. */
const withoutCopies = new Set([
  "connmark",
  "csum",
  "ct",
  "ctinfo",
  "gact",
  "gate",
  "ife",
  "mpls",
  "nat",
  "pedit",
  "police",
  "simple",
  "skbedit",
  "skbmod",
  "tunnel_key",
  "vlan",
]);

/** A place that can have filters. */
interface Place {
  readonly index: number;
  readonly direction: "ingress" | "egress";
  readonly parent: number;
  readonly block?: number;
}

/** Options of {@link readTrafficFilters}. */
export interface ReadTrafficFiltersOptions {
  /** The time after which reading stops, in milliseconds. */
  readonly time?: number;
  /** Opens the transport to the kernel. */
  readonly open?: OpenTransport;
}

/** How long the filters of one namespace are read, in milliseconds. */
const LONGEST_MS = 5000;

/**
 * Reads the filters of traffic control in the calling thread's network namespace which have a program, an action that
 * passes packets on, or one that promisc doesn't know. It reads all chains and shared blocks. Needs no privilege.
 */
export function readTrafficFilters({
  time = LONGEST_MS,
  open = (receiveSize) => new NetlinkSocket(NETLINK_ROUTE, { receiveSize }),
}: ReadTrafficFiltersOptions = {}): Seen<TrafficFilter> {
  using connection = new NetlinkConnection(open);
  return new TrafficReader(connection, performance.now() + time).read();
}

type Found = Omit<TrafficFilter, "index" | "direction" | "parent" | "block">;

class TrafficReader {
  readonly #connection: NetlinkConnection;
  /** When to stop. */
  readonly #end: number;
  readonly #unseen: Unseen[] = [];
  readonly #blocks = new Map<number, readonly Found[]>();
  #filtersLeft = MOST_FILTERS;
  #classesLeft = MOST_CLASSES;

  constructor(connection: NetlinkConnection, end: number) {
    this.#connection = connection;
    this.#end = end;
  }

  read(): Seen<TrafficFilter> {
    const values: TrafficFilter[] = [];
    const u32 = new Map<string, number>();
    let places = 0;
    for (const place of this.#places()) {
      if (places++ === MOST_PLACES || this.#filtersLeft === 0 || performance.now() > this.#end) {
        this.#addUnseen(unseenRest(WHAT, "too-many"));
        break;
      }
      for (const found of this.#filtersAt(place)) {
        const filter: TrafficFilter = { ...place, ...found };
        const key = filter.kind === "u32" ? u32Key(filter) : "";
        const known = u32.get(key);
        const earlier = known === undefined ? undefined : values[known];
        if (known === undefined || !earlier) {
          if (key !== "") u32.set(key, values.length);
          values.push(filter);
        } else if (earlier.direction !== filter.direction)
          values[known] = { ...earlier, direction: "either" };
      }
    }
    return { values, unseen: this.#unseen };
  }

  *#places(): Generator<Place> {
    const qdiscs = this.#dump({ type: RTM_GETQDISC, index: 0, parent: 0, most: MOST_QDISCS }, (qdisc) =>
      withoutFilters.has(qdisc.kind ?? "") ? undefined : { ...qdisc, options: qdisc.options?.slice() },
    );
    const classful = new Set<number>();
    for (const { index, kind = "", handle, parent, ingressBlock, egressBlock, options } of qdiscs) {
      if (kind === "clsact") {
        const ingress = TC_H_INGRESS + TC_H_MIN_INGRESS;
        const egress = TC_H_INGRESS + TC_H_MIN_EGRESS;
        yield { index, direction: "ingress", parent: ingress, ...present({ block: ingressBlock }) };
        yield { index, direction: "egress", parent: egress, ...present({ block: egressBlock }) };
      } else if (kind === "ingress")
        yield { index, direction: "ingress", parent: TC_H_INGRESS, ...present({ block: ingressBlock }) };
      // Without a handle, filters can be attached only to the interface's root.
      else if (handle !== 0 || parent === TC_H_ROOT) yield { index, direction: "egress", parent: handle };
      if (kind === "red" && options)
        for (const block of blocksOfRed(options)) yield { index, direction: "egress", parent: handle, block };
      if (withFiltersOfClasses.has(kind)) classful.add(index);
    }
    for (const index of classful) yield* this.#classes(index);
  }

  *#classes(index: number): Generator<Place> {
    const request = { type: RTM_GETTCLASS, index, parent: 0, most: this.#classesLeft };
    const classes = this.#dump(request, ({ handle }) => handle);
    this.#classesLeft -= classes.length;
    for (const parent of classes) yield { index, direction: "egress", parent };
  }

  #filtersAt({ index, parent, block }: Place): readonly Found[] {
    if (block === undefined) return this.#filters(index, parent);
    const known = this.#blocks.get(block) ?? this.#filters(TCM_IFINDEX_MAGIC_BLOCK, block);
    this.#blocks.set(block, known);
    return known;
  }

  #filters(index: number, parent: number): Found[] {
    let messages = 0;
    const request = { type: RTM_GETTFILTER, index, parent, most: this.#filtersLeft };
    const found = this.#dump(request, (filter) => {
      messages++;
      return describeFilter(filter);
    });
    this.#filtersLeft = Math.max(0, this.#filtersLeft - messages);
    return found;
  }

  #dump<Value>(
    { type, index, parent, most }: { type: number; index: number; parent: number; most: number },
    keep: (value: TrafficControl) => Value | undefined,
  ): Value[] {
    const request: TrafficControl = { index, handle: 0, parent, info: 0 };
    const payload = new Uint8Array(trafficControlSize(request));
    writeTrafficControl(request, payload, 0);
    try {
      const { values, incomplete } = this.#connection.dumpPartly(
        { operation: `read ${WHAT}`, type, payload },
        (message) => keep(readTrafficControl(message.payload, { keepUnknown: false })),
        { most, time: this.#end - performance.now() },
      );
      if (incomplete) this.#addUnseen(unseenRest(WHAT, incomplete));
      return values;
    } catch (error) {
      // The interface was removed meanwhile.
      if (!hasErrno(error, ENODEV)) this.#addUnseen(unseenBecause(WHAT, error));
      return [];
    }
  }

  /** Adds a reason once, because thousands of requests can fail alike. */
  #addUnseen(unseen: Unseen): void {
    if (this.#unseen.some(({ reason }) => reason === unseen.reason)) return;
    this.#unseen.push(unseen);
  }
}

/**
 * Identifies a filter of the kind `u32`. The kernel keeps those of a qdisc in common, or those of a shared block, and
 * lists them all with each part of the qdisc that has one of the same priority.
 */
function u32Key({ index, direction, parent, block, handle }: TrafficFilter): string {
  const owner = block === undefined ? `qdisc ${parent >>> 16}` : `${direction} block ${block}`;
  return `${index} ${owner} ${handle}`;
}

function blocksOfRed(options: Uint8Array): number[] {
  const { earlyDropBlock, markBlock } = redOptions.read(options, 0, options.length, "red", {
    keepUnknown: false,
  });
  return [earlyDropBlock, markBlock].filter((block) => block !== undefined && block !== 0) as number[];
}

/** Returns what to keep of a filter; undefined if it passes nothing on. */
function describeFilter({ handle, info, chain, kind = "", options }: TrafficControl): Found | undefined {
  if (!options) return undefined;
  const actions = filterActions(kind, options);
  const kept = (actions ?? []).flatMap(describeAction);
  const bpf = kind === "bpf" ? bpfFilterOptions.read(options, 0, options.length, "bpf filter") : undefined;
  // Kernels before 4.13 don't give the program's id.
  const program = bpf && !bpf.instructions ? programOf(bpf) : undefined;
  if (actions && kept.length === 0 && !program) return undefined;
  return {
    handle,
    chain: chain ?? 0,
    priority: info >>> 16,
    protocol: protocolOf(info),
    kind,
    actions: kept,
    ...present({
      program,
      classic: bpf?.instructions?.slice(),
      hasUnknownActions: actions ? undefined : (true as const),
    }),
  };
}

function protocolOf(info: number): number {
  // Its bytes are in network order, within a number in host order.
  const half = new Uint8Array(new Uint16Array([info & 0xffff]).buffer);
  return readBe16(half, 0);
}

function describeAction({ kind = "", options }: Action): TrafficAction[] {
  if (withoutCopies.has(kind)) return [];
  if (!options) return [{ kind: "other", name: kind }];
  if (kind === "mirred") return describeMirred(options);
  if (kind === "sample") {
    const { group = 0, rate = 0 } = sampleOptions.read(options, 0, options.length, "sample action");
    return [{ kind, group, rate }];
  }
  if (kind === "bpf") {
    const bpf = bpfActionOptions.read(options, 0, options.length, "bpf action");
    // A classic program can't pass packets on.
    return bpf.instructions ? [] : [{ kind, program: programOf(bpf) }];
  }
  return [{ kind: "other", name: kind }];
}

function describeMirred(options: Uint8Array): TrafficAction[] {
  const { parameters, block } = mirredOptions.read(options, 0, options.length, "mirred action");
  const operation = parameters && mirredOperations[parameters.operation];
  if (!operation) return [{ kind: "other", name: "mirred" }];
  return [
    {
      kind: "mirred",
      ...operation,
      ...present({ target: parameters.index || undefined, targetBlock: block || undefined }),
    },
  ];
}

function programOf(bpf: { programId?: number; name?: string; tag?: Uint8Array }): ProgramReference {
  const tag = bpf.tag && Buffer.from(bpf.tag).toString("hex");
  return present({ id: bpf.programId, name: bpf.name, tag });
}

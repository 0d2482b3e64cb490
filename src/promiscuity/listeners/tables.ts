import { PromiscError } from "../../errors.js";
import { type AttachedProgram, readAttachedPrograms } from "../../linux/bpf/inspect/attached-programs.js";
import type { NetfilterListener } from "../../linux/netfilter/netfilter-listener.js";
import { readNetfilterListeners } from "../../linux/netfilter/read-listeners.js";
import { type NetfilterReader, readNetfilterReaders } from "../../linux/netfilter/readers.js";
import { readTrafficFilters, type TrafficFilter } from "../../linux/netlink/traffic-filters.js";
import { type Seen, type Unseen, unseenBecause, unseenRest } from "../../linux/netlink/unseen.js";
import {
  type PacketSocketDetails,
  readPacketSocketDetails,
} from "../../linux/packet/packet-socket-details.js";
import { readXdpQueues, type XdpQueue } from "../../linux/packet/xdp-sockets.js";
import { type RawIpSocket, readRawIpSockets } from "../../linux/socket/raw-ip-sockets.js";
import { countSockets, type SocketCounts } from "../../linux/socket/socket-count.js";
import type { NamespaceSnapshot } from "../holders/snapshot.js";
import { reasonOf } from "../reason.js";

/** What the kernel's tables of one network namespace say about listeners. */
export interface ListenerTables {
  /** By the socket's inode number; empty if the kernel has no PACKET_DIAG. */
  readonly packetSockets: ReadonlyMap<number, PacketSocketDetails>;
  readonly xdpQueues: readonly XdpQueue[];
  readonly rawSockets: readonly RawIpSocket[];
  readonly trafficFilters: readonly TrafficFilter[];
  readonly attachedPrograms: readonly AttachedProgram[];
  readonly rules: readonly NetfilterListener[];
  readonly readers: readonly NetfilterReader[];
  readonly unseen: readonly Unseen[];
}

/** How much is read of all namespaces together that any user can create. */
const UNPRIVILEGED_MS = 10_000;
const UNPRIVILEGED_VALUES = 60_000;
const UNPRIVILEGED_INSTRUCTIONS = 400_000;

/** How long rules and filters of one namespace are read, in milliseconds. */
const LONGEST_MS = { privileged: 5000, unprivileged: 500 };

/**
 * Reads the tables of one namespace after another. Namespaces that any user can create share an allowance, so that nobody
 * can keep this process busy or exhaust its memory.
 */
export class ListenerTableReader {
  #msLeft = UNPRIVILEGED_MS;
  #valuesLeft = UNPRIVILEGED_VALUES;
  #instructionsLeft = UNPRIVILEGED_INSTRUCTIONS;

  /** Reads the tables of the calling thread's network namespace. */
  readonly read = (snapshot: NamespaceSnapshot, isPrivileged: boolean): ListenerTables => {
    if (isPrivileged) return readTables(snapshot, LONGEST_MS.privileged);
    if (this.#msLeft <= 0 || this.#valuesLeft <= 0)
      return { ...NO_TABLES, unseen: [unseenRest("what gets copies of frames", "too-many")] };
    const start = performance.now();
    const tables = this.#bound(readTables(snapshot, Math.min(LONGEST_MS.unprivileged, this.#msLeft)));
    this.#msLeft -= performance.now() - start;
    this.#valuesLeft -= countValues(tables);
    return tables;
  };

  /** Leaves the filters of packet sockets out if too many were read. */
  #bound(tables: ListenerTables): ListenerTables {
    const { packetSockets } = tables;
    for (const { filter } of packetSockets.values())
      if (typeof filter !== "string") this.#instructionsLeft -= filter.length;
    if (this.#instructionsLeft >= 0) return tables;
    return { ...tables, packetSockets: new Map([...packetSockets].map(withoutFilter)) };
  }
}

export const NO_TABLES: ListenerTables = {
  packetSockets: new Map(),
  xdpQueues: [],
  rawSockets: [],
  trafficFilters: [],
  attachedPrograms: [],
  rules: [],
  readers: [],
  unseen: [],
};

function countValues(tables: ListenerTables): number {
  const { packetSockets, ...lists } = tables;
  return Object.values(lists).reduce((sum, list) => sum + list.length, packetSockets.size);
}

function withoutFilter([inode, details]: [number, PacketSocketDetails]): [number, PacketSocketDetails] {
  return [inode, { ...details, filter: "not-listed" }];
}

/** Which tables are read: those of sockets, those of programs and rules, or all. */
export type TablesPart = "sockets" | "rules" | "all";

/**
 * Reads the tables of the calling thread's network namespace.
 * @param time how long rules and filters are read, in milliseconds
 */
export function readTables(
  { links }: Pick<NamespaceSnapshot, "links">,
  time: number,
  part: TablesPart = "all",
): ListenerTables {
  const unseen: Unseen[] = [];
  const valuesOf = <Value>(what: string, read: () => Seen<Value>): readonly Value[] => {
    try {
      const seen = read();
      unseen.push(...seen.unseen);
      return seen.values;
    } catch (error) {
      unseen.push(
        error instanceof PromiscError
          ? unseenBecause(what, error)
          : { what, why: "refused", reason: reasonOf(error) },
      );
      return [];
    }
  };
  const counts = countSockets();
  const skip = <Value>(): readonly Value[] => [];
  const socketsOf = part === "rules" ? skip : valuesOf;
  const rulesOf = part === "sockets" ? skip : valuesOf;
  return {
    packetSockets: new Map(socketsOf("the filters and rings of packet sockets", readDetails)),
    xdpQueues: socketsOf("the AF_XDP sockets", () => readXdpQueues(counts)),
    rawSockets: socketsOf(RAW, () => readRaw(counts)),
    trafficFilters: rulesOf("the filters of traffic control", () => readTrafficFilters({ time })),
    attachedPrograms: rulesOf("the programs attached by tcx and netkit", () => readAttachedPrograms(links)),
    rules: rulesOf("the rules of netfilter", () => readNetfilterListeners({ time })),
    readers: rulesOf("the readers of NFLOG and NFQUEUE", readNetfilterReaders),
    unseen,
  };
}

function readDetails(): Seen<[number, PacketSocketDetails]> {
  try {
    return { values: [...readPacketSocketDetails()], unseen: [] };
  } catch (error) {
    // The kernel has no PACKET_DIAG. Filters are then read by descriptors of the sockets' processes.
    if (!(error instanceof PromiscError && error.errno?.name === "ENOENT")) throw error;
    return { values: [], unseen: [] };
  }
}

const RAW = "the raw IP sockets";

function readRaw(counts: SocketCounts | undefined): Seen<RawIpSocket> {
  const { sockets, hasMore } = readRawIpSockets(counts);
  return { values: sockets, unseen: hasMore ? [unseenRest(RAW, "too-many")] : [] };
}

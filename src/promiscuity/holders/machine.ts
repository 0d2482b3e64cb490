import { PromiscError } from "../../errors.js";
import { type DiscoveredNamespace, discoverNamespaces } from "../../linux/namespace/discover-namespaces.js";
import {
  type ProcessTable,
  type ReadProcessTableOptions,
  readProcessTable,
} from "../../linux/process/process-table.js";
import { reasonOf } from "../reason.js";
import { MOST_LINKS, type NamespaceSnapshot, readNamespace } from "./snapshot.js";

/** The most interfaces that are read in all namespaces together that unprivileged users can create. */
const MOST_UNPRIVILEGED_LINKS = 60_000;

/** What the kernel's tables say, of every network namespace that this process can reach. */
export interface Machine<More> {
  readonly table: ProcessTable;
  /** The own namespace first. */
  readonly snapshots: readonly NamespaceSnapshot[];
  /** What `readMore` returned, by the namespace's inode number. */
  readonly more: ReadonlyMap<number, More>;
  /** How many namespaces this process may not enter. */
  readonly unreachable: number;
  /** How many namespaces were left out. */
  readonly leftOut: number;
}

/** Options of {@link readMachine}. */
export interface ReadMachineOptions<More> extends ReadProcessTableOptions {
  /** Indices of interfaces in the own namespace that are read one by one if they are missing in the kernel's list. */
  readonly wanted: readonly number[];
  /**
   * Reads more of a namespace, in which the calling thread is then. It isn't called for a namespace that couldn't be
   * read.
   */
  readonly readMore?: (snapshot: NamespaceSnapshot, isPrivileged: boolean) => More;
}

/** Reads /proc once, and the tables of every network namespace that this process can reach. */
export function readMachine<More>({ wanted, readMore, ...options }: ReadMachineOptions<More>): Machine<More> {
  const table = readProcessTable(options);
  const { namespaces, leftOut } = discoverNamespaces(table);
  try {
    return { table, leftOut, ...readAll(namespaces, wanted, readMore) };
  } finally {
    for (const { namespace } of namespaces) namespace[Symbol.dispose]();
  }
}

/** Reads all namespaces. A failure in one of them doesn't keep the others from being read. */
function readAll<More>(
  discovered: readonly DiscoveredNamespace[],
  wanted: readonly number[],
  readMore: ReadMachineOptions<More>["readMore"],
): Pick<Machine<More>, "snapshots" | "more" | "unreachable"> {
  const snapshots: NamespaceSnapshot[] = [];
  const more = new Map<number, More>();
  let unreachable = 0;
  let left = MOST_UNPRIVILEGED_LINKS;
  for (const each of discovered) {
    const { namespace, isPrivileged } = each;
    const links = isPrivileged ? MOST_LINKS.privileged : Math.min(MOST_LINKS.unprivileged, left);
    const isOwn = each === discovered[0];
    try {
      const snapshot = readNamespace(each, discovered, { links, wanted: isOwn ? wanted : [] });
      if (!isPrivileged) left -= snapshot.links.length;
      snapshots.push(snapshot);
      if (readMore)
        more.set(
          snapshot.inode,
          namespace.enter(() => readMore(snapshot, isPrivileged)),
        );
    } catch (error) {
      if (error instanceof PromiscError && error.code === "privilege") unreachable++;
      else snapshots.push(unread(each, reasonOf(error)));
    }
  }
  return { snapshots, more, unreachable };
}

function unread({ namespace, names, pids }: DiscoveredNamespace, incomplete: string): NamespaceSnapshot {
  return {
    inode: namespace.inode,
    names,
    pids,
    links: [],
    unicastAddresses: new Map(),
    sockets: [],
    peers: new Map(),
    incomplete,
  };
}

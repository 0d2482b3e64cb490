import { checkOptions, type OptionKinds } from "../../check-options.js";
import { counted } from "../../counted.js";
import { PromiscError } from "../../errors.js";
import { containerRemedy } from "../../linux/ffi/capability-remedy.js";
import { type DiscoveredNamespace, discoverNamespaces } from "../../linux/namespace/discover-namespaces.js";
import { missingForInspection } from "../../linux/privilege/inspection-privilege.js";
import { inInitialUserNamespace } from "../../linux/process/own-namespaces.js";
import { type ProcessDetails, readProcess } from "../../linux/process/process-details.js";
import { type ProcessTable, readProcessTable } from "../../linux/process/process-table.js";
import { present } from "../../present.js";
import { PACKET_MR_PROMISC } from "../../wire/kernel/packet-mreq.js";
import type { Link } from "../../wire/kernel/rtnetlink/link.js";
import type { PacketSocket } from "../../wire/kernel/sock-diag/packet.js";
import { describePromiscuity } from "../promiscuity.js";
import { reasonOf } from "../reason.js";
import { accountFor, type Blindness } from "./accounting.js";
import { claimsOn, type Evidence, gatherEvidence } from "./claims.js";
import { socketFacts } from "./facts.js";
import type { Holder } from "./holder.js";
import type {
  CapturingSocket,
  IncompleteSight,
  InterfaceHolders,
  NamespaceFacts,
  PromiscuityReport,
} from "./report.js";
import { MOST_LINKS, type NamespaceSnapshot, readNamespace } from "./snapshot.js";
import { stackedLinks } from "./stacked-links.js";

/** How many times the tables are read if they don't match, because something changed between two reads. */
const TRIES = 3;

/** The most interfaces that are read in all namespaces together that unprivileged users can create. */
const MOST_UNPRIVILEGED_LINKS = 60_000;

/** Options of {@link readPromiscuity}. */
export interface ReadPromiscuityOptions {
  /** Indices of interfaces in the caller's own namespace that the report must contain if they exist. */
  readonly wanted?: readonly number[];
}

const readOptions: OptionKinds<ReadPromiscuityOptions> = { wanted: "list?" };

/**
 * Reads the counts of every interface and who holds it, in every network namespace that this process can reach.
 * @param options see {@link ReadPromiscuityOptions}
 * @returns the interfaces with their holders, and what couldn't be seen
 * @throws PromiscError `kernel` if /proc or the kernel's tables can't be read
 */
export function readPromiscuity(options: ReadPromiscuityOptions = {}): PromiscuityReport {
  checkOptions("readPromiscuity", options, readOptions);
  const { wanted = [] } = options;
  for (let tries = 1; ; tries++) {
    const report = readOnce(wanted);
    if (tries === TRIES || !report.interfaces.some(isPuzzling)) return report;
  }
}

/**
 * Returns whether units are entirely unexplained. That is more often due to a change between two reads than to an
 * unknown holder.
 */
function isPuzzling({ holders }: InterfaceHolders): boolean {
  return holders.some((holder) => holder.kind === "unexplained" && holder.candidates.length === 0);
}

function readOnce(wanted: readonly number[]): PromiscuityReport {
  const table = readProcessTable();
  const discovery = discoverNamespaces(table);
  try {
    return describe(readAll(discovery.namespaces, wanted), table, discovery.leftOut);
  } finally {
    for (const { namespace } of discovery.namespaces) namespace[Symbol.dispose]();
  }
}

interface Snapshots {
  readonly snapshots: readonly NamespaceSnapshot[];
  /** Namespaces that this process may not enter. */
  readonly unreachable: number;
}

/** Reads all namespaces. A failure in one of them doesn't keep the others from being read. */
function readAll(discovered: readonly DiscoveredNamespace[], wanted: readonly number[]): Snapshots {
  const snapshots: NamespaceSnapshot[] = [];
  let unreachable = 0;
  let left = MOST_UNPRIVILEGED_LINKS;
  for (const each of discovered) {
    const links = each.isPrivileged ? MOST_LINKS.privileged : Math.min(MOST_LINKS.unprivileged, left);
    const isOwn = each === discovered[0];
    try {
      const snapshot = readNamespace(each, discovered, { links, wanted: isOwn ? wanted : [] });
      if (!each.isPrivileged) left -= snapshot.links.length;
      snapshots.push(snapshot);
    } catch (error) {
      if (error instanceof PromiscError && error.code === "privilege") unreachable++;
      else snapshots.push(unread(each, reasonOf(error)));
    }
  }
  return { snapshots, unreachable };
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

function describe(
  { snapshots, unreachable }: Snapshots,
  table: ProcessTable,
  leftOut: number,
): PromiscuityReport {
  const hidden = blindness(table, unreachable);
  const uppers = stackedLinks(snapshots);
  const sockets = new SocketDirectory(table, hidden);
  const interfaces: InterfaceHolders[] = [];
  const capturing: CapturingSocket[] = [];
  const incomplete: IncompleteSight[] = [];
  for (const snapshot of snapshots) {
    const netns = describeNamespace(snapshot, snapshot === snapshots[0]);
    const links = new Map(snapshot.links.map((link) => [link.index, link]));
    for (const link of snapshot.links) {
      const evidence = gatherEvidence(snapshot, links, link, uppers);
      interfaces.push({ netns, ...describeInterface(evidence, sockets, hidden) });
    }
    capturing.push(...capturingSockets(snapshot, links, netns, sockets));
    if (snapshot.incomplete !== undefined)
      incomplete.push(describeSight(netns, snapshot, snapshot.incomplete));
  }
  if (leftOut > 0)
    incomplete.push({
      reason: `${counted(leftOut, "more network namespace was", "more network namespaces were")} left out`,
    });
  return {
    interfaces,
    capturing,
    ...(hidden ? { hidden, unseen: hidden } : {}),
    ...(incomplete.length > 0 ? { incomplete } : {}),
  };
}

/** The most processes that are read to find one that still exists. */
const MOST_ASKED = 20;

function describeSight(netns: NamespaceFacts, { pids }: NamespaceSnapshot, reason: string): IncompleteSight {
  const processes = pids
    .slice(0, MOST_ASKED)
    .map((pid) => readProcess(pid))
    .filter(({ started }) => started !== undefined)
    .sort((a, b) => ((a.started ?? "") < (b.started ?? "") ? -1 : 1));
  const [process] = processes;
  return { netns, reason, ...present({ process }) };
}

function blindness({ hidden, isPartial }: ProcessTable, unreachable: number): Blindness | undefined {
  const reasons = [
    ...(hidden.length > 0
      ? [
          `${counted(hidden.length, "process hides its", "processes hide their")} sockets and namespaces from this user`,
        ]
      : []),
    ...(isPartial ? ["/proc leaves out processes of other users"] : []),
    ...(unreachable > 0 ? [`${counted(unreachable, "network namespace")} can't be entered`] : []),
  ];
  if (reasons.length === 0) return undefined;
  return {
    reason: reasons.join(", and "),
    remedy: remedyForBlindness(),
  };
}

/** Returns how to see what is hidden. Root isn't advised to become root, but which capability or namespace it lacks. */
function remedyForBlindness(): string {
  if (process.getuid?.() !== 0) return "run it with sudo";
  if (!inInitialUserNamespace())
    return "run it as root outside this user namespace: here, root has capabilities over this namespace only";
  const missing = missingForInspection();
  if (missing.length === 0)
    return "a security module (AppArmor, SELinux) or the way /proc is mounted keeps it even from root";
  return `this process lacks ${missing.join(", ")} (${containerRemedy(missing)})`;
}

function describeNamespace({ inode, names, pids }: NamespaceSnapshot, own: boolean): NamespaceFacts {
  return { inode, names, own, processes: pids.length };
}

function describeInterface(
  evidence: Evidence,
  sockets: SocketDirectory,
  hidden: Blindness | undefined,
): Omit<InterfaceHolders, "netns"> {
  const { link } = evidence;
  const holders = (counter: "promiscuity" | "allmulti"): Holder[] =>
    link[counter] ? accountFor(link[counter], claimsOn(evidence, counter, sockets.holder), hidden) : [];
  return {
    ifindex: link.index,
    ifname: link.name ?? "",
    ...describePromiscuity(link),
    holders: holders("promiscuity"),
    allmultiHolders: holders("allmulti"),
  };
}

function capturingSockets(
  { sockets }: NamespaceSnapshot,
  links: ReadonlyMap<number, Link>,
  netns: NamespaceFacts,
  directory: SocketDirectory,
): CapturingSocket[] {
  return sockets
    .filter(({ protocol, memberships }) => protocol !== 0 && !memberships?.some(isPromiscuous))
    .map((socket) => {
      const ifname = links.get(socket.info?.index ?? 0)?.name;
      return {
        netns,
        socket: socketFacts(socket),
        ...present({ ifname }),
        processes: directory.processes(socket),
      };
    });
}

function isPromiscuous({ type }: { type: number }): boolean {
  return type === PACKET_MR_PROMISC;
}

/** Finds the processes of sockets, and describes each of them once. */
class SocketDirectory {
  readonly #hidden: Blindness | undefined;
  readonly #described = new Map<number, ProcessDetails>();
  #table: ProcessTable;
  #isFresh = false;

  constructor(table: ProcessTable, hidden: Blindness | undefined) {
    this.#table = table;
    this.#hidden = hidden;
  }

  readonly holder = (socket: PacketSocket, units: number): Holder => {
    const processes = this.processes(socket);
    if (processes.length === 0 && this.#hidden)
      return { kind: "hidden", units, ...this.#hidden, socket: socketFacts(socket) };
    return { kind: "socket", units, socket: socketFacts(socket), processes };
  };

  processes({ inode }: PacketSocket): ProcessDetails[] {
    // The socket may have been opened after the table was read.
    if (!this.#table.bySocket.has(inode) && !this.#isFresh) {
      this.#table = readProcessTable();
      this.#isFresh = true;
    }
    const pids = new Set(this.#table.bySocket.get(inode)?.map(({ pid }) => pid));
    return [...pids].map((pid) => this.#describe(pid));
  }

  #describe(pid: number): ProcessDetails {
    const details = this.#described.get(pid) ?? readProcess(pid);
    this.#described.set(pid, details);
    return details;
  }
}

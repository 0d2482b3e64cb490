import { checkOptions, type OptionKinds } from "../../check-options.js";
import { counted } from "../../counted.js";
import { containerRemedy } from "../../linux/ffi/capability-remedy.js";
import { missingForInspection } from "../../linux/privilege/inspection-privilege.js";
import { inInitialUserNamespace } from "../../linux/process/own-namespaces.js";
import { readProcess } from "../../linux/process/process-details.js";
import type { ProcessTable } from "../../linux/process/process-table.js";
import { present } from "../../present.js";
import { PACKET_MR_PROMISC } from "../../wire/kernel/packet-mreq.js";
import type { Link } from "../../wire/kernel/rtnetlink/link.js";
import { describePromiscuity } from "../promiscuity.js";
import { accountFor, type Blindness } from "./accounting.js";
import { claimsOn, type DescribeSocket, type Evidence, gatherEvidence } from "./claims.js";
import { socketFacts } from "./facts.js";
import type { Holder } from "./holder.js";
import { type Machine, readMachine } from "./machine.js";
import type { NamespaceFacts } from "./namespace-facts.js";
import type { CapturingSocket, IncompleteSight, InterfaceHolders, PromiscuityReport } from "./report.js";
import type { NamespaceSnapshot } from "./snapshot.js";
import { SocketDirectory } from "./socket-directory.js";
import { stackedLinks } from "./stacked-links.js";

/** How many times the tables are read if they don't match, because something changed between two reads. */
const TRIES = 3;

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
  return readUntilExplained(() => {
    const machine = readMachine({ wanted });
    return reportHolders(machine, new SocketDirectory(machine.table));
  });
}

/** Reads a report again if it contains holders that are entirely unexplained, but not without end. */
export function readUntilExplained<Report extends PromiscuityReport>(read: () => Report): Report {
  for (let tries = 1; ; tries++) {
    const report = read();
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

/** Reports the holders on a machine. */
export function reportHolders(
  { snapshots, table, unreachable, leftOut }: Machine<unknown>,
  directory: SocketDirectory,
): PromiscuityReport {
  const hidden = blindness(table, unreachable);
  const uppers = stackedLinks(snapshots);
  const describeSocket = socketDescriber(directory, hidden);
  const interfaces: InterfaceHolders[] = [];
  const capturing: CapturingSocket[] = [];
  const incomplete: IncompleteSight[] = [];
  for (const snapshot of snapshots) {
    const netns = describeNamespace(snapshot, snapshot === snapshots[0]);
    const links = new Map(snapshot.links.map((link) => [link.index, link]));
    for (const link of snapshot.links) {
      const evidence = gatherEvidence(snapshot, links, link, uppers);
      interfaces.push({ netns, ...describeInterface(evidence, describeSocket, hidden) });
    }
    capturing.push(...capturingSockets(snapshot, links, netns, directory));
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
export function remedyForBlindness(): string {
  if (process.getuid?.() !== 0) return "run it with sudo";
  if (!inInitialUserNamespace())
    return "run it as root outside this user namespace: here, root has capabilities over this namespace only";
  const missing = missingForInspection();
  if (missing.length === 0)
    return "a security module (AppArmor, SELinux) or the way /proc is mounted keeps it even from root";
  return `this process lacks ${missing.join(", ")} (${containerRemedy(missing)})`;
}

/** Describes a network namespace for a report. */
export function describeNamespace({ inode, names, pids }: NamespaceSnapshot, own: boolean): NamespaceFacts {
  return { inode, names, own, processes: pids.length };
}

function describeInterface(
  evidence: Evidence,
  describeSocket: DescribeSocket,
  hidden: Blindness | undefined,
): Omit<InterfaceHolders, "netns"> {
  const { link } = evidence;
  const holders = (counter: "promiscuity" | "allmulti"): Holder[] =>
    link[counter] ? accountFor(link[counter], claimsOn(evidence, counter, describeSocket), hidden) : [];
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

function socketDescriber(directory: SocketDirectory, hidden: Blindness | undefined): DescribeSocket {
  return (socket, units) => {
    const processes = directory.processes(socket);
    if (processes.length === 0 && hidden)
      return { kind: "hidden", units, ...hidden, socket: socketFacts(socket) };
    return { kind: "socket", units, socket: socketFacts(socket), processes };
  };
}

import type { Unseen } from "../../linux/netlink/unseen.js";
import { present } from "../../present.js";
import type { NamespaceFacts } from "../holders/namespace-facts.js";
import type { NotLookedAt } from "./listener.js";

/** What promisc doesn't examine on any machine. docs/listeners.md has the same list. */
const never: readonly (readonly [what: string, reason: string])[] = [
  [
    "programs that trace the kernel or system calls",
    "kprobes, fentry and tracepoints can read packets without being attached to an interface",
  ],
  [
    "programs of control groups, sockets and routes",
    "they get the packets of some processes or routes, not those of an interface",
  ],
  ["the readers of psample groups", "the kernel doesn't say who joined a group of generic netlink"],
  ["logs and traces of netfilter", "LOG and AUDIT rules log headers, and nft monitor trace shows them"],
  ["Open vSwitch", "its datapath passes packets to its daemon by a protocol of its own"],
  ["devices that programs drive themselves", "with VFIO, DPDK or RDMA no packet passes the kernel"],
  ["hardware", "network cards and switches can mirror frames without the kernel"],
  ["processes outside of the PID namespace that /proc shows", "they have no number here"],
];

/** Returns what promisc doesn't examine on any machine. */
export function neverLookedAt(): NotLookedAt[] {
  return never.map(([what, reason]) => ({ what, why: "never", reason }));
}

/** Collects what couldn't be examined. What is alike in several network namespaces becomes one entry. */
export class NotLookedAtList {
  readonly #entries = new Map<string, { unseen: Unseen; namespaces: NamespaceFacts[] }>();

  /** Adds an entry about a network namespace, or without one about the whole machine. */
  add(unseen: Unseen, netns?: NamespaceFacts): void {
    const { what, why, remedy } = unseen;
    // An error's message begins with what was tried, which is said already.
    const reason = unseen.reason.replace(/^cannot [^:]*: /, "");
    const key = JSON.stringify([what, why, reason, remedy, netns === undefined]);
    const entry = this.#entries.get(key) ?? { unseen: { ...unseen, reason }, namespaces: [] };
    this.#entries.set(key, entry);
    if (netns && !entry.namespaces.some(({ inode }) => inode === netns.inode)) entry.namespaces.push(netns);
  }

  /** Returns the entries, in the order in which they were added. */
  entries(): NotLookedAt[] {
    return [...this.#entries.values()].map(({ unseen: { what, why, reason, remedy }, namespaces }) => ({
      what,
      why,
      reason,
      ...present({ remedy }),
      ...(namespaces.length > 0 ? { namespaces } : {}),
    }));
  }
}

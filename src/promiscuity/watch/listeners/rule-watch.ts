import { type ProcessTable, readProcessTable } from "../../../linux/process/process-table.js";
import type { NamespaceSnapshot } from "../../holders/snapshot.js";
import { SocketDirectory } from "../../holders/socket-directory.js";
import type { ListenerMachine } from "../../listeners/list.js";
import type { Listener, NotLookedAt } from "../../listeners/listener.js";
import { ListeningFiles, listMachine } from "../../listeners/read.js";
import { type ListenerTables, readTables } from "../../listeners/tables.js";
import type { ListenerReport } from "../event.js";
import type { WatchedNamespace } from "../watched-namespace.js";
import type { EventBudget } from "./event-budget.js";
import { followListeners, type KnownListeners, splitTapReaders } from "./follow-listeners.js";
import type { ListenerHost } from "./host.js";

/** How long the rules and filters of one namespace are read, in milliseconds. Nothing else is watched meanwhile. */
const LONGEST_MS = { privileged: 1000, unprivileged: 50 };

/** The most listeners that are kept of all namespaces together that any user can create. */
const MOST_UNPRIVILEGED = 20_000;

/**
 * Compares the programs and rules that get frames, and the readers of tap devices, with those before, and reports which
 * came and went.
 */
export class RuleWatch {
  readonly #host: ListenerHost;
  readonly #budget: EventBudget;
  readonly #onUnseen: (unseen: readonly NotLookedAt[]) => void;
  #known: KnownListeners = new Map();
  /** The namespaces that were there when the watch began and haven't been examined. What listens there isn't new. */
  readonly #unexamined: Set<number>;
  #hasBegun = false;

  /** @param onUnseen called after each look with what couldn't be examined */
  constructor(host: ListenerHost, budget: EventBudget, onUnseen: (unseen: readonly NotLookedAt[]) => void) {
    this.#host = host;
    this.#budget = budget;
    this.#onUnseen = onUnseen;
    this.#unexamined = new Set(host.namespaces.map(({ inode }) => inode));
  }

  /** The number of listeners at the last look. */
  get count(): number {
    return this.#known.size;
  }

  /** Examines the machine; each network namespace is a step. */
  *poll(): Generator<void> {
    const files = new ListeningFiles();
    const table = readProcessTable({ onFile: files.add });
    yield;
    const { namespaces } = this.#host;
    const more = new Map<number, ListenerTables>();
    let room = MOST_UNPRIVILEGED;
    for (const watched of namespaces) {
      if (!watched.isPrivileged && room <= 0) break;
      const tables = this.#host.examine(watched, readRules);
      if (tables && !watched.isPrivileged) room -= countOf(tables);
      if (tables) more.set(watched.inode, tables);
      yield;
    }
    const snapshots = namespaces.map((watched) => snapshotOf(watched, table));
    this.#compare({ snapshots, more, table }, files);
  }

  #compare(machine: Rules, files: ListeningFiles): void {
    const { table } = machine;
    const { listeners, notLookedAt } = listMachine(machine, files, new SocketDirectory(table));
    const unseen = notLookedAt.entries();
    const privileged = new Map(this.#host.namespaces.map(({ inode, isPrivileged }) => [inode, isPrivileged]));
    const isWhole = !unseen.some(({ namespaces, why }) => !namespaces && isPart(why));
    const isGone = ({ netns }: Listener): boolean => {
      if (netns === undefined) return isWhole;
      if (!privileged.has(netns.inode)) return true;
      const tables = machine.more.get(netns.inode);
      return isWhole && tables !== undefined && !tables.unseen.some(({ why }) => isPart(why));
    };
    const { known, came, went } = followListeners(this.#known, splitTapReaders(listeners), isGone);
    this.#known = known;
    const report = (event: ListenerReport["event"], listener: Listener): void => {
      const isPrivileged = !listener.netns || privileged.get(listener.netns.inode);
      if (isPrivileged || this.#budget.take()) this.#host.report({ event, listener, evidence: "poll" });
    };
    for (const listener of went) report("listener-went", listener);
    for (const listener of came)
      if (listener.netns ? !this.#unexamined.has(listener.netns.inode) : this.#hasBegun)
        report("listener-came", listener);
    for (const inode of machine.more.keys()) this.#unexamined.delete(inode);
    this.#hasBegun = true;
    this.#onUnseen(unseen);
  }
}

interface Rules extends ListenerMachine {
  readonly table: ProcessTable;
}

function readRules({ namespace, links, isPrivileged }: WatchedNamespace): ListenerTables {
  const time = LONGEST_MS[isPrivileged ? "privileged" : "unprivileged"];
  return namespace.enter(() => readTables({ links: [...links.values()] }, time, "rules"));
}

/** Returns what the watch knows of a namespace, without its sockets. */
function snapshotOf(
  { inode, facts, links }: WatchedNamespace,
  { byNamespace }: ProcessTable,
): NamespaceSnapshot {
  return {
    inode,
    names: facts.names,
    pids: byNamespace.get(inode) ?? [],
    links: [...links.values()],
    unicastAddresses: new Map(),
    sockets: [],
    peers: new Map(),
  };
}

function countOf({ trafficFilters, attachedPrograms, rules, readers }: ListenerTables): number {
  return trafficFilters.length + attachedPrograms.length + rules.length + readers.length;
}

/** Returns whether only a part of something may have been read, so that what is missing may still be there. */
function isPart(why: NotLookedAt["why"]): boolean {
  return why === "incomplete" || why === "refused";
}

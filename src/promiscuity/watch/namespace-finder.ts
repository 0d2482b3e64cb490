import { readFileSync } from "node:fs";
import {
  boundNamespaces,
  type DiscoveredNamespace,
  discoverNamespaces,
} from "../../linux/discover-namespaces.js";
import { readProcessNamespaces, readProcessTable } from "../../linux/process-table.js";

/** How often it is looked for namespaces that came or went, in milliseconds. The kernel has no event for that. */
const INTERVAL_MS = 500;

/** How often it is looked whether a socket still keeps a namespace alive: that means to read all of /proc. */
const SOCKET_INTERVAL_MS = 10_000;

/** Finds the network namespaces that appear, and those that nothing but the watching keeps alive. */
export class NamespaceFinder implements Disposable {
  readonly #timer: NodeJS.Timeout;
  readonly #known = new Set<number>();
  /** Of the known ones, those that had neither a process nor a name when they were last looked for. */
  #bySocket = new Set<number>();
  #checkSocketsAt = 0;
  readonly #onChange: (appeared: DiscoveredNamespace[], vanished: number[]) => void;
  #newest = "";

  /** @param onChange is to dispose of the namespaces that it is given */
  constructor(onChange: (appeared: DiscoveredNamespace[], vanished: number[]) => void) {
    this.#onChange = onChange;
    this.#timer = setInterval(() => this.#lookIfBusy(), INTERVAL_MS);
    this.#report(discoverNamespaces(readProcessTable()), []);
  }

  /** Looks at once: something happened that namespaces come and go with. */
  look(): void {
    const processes = readProcessNamespaces();
    const present = new Set([...processes.keys(), ...boundNamespaces()]);
    const isNew = [...present].some((inode) => !this.#known.has(inode));
    const isDue = this.#bySocket.size > 0 && performance.now() >= this.#checkSocketsAt;
    const missing = [...this.#known].filter(
      (inode) => !present.has(inode) && (isDue || !this.#bySocket.has(inode)),
    );
    if (!isNew && missing.length === 0) return;
    // A socket alone may keep a missing one alive: only a look at all sockets tells.
    const table =
      missing.length > 0 ? readProcessTable() : { byNamespace: processes, bySocket: new Map(), hidden: [] };
    const discovered = discoverNamespaces(table);
    const found = new Set(discovered.map(({ namespace }) => namespace.inode));
    if (missing.length > 0) {
      this.#bySocket = new Set([...found].filter((inode) => !present.has(inode)));
      this.#checkSocketsAt = performance.now() + SOCKET_INTERVAL_MS;
    }
    this.#report(
      discovered,
      missing.filter((inode) => !found.has(inode)),
    );
  }

  #report(discovered: readonly DiscoveredNamespace[], vanished: readonly number[]): void {
    const appeared: DiscoveredNamespace[] = [];
    for (const each of discovered) {
      if (this.#known.has(each.namespace.inode)) each.namespace[Symbol.dispose]();
      else appeared.push(each);
      this.#known.add(each.namespace.inode);
    }
    for (const inode of vanished) this.#known.delete(inode);
    if (appeared.length > 0 || vanished.length > 0) this.#onChange(appeared, [...vanished]);
  }

  /** Without a new process nobody makes a namespace, except one that runs on and makes another for itself: seldom. */
  #lookIfBusy(): void {
    // proc(5): its last field is the number of the newest process. /proc/stat counts them too, and costs ten times as much.
    const newest = readFileSync("/proc/loadavg", "latin1").split(" ").at(-1) ?? "";
    if (newest === this.#newest) return;
    this.#newest = newest;
    this.look();
  }

  [Symbol.dispose](): void {
    clearInterval(this.#timer);
  }
}

import {
  boundNamespaces,
  type DiscoveredNamespace,
  discoverNamespaces,
} from "../../linux/namespace/discover-namespaces.js";
import { newestProcess } from "../../linux/process/process-list.js";
import { readProcessNamespaces, readProcessTable } from "../../linux/process/process-table.js";

/** How often it is looked for namespaces that came or went, in milliseconds. The kernel has no event for that. */
const INTERVAL_MS = 500;

/** How often it is looked whether a socket still keeps a namespace alive: that means to read all of /proc. */
const SOCKET_INTERVAL_MS = 10_000;

/** After a look, so many times as long as it took passes before the next: who makes namespaces all day mustn't cost more. */
const PAUSE = 4;

/** What came and went since it was last looked. */
export interface FoundNamespaces {
  /** To be disposed of by whoever gets them. */
  readonly appeared: readonly DiscoveredNamespace[];
  /** Inode numbers. */
  readonly vanished: readonly number[];
  /** How many there are that are not among those that were found. */
  readonly leftOut: number;
}

export interface NamespaceListener {
  /** @returns the inode numbers of those that appeared and couldn't be taken: they appear again at the next look */
  onFound(found: FoundNamespaces): readonly number[];
  /** Looking failed, and is tried again. */
  onFailure(error: unknown): void;
  /** How many more namespaces may be found of those that any user can make. */
  readonly room: number;
}

/** Finds the network namespaces that appear, and those that nothing but the watching keeps alive. */
export class NamespaceFinder implements Disposable {
  readonly #timer: NodeJS.Timeout;
  readonly #known = new Set<number>();
  /** Of the known ones, those that had neither a process nor a name when they were last looked for. */
  #bySocket = new Set<number>();
  #checkSocketsAt = 0;
  readonly #listener: NamespaceListener;
  #newest: number | undefined;
  #leftOut = 0;
  #notBefore = 0;
  #later: NodeJS.Timeout | undefined;

  /** Looks at once, and then again and again. */
  constructor(listener: NamespaceListener) {
    this.#listener = listener;
    this.#look();
    this.#timer = setInterval(() => this.#lookIfBusy(), INTERVAL_MS);
  }

  /** Looks soon: something happened that namespaces come and go with. */
  look(): void {
    const wait = this.#notBefore - performance.now();
    if (wait <= 0) this.#look();
    else
      this.#later ??= setTimeout(() => {
        this.#later = undefined;
        this.#look();
      }, wait);
  }

  #look(): void {
    const start = performance.now();
    try {
      this.#compare();
    } catch (error) {
      this.#listener.onFailure(error);
    }
    const end = performance.now();
    this.#notBefore = end + PAUSE * (end - start);
  }

  #compare(): void {
    const processes = readProcessNamespaces();
    const present = new Set([...processes.keys(), ...boundNamespaces()]);
    const isFirst = this.#known.size === 0;
    const isNew = [...present].some((inode) => !this.#known.has(inode));
    const isDue = this.#bySocket.size > 0 && performance.now() >= this.#checkSocketsAt;
    const missing = [...this.#known].filter(
      (inode) => !present.has(inode) && (isDue || !this.#bySocket.has(inode)),
    );
    if (!isNew && missing.length === 0 && this.#leftOut === 0) return;
    // A socket alone may keep a missing one alive: only a look at all sockets tells.
    const needsSockets = isFirst || missing.length > 0;
    const table = needsSockets
      ? readProcessTable()
      : { byNamespace: processes, bySocket: new Map(), hidden: [] };
    const discovery = discoverNamespaces(table, {
      known: this.#known,
      mostUnprivileged: this.#listener.room,
    });
    const vanished = missing.filter((inode) => !discovery.present.has(inode));
    for (const { namespace } of discovery.namespaces) this.#known.add(namespace.inode);
    for (const inode of vanished) this.#known.delete(inode);
    if (needsSockets) {
      this.#bySocket = new Set([...this.#known].filter((inode) => !present.has(inode)));
      this.#checkSocketsAt = performance.now() + SOCKET_INTERVAL_MS;
    }
    const { namespaces: appeared, leftOut } = discovery;
    const untaken = this.#listener.onFound({ appeared, vanished, leftOut });
    for (const inode of untaken) this.#known.delete(inode);
    this.#leftOut = leftOut + untaken.length;
  }

  /**
   * Without a new process nobody makes a namespace, except one that runs on and makes another for itself: seldom. What was
   * left out is tried again now and then in any case.
   */
  #lookIfBusy(): void {
    const newest = newestProcess();
    const isOverdue = this.#leftOut > 0 && performance.now() >= this.#notBefore + SOCKET_INTERVAL_MS;
    if (newest !== undefined && newest === this.#newest && !isOverdue) return;
    this.#newest = newest;
    this.look();
  }

  [Symbol.dispose](): void {
    clearInterval(this.#timer);
    clearTimeout(this.#later);
  }
}

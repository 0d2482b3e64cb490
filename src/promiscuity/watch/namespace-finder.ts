import {
  boundNamespaces,
  type DiscoveredNamespace,
  discoverNamespaces,
} from "../../linux/namespace/discover-namespaces.js";
import { newestProcess } from "../../linux/process/process-list.js";
import { readProcessNamespaces, readProcessTable } from "../../linux/process/process-table.js";

/** How often to look for namespaces that came or went, in milliseconds. The kernel has no event for this. */
const INTERVAL_MS = 500;

/**
 * How often to check whether a socket still keeps a namespace alive, in milliseconds. This requires reading all of
 * /proc.
 */
const SOCKET_INTERVAL_MS = 10_000;

/**
 * The pause after a look, as a multiple of its duration, so that a user who creates namespaces all day doesn't cost
 * more.
 */
const PAUSE = 4;

/** The namespaces that came or went since the last look. */
export interface FoundNamespaces {
  /** The new namespaces. The receiver must dispose of them. */
  readonly appeared: readonly DiscoveredNamespace[];
  /** The inode numbers of the namespaces that are gone. */
  readonly vanished: readonly number[];
  /** How many namespaces exist that were not opened. */
  readonly leftOut: number;
}

/** Receives what a {@link NamespaceFinder} finds. */
export interface NamespaceListener {
  /**
   * Called when namespaces came or went.
   * @returns the inode numbers of the new namespaces that couldn't be watched, which are reported again at the next
   *   look
   */
  onFound(found: FoundNamespaces): readonly number[];
  /** Called when a look failed. The finder tries again. */
  onFailure(error: unknown): void;
  /** How many more namespaces that any user can create may be opened. */
  readonly room: number;
}

/** Finds network namespaces that appear, and those that only the watch itself still keeps alive. */
export class NamespaceFinder implements Disposable {
  readonly #timer: NodeJS.Timeout;
  readonly #known = new Set<number>();
  /** The known namespaces that had neither a process nor a name at the last look. */
  #bySocket = new Set<number>();
  #checkSocketsAt = 0;
  readonly #listener: NamespaceListener;
  #newest: number | undefined;
  #leftOut = 0;
  #notBefore = 0;
  #later: NodeJS.Timeout | undefined;

  /** Looks at once, and then at intervals. */
  constructor(listener: NamespaceListener) {
    this.#listener = listener;
    this.#look();
    this.#timer = setInterval(() => this.#lookIfBusy(), INTERVAL_MS);
  }

  /** Looks as soon as the pause allows, because something happened that suggests a new or a vanished namespace. */
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
    // A missing namespace may be kept alive by a socket alone, which only a look at all sockets can show.
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
   * Looks if there is a new process. Without one, a namespace can only come from a process that creates another one for
   * itself, which is rare. Namespaces that were left out are tried again at intervals in any case.
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

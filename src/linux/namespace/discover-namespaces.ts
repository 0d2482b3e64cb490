import { AF_NETLINK } from "../../wire/kernel/address-family.js";
import { EMFILE, ENFILE, ENOMEM } from "../ffi/errno.js";
import * as libc from "../ffi/libc.js";
import { ForeignDescriptors } from "../process/foreign-descriptors.js";
import type { DescriptorOwner, ProcessTable } from "../process/process-table.js";
import { ownSocketFamily } from "../process/socket-family.js";
import { bindDirectories, namesIn } from "./named-namespaces.js";
import { NetworkNamespace, namespaceOf, OWN_NAMESPACE } from "./network-namespace.js";

// linux/sockios.h
const SIOCGSKNS = 0x894c;

/** A network namespace, and how it was found. */
export interface DiscoveredNamespace {
  readonly namespace: NetworkNamespace;
  /** Whether its creator was privileged: see {@link NetworkNamespace.isPrivileged}. */
  readonly isPrivileged: boolean;
  /** Its names in the directories where namespaces are bound. */
  readonly names: string[];
  /** The processes in it; empty if only a name or a socket keeps it alive. */
  readonly pids: readonly number[];
}

export interface Discovery {
  /** The namespaces, the caller's own first unless it was already known. */
  readonly namespaces: DiscoveredNamespace[];
  /** The inode numbers of all namespaces that exist, as far as this process can see. */
  readonly present: ReadonlySet<number>;
  /** How many were left out, because there are too many or no more files can be opened. */
  readonly leftOut: number;
}

/**
 * The most namespaces that are opened of those that any user can create. Namespaces that only root can create are not
 * counted, so they can't be crowded out.
 */
export const MOST_UNPRIVILEGED = 2048;

export interface DiscoveryOptions {
  /** Inode numbers of the namespaces that the caller has open already, which are not returned again. */
  readonly known?: ReadonlySet<number>;
  /** The most namespaces to return of those that any user can create. */
  readonly mostUnprivileged?: number;
}

/**
 * Opens every network namespace that this process can reach: its own first, then those of processes, those that are
 * bound to a name, and those that only a socket keeps alive. The caller must dispose of them.
 */
export function discoverNamespaces(
  table: ProcessTable,
  { known = new Set(), mostUnprivileged = MOST_UNPRIVILEGED }: DiscoveryOptions = {},
): Discovery {
  const found = new Map<number, DiscoveredNamespace>();
  const present = new Set<number>(table.byNamespace.keys());
  const leftOut = new Set<number>();
  let unopened = 0;
  let unprivileged = 0;
  const add = (namespace: NetworkNamespace, name?: string): void => {
    const { inode } = namespace;
    present.add(inode);
    const isNew = !found.has(inode) && !known.has(inode);
    // Only root can bind a namespace to a name.
    const isPrivileged = isNew && (name !== undefined || namespace.isPrivileged);
    if (!isNew || (!isPrivileged && unprivileged >= mostUnprivileged)) {
      namespace[Symbol.dispose]();
      if (isNew) leftOut.add(inode);
    } else {
      if (!isPrivileged) unprivileged++;
      found.set(inode, { namespace, isPrivileged, names: [], pids: table.byNamespace.get(inode) ?? [] });
      leftOut.delete(inode);
    }
    if (name !== undefined) found.get(inode)?.names.push(name);
  };
  const addFirst = (paths: readonly string[], name?: string): void => {
    const namespace = firstThatOpens(paths);
    if (namespace === "unopened") unopened++;
    else if (namespace) add(namespace, name);
  };
  addFirst([OWN_NAMESPACE]);
  for (const [inode, pids] of table.byNamespace) if (!known.has(inode)) addFirst(pids.map(namespaceOf));
  for (const directory of bindDirectories)
    for (const name of namesIn(directory)) addFirst([`${directory}/${name}`], name);
  for (const namespace of namespacesOfSockets(table))
    if (namespace === "unopened") unopened++;
    else add(namespace);
  return { namespaces: [...found.values()], present, leftOut: leftOut.size + unopened };
}

/** Returns the inode numbers of the namespaces that are bound to names. */
export function boundNamespaces(): number[] {
  return bindDirectories.flatMap((directory) =>
    namesIn(directory).flatMap((name) => {
      const namespace = firstThatOpens([`${directory}/${name}`]);
      if (namespace === undefined || namespace === "unopened") return [];
      using _ = namespace;
      return namespace.inode;
    }),
  );
}

/**
 * Opens the first path that can be opened: a process may end, and a name be removed, at any moment. Returns `unopened`
 * if a namespace is there but no more files can be opened.
 */
function firstThatOpens(paths: readonly string[]): NetworkNamespace | "unopened" | undefined {
  for (const path of paths) {
    try {
      return NetworkNamespace.open(path);
    } catch (error) {
      if (lacksRoom(error)) return "unopened";
      // Try the next path, which may still exist.
    }
  }
  return undefined;
}

/** The errors when no more files can be opened, by this process or on the whole machine. */
const noRoom: ReadonlySet<number> = new Set([EMFILE, ENFILE, ENOMEM]);

function lacksRoom(error: unknown): boolean {
  const { errno } = error as NodeJS.ErrnoException;
  return errno !== undefined && noRoom.has(-errno);
}

/** Yields the namespace of each socket that a process has open. Needs CAP_SYS_PTRACE over the process. */
function* namespacesOfSockets(table: ProcessTable): Generator<NetworkNamespace | "unopened"> {
  const byProcess = new Map<number, DescriptorOwner[]>();
  for (const [owner] of table.bySocket.values()) {
    if (!owner) continue;
    const ofProcess = byProcess.get(owner.pid);
    if (ofProcess) ofProcess.push(owner);
    else byProcess.set(owner.pid, [owner]);
  }
  for (const [pid, owners] of byProcess) {
    using descriptors = ForeignDescriptors.of(pid);
    if (!descriptors) {
      if (noRoom.has(libc.errno())) yield "unopened";
      continue;
    }
    for (const { fd } of owners) {
      const namespace = namespaceOfSocket(descriptors, fd);
      if (namespace) yield namespace;
    }
  }
}

function namespaceOfSocket(
  descriptors: ForeignDescriptors,
  fd: number,
): NetworkNamespace | "unopened" | undefined {
  using socket = descriptors.duplicate(fd);
  if (!socket) return noRoom.has(libc.errno()) ? "unopened" : undefined;
  // Programs use netlink sockets to look at a namespace, and two programs that watch would keep one alive for each other.
  if (ownSocketFamily(socket.number) === AF_NETLINK) return undefined;
  const namespace = libc.ioctl(socket.number, SIOCGSKNS, null);
  if (namespace >= 0) return new NetworkNamespace(namespace);
  return noRoom.has(libc.errno()) ? "unopened" : undefined;
}

import { closeSync } from "node:fs";
import { AF_NETLINK } from "../../wire/kernel/address-family.js";
import { EMFILE, ENFILE, ENOMEM } from "../ffi/errno.js";
import * as libc from "../ffi/libc.js";
import { SO_DOMAIN, SOL_SOCKET } from "../ffi/socket-constants.js";
import type { DescriptorOwner, ProcessTable } from "../process/process-table.js";
import { bindDirectories, namesIn } from "./named-namespaces.js";
import { NetworkNamespace, namespaceOf, OWN_NAMESPACE } from "./network-namespace.js";

// asm-generic/unistd.h: the same numbers on all architectures
const SYS_PIDFD_OPEN = 434;
const SYS_PIDFD_GETFD = 438;
// linux/sockios.h
const SIOCGSKNS = 0x894c;

/** A network namespace, and how it was found. */
export interface DiscoveredNamespace {
  readonly namespace: NetworkNamespace;
  /** Whether who made it was privileged: see {@link NetworkNamespace.isPrivileged}. */
  readonly isPrivileged: boolean;
  /** Its names in the directories where namespaces are bound. */
  readonly names: string[];
  /** Processes in it; none if a name or a socket alone keeps it alive. */
  readonly pids: readonly number[];
}

export interface Discovery {
  /** The caller's own first, unless it was known before. */
  readonly namespaces: DiscoveredNamespace[];
  /** The inode numbers of all that exist, as far as that could be found out. */
  readonly present: ReadonlySet<number>;
  /** How many were left out: beyond the bound, or because no more files could be opened. */
  readonly leftOut: number;
}

/**
 * How many network namespaces are looked into of those that any user can make. Nobody can make so many that one which only
 * root can make is left out for them.
 */
export const MOST_UNPRIVILEGED = 2048;

export interface DiscoveryOptions {
  /** Inode numbers of those that the caller has open, and needn't get again. */
  readonly known?: ReadonlySet<number>;
  /** How many may be found of those that any user can make. */
  readonly mostUnprivileged?: number;
}

/**
 * Every network namespace that this process can reach: its own first, then those of processes, those that are bound to a
 * name, and those that only a socket keeps alive. The caller disposes of them.
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
    // Only root can bind one to a name.
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

/** The inode numbers of the namespaces that are bound to names. */
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

/** A process may end, and a name be removed, at any moment; `unopened` if it is there and no more files can be opened. */
function firstThatOpens(paths: readonly string[]): NetworkNamespace | "unopened" | undefined {
  for (const path of paths) {
    try {
      return NetworkNamespace.open(path);
    } catch (error) {
      if (lacksRoom(error)) return "unopened";
      // The next one may still be there.
    }
  }
  return undefined;
}

/** No more files can be opened, by this process or at all. */
const noRoom: ReadonlySet<number> = new Set([EMFILE, ENFILE, ENOMEM]);

function lacksRoom(error: unknown): boolean {
  const { errno } = error as NodeJS.ErrnoException;
  return errno !== undefined && noRoom.has(-errno);
}

/** The namespaces of all sockets that processes have open, each once a socket; needs CAP_SYS_PTRACE over the process. */
function* namespacesOfSockets(table: ProcessTable): Generator<NetworkNamespace | "unopened"> {
  const byProcess = new Map<number, DescriptorOwner[]>();
  for (const [owner] of table.bySocket.values()) {
    if (!owner) continue;
    const ofProcess = byProcess.get(owner.pid);
    if (ofProcess) ofProcess.push(owner);
    else byProcess.set(owner.pid, [owner]);
  }
  for (const [pid, owners] of byProcess) {
    const pidfd = libc.syscall(SYS_PIDFD_OPEN, pid, 0, 0);
    if (pidfd < 0) {
      if (noRoom.has(libc.errno())) yield "unopened";
      continue;
    }
    for (const { fd } of owners) {
      const namespace = namespaceOfSocket(pidfd, fd);
      if (namespace) yield namespace;
    }
    closeSync(pidfd);
  }
}

function namespaceOfSocket(pidfd: number, fd: number): NetworkNamespace | "unopened" | undefined {
  const socket = libc.syscall(SYS_PIDFD_GETFD, pidfd, fd, 0);
  if (socket < 0) return noRoom.has(libc.errno()) ? "unopened" : undefined;
  const namespace = isNetlink(socket) ? -1 : libc.ioctl(socket, SIOCGSKNS, null);
  const isUnopened = namespace < 0 && noRoom.has(libc.errno());
  closeSync(socket);
  if (isUnopened) return "unopened";
  return namespace < 0 ? undefined : new NetworkNamespace(namespace);
}

/** A netlink socket is there to look at a namespace: two that watch would keep one alive for each other. */
function isNetlink(socket: number): boolean {
  const domain = new Int32Array(1);
  libc.getsockopt(socket, SOL_SOCKET, SO_DOMAIN, domain, new Uint32Array([4]));
  return domain[0] === AF_NETLINK;
}

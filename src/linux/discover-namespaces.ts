import { closeSync, readdirSync } from "node:fs";
import { AF_NETLINK } from "./file-descriptor.js";
import * as libc from "./libc.js";
import { NetworkNamespace } from "./network-namespace.js";
import type { DescriptorOwner, ProcessTable } from "./process-table.js";

// asm-generic/unistd.h: the same numbers on all architectures
const SYS_PIDFD_OPEN = 434;
const SYS_PIDFD_GETFD = 438;
// linux/sockios.h
const SIOCGSKNS = 0x894c;
// asm-generic/socket.h
const SOL_SOCKET = 1;
const SO_DOMAIN = 39;

/** Where ip-netns(8) binds namespaces to their names. */
export const NETNS_RUN_DIR = "/run/netns";
/** … and where Docker does, too. */
export const bindDirectories = [NETNS_RUN_DIR, "/run/docker/netns"];

/** A network namespace, and how it was found. */
export interface DiscoveredNamespace {
  readonly namespace: NetworkNamespace;
  /** Its names in the directories where namespaces are bound. */
  readonly names: string[];
  /** Processes in it; none if a name or a socket alone keeps it alive. */
  readonly pids: readonly number[];
}

/**
 * Every network namespace that this process can reach: its own first, then those of processes, those that are bound to a
 * name, and those that only a socket keeps alive. The caller disposes of them.
 */
export function discoverNamespaces(table: ProcessTable): DiscoveredNamespace[] {
  const found = new Map<number, DiscoveredNamespace>();
  const add = (namespace: NetworkNamespace, name?: string): void => {
    const known = found.get(namespace.inode);
    if (known) namespace[Symbol.dispose]();
    else
      found.set(namespace.inode, {
        namespace,
        names: [],
        pids: table.byNamespace.get(namespace.inode) ?? [],
      });
    if (name !== undefined) found.get(namespace.inode)?.names.push(name);
  };
  add(NetworkNamespace.current());
  for (const pids of table.byNamespace.values()) {
    const namespace = firstThatOpens(pids.map((pid) => `/proc/${pid}/ns/net`));
    if (namespace) add(namespace);
  }
  for (const directory of bindDirectories)
    for (const name of namesIn(directory)) {
      const namespace = firstThatOpens([`${directory}/${name}`]);
      if (namespace) add(namespace, name);
    }
  for (const namespace of namespacesOfSockets(table)) add(namespace);
  return [...found.values()];
}

/** The inode numbers of the namespaces that are bound to names. */
export function boundNamespaces(): number[] {
  return bindDirectories.flatMap((directory) =>
    namesIn(directory).flatMap((name) => {
      using namespace = firstThatOpens([`${directory}/${name}`]);
      return namespace?.inode ?? [];
    }),
  );
}

function namesIn(directory: string): string[] {
  try {
    return readdirSync(directory);
  } catch {
    return [];
  }
}

/** A process may end, and a name be removed, at any moment. */
function firstThatOpens(paths: readonly string[]): NetworkNamespace | undefined {
  for (const path of paths) {
    try {
      return NetworkNamespace.open(path);
    } catch {
      // The next one may still be there.
    }
  }
  return undefined;
}

/** The namespaces of all sockets that processes have open, each once a socket; needs CAP_SYS_PTRACE over the process. */
function* namespacesOfSockets(table: ProcessTable): Generator<NetworkNamespace> {
  const byProcess = new Map<number, DescriptorOwner[]>();
  for (const [owner] of table.bySocket.values()) {
    if (!owner) continue;
    const ofProcess = byProcess.get(owner.pid);
    if (ofProcess) ofProcess.push(owner);
    else byProcess.set(owner.pid, [owner]);
  }
  for (const [pid, owners] of byProcess) {
    const pidfd = libc.syscall(SYS_PIDFD_OPEN, pid, 0, 0);
    if (pidfd < 0) continue;
    for (const { fd } of owners) {
      const namespace = namespaceOfSocket(pidfd, fd);
      if (namespace) yield namespace;
    }
    closeSync(pidfd);
  }
}

function namespaceOfSocket(pidfd: number, fd: number): NetworkNamespace | undefined {
  const socket = libc.syscall(SYS_PIDFD_GETFD, pidfd, fd, 0);
  if (socket < 0) return undefined;
  const namespace = isNetlink(socket) ? -1 : libc.ioctl(socket, SIOCGSKNS, null);
  closeSync(socket);
  return namespace < 0 ? undefined : new NetworkNamespace(namespace);
}

/** A netlink socket is there to look at a namespace: two that watch would keep one alive for each other. */
function isNetlink(socket: number): boolean {
  const domain = new Int32Array(1);
  libc.getsockopt(socket, SOL_SOCKET, SO_DOMAIN, domain, new Uint32Array([4]));
  return domain[0] === AF_NETLINK;
}

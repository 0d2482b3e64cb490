import { findKnownAccount } from "../../../linux/account/find-account.js";
import { findSocketOwners } from "../../../linux/process/find-socket-owners.js";
import { type ProcessDetails, readProcess } from "../../../linux/process/process-details.js";
import type { PacketSocket } from "../../../wire/kernel/sock-diag/packet.js";
import { socketFacts } from "../../holders/facts.js";
import type { Holder, SocketHolder } from "../../holders/holder.js";
import type { Owners } from "./sharers.js";

/**
 * The packet sockets of a namespace that hold something, by their inode numbers. Each is described when it is first
 * seen, because its processes may exit before the changes are reported.
 */
export type DescribedSockets = ReadonlyMap<number, SocketHolder>;

/**
 * Describes a namespace's open sockets.
 * @param before the former descriptions
 * @param processOf returns the process that was seen to ask for what a socket holds, if any
 * @returns the descriptions, and the processes found to have new sockets open; others may share them
 */
export function describeSockets(
  before: DescribedSockets,
  sockets: readonly PacketSocket[],
  processOf: (inode: number) => ProcessDetails | undefined,
): { sockets: DescribedSockets; owners: Owners } {
  const holding = sockets.filter(({ memberships }) => !memberships || memberships.length > 0);
  const unknown = holding.filter(({ inode }) => !before.has(inode) && !processOf(inode));
  const owners = findFirstOwners(unknown);
  const describe = (socket: PacketSocket): SocketHolder => {
    const known = before.get(socket.inode);
    if (known?.processes.length) return { ...known, socket: socketFacts(socket) };
    const traced = processOf(socket.inode);
    return describedBy(socket, traced ? [traced] : (owners.get(socket.inode) ?? []));
  };
  return { sockets: new Map(holding.map((socket) => [socket.inode, describe(socket)])), owners };
}

function describedBy(socket: PacketSocket, processes: readonly ProcessDetails[]): SocketHolder {
  return { kind: "socket", units: 1, socket: socketFacts(socket, findKnownAccount), processes };
}

/** Returns a socket as the holder of this many units. */
export function socketHolder(described: DescribedSockets, socket: PacketSocket, units: number): SocketHolder {
  const known = described.get(socket.inode) ?? describedBy(socket, []);
  return known.units === units ? known : { ...known, units };
}

/**
 * Looks for processes until one is found for each socket. A process is described as soon as it is found, because it may
 * exit at any moment.
 */
function findFirstOwners(sockets: readonly PacketSocket[]): Owners {
  const owners = new Map<number, ProcessDetails[]>();
  if (sockets.length === 0) return owners;
  const inodes = new Set(sockets.map(({ inode }) => inode));
  for (const found of findSocketOwners(inodes)) {
    for (const { inode, pid } of found) {
      const process = readProcess(pid, findKnownAccount);
      const known = owners.get(inode);
      if (known) known.push(process);
      else owners.set(inode, [process]);
    }
    if (owners.size === inodes.size) break;
  }
  return owners;
}

/**
 * Adds the processes that share a socket to its holder, or to those of its candidates that share one. Returns the same
 * object if there are none.
 */
export function withSharers<Each extends Holder>(holder: Each, sharers: Owners): Each {
  if (holder.kind === "unexplained") {
    const candidates = holder.candidates.map((each) => withSharers(each, sharers));
    return candidates.some((each, at) => each !== holder.candidates[at]) ? { ...holder, candidates } : holder;
  }
  if (holder.kind !== "socket") return holder;
  const { processes } = holder;
  const others = (sharers.get(holder.socket.inode) ?? []).filter(
    ({ pid }) => !processes.some((process) => process.pid === pid),
  );
  return others.length > 0 ? { ...holder, processes: [...processes, ...others] } : holder;
}

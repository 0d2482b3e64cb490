import { findKnownAccount } from "../../linux/account/find-account.js";
import { findSocketOwners } from "../../linux/process/find-socket-owners.js";
import { describeProcess, type ProcessDetails } from "../../linux/process/process-details.js";
import type { PacketSocket } from "../../wire/kernel/sock-diag/packet.js";
import type { Holder, SocketHolder } from "../holders/holder.js";
import { socketFacts } from "../holders/sockets.js";
import type { Sharers } from "./sharers.js";
import type { TracedCalls } from "./trace.js";

/** The packet sockets that hold something, described once each: their processes may end sooner than their traces. */
export class SocketCache {
  readonly #calls: TracedCalls;
  readonly #byNamespace = new Map<number, Map<number, SocketHolder>>();

  readonly #sharers: Sharers;

  /** @param sharers finds those who share a socket of which one process is known: they are added to the holders later */
  constructor(calls: TracedCalls, sharers: Sharers) {
    this.#calls = calls;
    this.#sharers = sharers;
  }

  /**
   * Learns a namespace's sockets as they are now, and forgets those that are closed.
   * @param isUrgent whether those who share one are looked for at once
   */
  update(netns: number, sockets: readonly PacketSocket[], isUrgent: boolean): void {
    const before = this.#byNamespace.get(netns);
    const holding = sockets.filter(({ memberships }) => !memberships || memberships.length > 0);
    const unknown = holding.filter(
      ({ inode }) => !before?.has(inode) && !this.#calls.processOf(netns, inode),
    );
    const owners = describeFirstOwners(unknown);
    for (const [inode, processes] of owners) this.#sharers.find(inode, processes, isUrgent);
    const now = new Map<number, SocketHolder>();
    for (const socket of holding) {
      const known = before?.get(socket.inode);
      now.set(
        socket.inode,
        known?.processes.length
          ? { ...known, socket: socketFacts(socket) }
          : this.#describe(netns, socket, owners),
      );
    }
    this.#byNamespace.set(netns, now);
  }

  holder(netns: number, socket: PacketSocket, units: number): Holder {
    const known = this.#byNamespace.get(netns)?.get(socket.inode) ?? this.#describe(netns, socket, new Map());
    return known.units === units ? known : { ...known, units };
  }

  forget(netns: number): void {
    this.#byNamespace.delete(netns);
  }

  #describe(netns: number, socket: PacketSocket, owners: Owners): SocketHolder {
    const traced = this.#calls.processOf(netns, socket.inode);
    const processes = traced ? [traced] : (owners.get(socket.inode) ?? []);
    return { kind: "socket", units: 1, socket: socketFacts(socket, findKnownAccount), processes };
  }
}

/** By a socket's inode number: processes that have it open. */
type Owners = ReadonlyMap<number, ProcessDetails[]>;

/** Looks for processes until each socket has one, which is described when it is found: it may be gone any moment. */
function describeFirstOwners(sockets: readonly PacketSocket[]): Owners {
  const owners = new Map<number, ProcessDetails[]>();
  if (sockets.length === 0) return owners;
  const inodes = new Set(sockets.map(({ inode }) => inode));
  for (const found of findSocketOwners(inodes)) {
    for (const { inode, pid } of found) {
      const process = describeProcess(pid, findKnownAccount);
      const known = owners.get(inode);
      if (known) known.push(process);
      else owners.set(inode, [process]);
    }
    if (owners.size === inodes.size) break;
  }
  return owners;
}

import { findKnownAccount } from "../../linux/account/find-account.js";
import { findSocketOwners } from "../../linux/find-socket-owners.js";
import { describeProcess } from "../../linux/process-details.js";
import type { PacketSocket } from "../../wire/sock-diag/packet.js";
import type { Holder, SocketHolder } from "../holders/holder.js";
import { socketFacts } from "../holders/sockets.js";
import type { TracedCalls } from "./trace.js";

/** The packet sockets that hold something, described once each: their processes may end sooner than their traces. */
export class SocketCache {
  readonly #calls: TracedCalls;
  readonly #byNamespace = new Map<number, Map<number, SocketHolder>>();

  constructor(calls: TracedCalls) {
    this.#calls = calls;
  }

  /** Learns a namespace's sockets as they are now, and forgets those that are closed. */
  update(netns: number, sockets: readonly PacketSocket[]): void {
    const before = this.#byNamespace.get(netns);
    const holding = sockets.filter(({ memberships }) => memberships?.length);
    const unknown = holding.filter(
      ({ inode }) => !before?.has(inode) && !this.#calls.processOf(netns, inode),
    );
    const owners =
      unknown.length > 0 ? findSocketOwners(new Set(unknown.map(({ inode }) => inode))) : new Map();
    const now = new Map<number, SocketHolder>();
    for (const socket of holding) {
      const known = before?.get(socket.inode);
      now.set(socket.inode, known?.processes.length ? known : this.#describe(netns, socket, owners));
    }
    this.#byNamespace.set(netns, now);
  }

  holder(netns: number, socket: PacketSocket): Holder {
    return this.#byNamespace.get(netns)?.get(socket.inode) ?? this.#describe(netns, socket, new Map());
  }

  forget(netns: number): void {
    this.#byNamespace.delete(netns);
  }

  #describe(netns: number, socket: PacketSocket, owners: ReadonlyMap<number, number>): SocketHolder {
    const traced = this.#calls.processOf(netns, socket.inode);
    const pid = owners.get(socket.inode);
    const process = traced ?? (pid === undefined ? undefined : describeProcess(pid, findKnownAccount));
    return {
      kind: "socket",
      units: 1,
      socket: socketFacts(socket, findKnownAccount),
      processes: process ? [process] : [],
    };
  }
}

import type { Instruction } from "../../wire/kernel/bpf/classic.js";
import {
  PACKET_SHOW_FANOUT,
  PACKET_SHOW_FILTER,
  PACKET_SHOW_RING_CFG,
  type PacketSocket,
  type PacketSocketFanout,
  type PacketSocketRing,
} from "../../wire/kernel/sock-diag/packet.js";
import { packetDiagConnection, readPacketSocketsPartly } from "./packet-diag.js";

/**
 * What PACKET_DIAG says about a socket's filter.
 *
 * - a classic BPF program
 * - `none-or-ebpf`: the socket has no filter, or an eBPF program, which PACKET_DIAG doesn't show
 * - `not-permitted`: the kernel shows filters only to CAP_NET_ADMIN in the namespace
 * - `not-listed`: the kernel's list ended before this socket, or there are too many filters to keep
 */
export type ListedFilter = readonly Instruction[] | "none-or-ebpf" | "not-permitted" | "not-listed";

/** How a packet socket receives frames. */
export interface PacketSocketDetails {
  /** The ring in which the kernel stores the frames that the socket receives; absent if it uses none. */
  readonly receiveRing?: PacketSocketRing;
  readonly fanout?: PacketSocketFanout;
  readonly filter: ListedFilter;
}

/** The most instructions that are kept of all filters of a namespace together. Real filters have some 50 each. */
const MOST_INSTRUCTIONS = 400_000;

/**
 * Reads how each packet socket of the calling thread's network namespace receives frames, by the socket's inode number
 * (sock_diag(7)). A socket that was opened meanwhile may be missing.
 *
 * The kernel silently ends a dump at a socket that doesn't fit into its buffer of at most 32 KiB, and a filter of 4,096
 * instructions doesn't. The sockets that are missing for that reason are read again without their filters.
 * @throws PromiscError `kernel` with `ENOENT` if the kernel has no PACKET_DIAG
 */
export function readPacketSocketDetails(): Map<number, PacketSocketDetails> {
  using connection = packetDiagConnection();
  const details = new Map<number, PacketSocketDetails>();
  let room = MOST_INSTRUCTIONS;
  readPacketSocketsPartly(connection, SHOW_WITHOUT_FILTER, ({ inode, receiveRing, fanout }) => {
    details.set(inode, { ...ringAndFanout(receiveRing, fanout), filter: "not-listed" });
  });
  readPacketSocketsPartly(connection, SHOW_WITHOUT_FILTER | PACKET_SHOW_FILTER, (socket) => {
    room -= socket.filter?.length ?? 0;
    if (room < 0) return;
    details.set(socket.inode, {
      ...ringAndFanout(socket.receiveRing, socket.fanout),
      filter: listedFilter(socket),
    });
  });
  return details;
}

const SHOW_WITHOUT_FILTER = PACKET_SHOW_RING_CFG | PACKET_SHOW_FANOUT;

function ringAndFanout(
  receiveRing: PacketSocketRing | undefined,
  fanout: PacketSocketFanout | undefined,
): Omit<PacketSocketDetails, "filter"> {
  return { ...(receiveRing ? { receiveRing } : {}), ...(fanout ? { fanout } : {}) };
}

/** To those who may not see filters, the kernel sends an empty one for each socket (net/core/sock_diag.c). */
function listedFilter({ filter }: PacketSocket): ListedFilter {
  if (filter === undefined) return "none-or-ebpf";
  return filter.length === 0 ? "not-permitted" : filter;
}

import type { PacketSocketDetails } from "../../../linux/packet/packet-socket-details.js";
import type { XdpQueue } from "../../../linux/packet/xdp-sockets.js";
import type { RawIpSocket } from "../../../linux/socket/raw-ip-sockets.js";
import type { Instruction } from "../../../wire/kernel/bpf/classic.js";
import { PACKET_MR_PROMISC } from "../../../wire/kernel/packet-mreq.js";
import type { PacketSocket } from "../../../wire/kernel/sock-diag/packet.js";
import type { ListenerTables } from "../../listeners/tables.js";

/** A socket that receives frames, as the kernel's tables show it. */
export type ListeningSocket =
  | { readonly kind: "packet"; readonly socket: PacketSocket; readonly details?: PacketSocketDetails }
  | { readonly kind: "raw"; readonly socket: RawIpSocket }
  | { readonly kind: "xdp"; readonly socket: XdpQueue };

/** Returns the sockets of a namespace that receive frames. */
export function listeningSockets(
  sockets: readonly PacketSocket[],
  { packetSockets, rawSockets, xdpQueues }: ListenerTables,
): ListeningSocket[] {
  return [
    ...sockets
      // A socket without a protocol receives nothing.
      .filter(({ protocol }) => protocol !== 0)
      .map((socket): ListeningSocket => {
        const details = packetSockets.get(socket.inode);
        return { kind: "packet", socket, ...(details ? { details } : {}) };
      }),
    ...rawSockets.map((socket): ListeningSocket => ({ kind: "raw", socket })),
    ...xdpQueues.map((socket): ListeningSocket => ({ kind: "xdp", socket })),
  ];
}

/** Returns a key that identifies a socket in its namespace. */
export function keyOfListeningSocket({ kind, socket }: ListeningSocket): string {
  if (kind === "xdp") return `${kind} ${socket.index} ${socket.queue} ${socket.inode ?? ""}`;
  return `${kind} ${socket.inode}`;
}

/** Returns whether a socket receives the same frames as before. */
export function receivesAsBefore(before: ListeningSocket, now: ListeningSocket): boolean {
  if (before.kind !== "packet" || now.kind !== "packet") return true;
  return (
    before.socket.protocol === now.socket.protocol &&
    (before.socket.info?.index ?? 0) === (now.socket.info?.index ?? 0) &&
    isSameFilter(before.details?.filter, now.details?.filter)
  );
}

/** Returns whether a socket holds the same interfaces promiscuous as before. */
export function holdsAsBefore(before: ListeningSocket, now: ListeningSocket): boolean {
  if (before.kind !== "packet" || now.kind !== "packet") return true;
  return heldBy(before.socket) === heldBy(now.socket);
}

function heldBy({ memberships }: PacketSocket): string | undefined {
  return memberships
    ?.filter(({ type }) => type === PACKET_MR_PROMISC)
    .map(({ index }) => index)
    .join(" ");
}

type Filter = PacketSocketDetails["filter"] | undefined;

function isSameFilter(before: Filter, now: Filter): boolean {
  // What the kernel didn't list this time may be as it was.
  if (before === undefined || now === undefined || before === "not-listed" || now === "not-listed")
    return true;
  if (typeof before === "string" || typeof now === "string") return before === now;
  return before.length === now.length && before.every((each, at) => isSameInstruction(each, now[at]));
}

function isSameInstruction(before: Instruction, now: Instruction | undefined): boolean {
  return before.code === now?.code && before.jt === now.jt && before.jf === now.jf && before.k === now.k;
}

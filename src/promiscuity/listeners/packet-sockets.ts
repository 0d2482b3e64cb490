import { SOCK_DGRAM } from "../../linux/ffi/socket-constants.js";
import type { ListedFilter, PacketSocketDetails } from "../../linux/packet/packet-socket-details.js";
import type { AttachedFilter } from "../../linux/socket/attached-filter.js";
import { present } from "../../present.js";
import { linkTypeOfHardware } from "../../wire/file/link-type-of-hardware.js";
import { LINKTYPE_ETHERNET, LINKTYPE_LINUX_SLL } from "../../wire/file/linktype.js";
import type { Instruction } from "../../wire/kernel/bpf/classic.js";
import { PACKET_MR_PROMISC } from "../../wire/kernel/packet-mreq.js";
import type { Link } from "../../wire/kernel/rtnetlink/link.js";
import type { PacketSocket } from "../../wire/kernel/sock-diag/packet.js";
import { socketFacts } from "../holders/facts.js";
import type { FilterDescriber } from "./filter.js";
import type { FanoutFacts, ListenerFilter, PacketSocketListener, RingFacts } from "./listener.js";
import { etherTypeNames } from "./protocol-names.js";

/** What the parts of a packet socket's listener say that don't depend on its namespace and processes. */
export type PacketSocketFacts = Pick<
  PacketSocketListener,
  "kind" | "socket" | "protocolName" | "holds" | "held" | "ring" | "fanout" | "filter"
>;

/** Reads filters of sockets by descriptors of their processes. */
export interface FilterReader {
  readonly read: (inode: number) => FoundFilter;
  /** Whether processes are hidden from this one. */
  readonly isBlind: boolean;
  /** How to be allowed to read more filters. */
  readonly remedy: string;
}

/** A socket's filter, or why it couldn't be read: no visible process has the socket open, or the kernel refused. */
export type FoundFilter = AttachedFilter | "no-process" | "refused";

/**
 * Describes a packet socket that receives frames.
 * @param details what PACKET_DIAG says; undefined if that isn't known
 * @param link the interface that the socket is bound to; undefined for all interfaces
 */
export function describePacketSocket(
  socket: PacketSocket,
  details: PacketSocketDetails | undefined,
  link: Link | undefined,
  reader: FilterReader,
  filters: FilterDescriber,
): PacketSocketFacts {
  const { memberships, info } = socket;
  const held = memberships?.filter(({ type }) => type === PACKET_MR_PROMISC).map(({ index }) => index) ?? [];
  const linkType = linkTypeOf(socket, link);
  return {
    kind: "packet-socket",
    socket: socketFacts(socket),
    holds: memberships ? held.length > 0 : "unknown",
    held: [...new Set(held)],
    ...present({
      protocolName: etherTypeNames[socket.protocol],
      ring: details?.receiveRing && describeRing(details.receiveRing, info?.version),
      fanout: details?.fanout && describeFanout(details.fanout),
    }),
    filter: describeFilter(details?.filter, socket.inode, reader, (program) =>
      filters.describe(program, { linkType, protocol: socket.protocol }),
    ),
  };
}

/**
 * Returns the link type of the frames that a socket's filter examines; undefined if it isn't known. On all interfaces
 * together they have different headers, and programs are written for Ethernet.
 */
function linkTypeOf({ type }: PacketSocket, link: Link | undefined): number | undefined {
  if (type === SOCK_DGRAM) return LINKTYPE_LINUX_SLL;
  return link ? linkTypeOfHardware(link.type) : LINKTYPE_ETHERNET;
}

/**
 * Describes a filter. What the kernel's list doesn't show, a descriptor of the socket may.
 * @param listed what the list says; undefined if there is no list, or if the socket isn't on it
 */
function describeFilter(
  listed: ListedFilter | undefined,
  inode: number,
  reader: FilterReader,
  describe: (program: readonly Instruction[]) => ListenerFilter,
): ListenerFilter {
  if (listed !== undefined && typeof listed !== "string") return describe(listed);
  const found = reader.read(inode);
  const filter = filterOf(found, reader.remedy, describe);
  if (filter.kind !== "unknown") return filter;
  const { reason } = filter;
  switch (listed) {
    case "not-permitted":
      return { ...filter, reason: "the kernel doesn't show it to this user" };
    case "none-or-ebpf":
      return { ...filter, reason: `none, or an eBPF program: the kernel lists neither, and ${reason}` };
    default:
      return { ...filter, reason: `the kernel doesn't list it, and ${reason}` };
  }
}

/** Describes what was found out by a descriptor. */
export function filterOf(
  found: FoundFilter,
  remedy: string,
  describe: (program: readonly Instruction[]) => ListenerFilter,
): ListenerFilter {
  if (typeof found !== "string") return describe(found);
  if (found === "none" || found === "ebpf") return { kind: found };
  const reason =
    found === "no-process"
      ? "no process that can be seen has the socket open"
      : "this user may not examine the socket's process";
  return { kind: "unknown", reason, remedy };
}

/** linux/if_packet.h: enum tpacket_versions. */
const ringVersions = ["TPACKET_V1", "TPACKET_V2", "TPACKET_V3"];

function describeRing(
  ring: NonNullable<PacketSocketDetails["receiveRing"]>,
  version: number | undefined,
): RingFacts {
  return { ...ring, ...present({ version: version === undefined ? undefined : ringVersions[version] }) };
}

/** linux/if_packet.h: PACKET_FANOUT_*. */
const fanoutModes = ["hash", "lb", "cpu", "rollover", "rnd", "qm", "cbpf", "ebpf"];

function describeFanout({ group, mode }: NonNullable<PacketSocketDetails["fanout"]>): FanoutFacts {
  return { group, mode: fanoutModes[mode] ?? mode };
}

import { PromiscError } from "../../errors.js";
import { decodeString, malformed, need, readU16, readU32, readU64 } from "../../wire/bytes.js";
import { AF_PACKET, AF_XDP } from "../../wire/kernel/address-family.js";
import { IFREQ_SIZE, type InterfaceFlagsRequest, readIfreq } from "../../wire/kernel/ifreq.js";
import { wholeAttributesEnd } from "../../wire/kernel/netlink/attribute.js";
import { NLMSG_HDRLEN } from "../../wire/kernel/netlink/message.js";
import { PACKET_MREQ_SIZE, readMembership } from "../../wire/kernel/packet-mreq.js";
import { IFINFOMSG_SIZE, type Link, readLink } from "../../wire/kernel/rtnetlink/link.js";
import { SO_DETACH_FILTER } from "../ffi/socket-constants.js";

/** The kind of call that a record describes. */
export const kind = {
  addMembership: 1,
  dropMembership: 2,
  interfaceFlags: 3,
  link: 4,
  socket: 5,
  bind: 6,
  filter: 7,
} as const;

/** How much of an address is kept, in bytes: all of struct sockaddr_xdp, and the useful part of struct sockaddr_ll. */
export const ADDRESS_SIZE = 16;

/** How many bytes of a netlink message are kept: `nlmsghdr`, `ifinfomsg`, and the first attributes. */
const NETLINK_BYTES = 128;

/** The room for a system call's argument, in bytes. */
export const REQUEST_SIZE = Math.max(PACKET_MREQ_SIZE, IFREQ_SIZE, NETLINK_BYTES);

/** How many bytes of a command line are kept. */
export const ARGUMENTS_SIZE = 256;

/** linux/sched.h: the size of a command's name, with its NUL. */
export const TASK_COMM_LEN = 16;

/** The record that the program puts into the ring buffer for each call: offsets of its fields, in host byte order. */
export const field = {
  /** u64, nanoseconds of `CLOCK_MONOTONIC`. */
  time: 0,
  /** u64. */
  socketInode: 8,
  /** u32, like all fields up to the arrays. */
  kind: 16,
  tgid: 20,
  parentTgid: 24,
  uid: 28,
  namespaceInode: 32,
  /** The number of bytes in `request`; 0 if they couldn't be read. */
  requestLength: 36,
  /** The length of the whole command line, which may be more than is kept; 0 if it couldn't be read. */
  argumentsLength: 40,
  /** The option of setsockopt(2); of socket(2) the family in the upper 16 bits, and the protocol in the lower ones. */
  option: 44,
  comm: 48,
  request: 48 + TASK_COMM_LEN,
  arguments: 48 + TASK_COMM_LEN + REQUEST_SIZE,
} as const;

/** A multiple of 8; the ring buffer would round it up anyway. */
export const RECORD_SIZE = Math.ceil((field.arguments + ARGUMENTS_SIZE) / 8) * 8;

/**
 * Who made a system call on a socket, when, and where. Process IDs are those that /proc shows. They are 0 for a process
 * that isn't visible there, because its PID namespace isn't below /proc's. User IDs are those of the initial user
 * namespace.
 */
interface Caller {
  /** Nanoseconds of `CLOCK_MONOTONIC`, the clock of `process.hrtime.bigint()`. */
  readonly time: bigint;
  /** The process ID, which /proc and most tools call the pid. */
  readonly tgid: number;
  /** The parent's process ID; also 0 if it isn't known. */
  readonly parentTgid: number;
  /** The real user ID. */
  readonly uid: number;
  /** The name of the process's first thread, at most 15 bytes. */
  readonly comm: string;
  /** The first 256 bytes of the command line; empty if it couldn't be read. */
  readonly args: readonly string[];
  /** Whether the command line is longer than that. */
  readonly argsCut: boolean;
  /** The inode number of the *socket's* network namespace, in which the call takes effect. */
  readonly netns: number;
  /** The socket's inode number, as /proc/PID/fd and PACKET_DIAG show it. */
  readonly socketInode: number;
}

/** `setsockopt(fd, SOL_PACKET, PACKET_ADD_MEMBERSHIP or PACKET_DROP_MEMBERSHIP)` (packet(7)). */
export interface MembershipCall extends Caller {
  readonly kind: "membership";
  readonly change: "add" | "drop";
  /** Absent if the caller's memory couldn't be read. */
  readonly request?: {
    readonly index: number;
    /** `PACKET_MR_PROMISC`, `PACKET_MR_ALLMULTI` or `PACKET_MR_UNICAST`. */
    readonly type: number;
  };
}

/** `ioctl(fd, SIOCSIFFLAGS)` (netdevice(7)). It sets all flags, so it doesn't show which of them change. */
export interface InterfaceFlagsCall extends Caller {
  readonly kind: "flags";
  /** Absent if the caller's memory couldn't be read. */
  readonly request?: InterfaceFlagsRequest;
}

/**
 * `RTM_NEWLINK` or `RTM_SETLINK` (rtnetlink(7)) whose `change` contains `IFF_PROMISC` or `IFF_ALLMULTI`, or is 0 and so
 * sets all flags.
 */
export interface LinkCall extends Caller {
  readonly kind: "link";
  /** The request, with the attributes that fit completely into its first 128 bytes. Absent if it couldn't be read. */
  readonly request?: Link;
}

/**
 * `socket(AF_PACKET, …)` or `socket(AF_INET or AF_INET6, SOCK_RAW, …)` with a protocol: the socket receives packets from
 * then on.
 */
export interface ListeningSocketCall extends Caller {
  readonly kind: "socket";
  readonly family: number;
  /** `ETH_P_*` of a packet socket, otherwise `IPPROTO_*`. */
  readonly protocol: number;
}

/** `bind(fd)` of a packet socket (packet(7)) or an AF_XDP socket. */
export interface BindCall extends Caller {
  readonly kind: "bind";
  /** Absent if the caller's memory couldn't be read. */
  readonly request?: {
    /** `AF_PACKET` or `AF_XDP`. */
    readonly family: number;
    /** The index of the interface; 0 for all of them. */
    readonly index: number;
    /** `ETH_P_*` of a packet socket; 0 if it keeps the one that it has. */
    readonly protocol?: number;
    /** The receive queue of an AF_XDP socket. */
    readonly queue?: number;
  };
}

/** `setsockopt(fd, SOL_SOCKET, …)` by which a packet socket gets a filter or loses it (socket(7)). */
export interface FilterCall extends Caller {
  readonly kind: "filter";
  readonly change: "attach" | "detach";
}

/** A call by which a socket begins to receive frames, or after which it receives others. */
export type ListeningCall = ListeningSocketCall | BindCall | FilterCall;

export type CallRecord = MembershipCall | InterfaceFlagsCall | LinkCall | ListeningCall;

/**
 * Reads a record that the program wrote. Nothing that the traced process controls can make this fail.
 * @throws PromiscError `malformed` if it isn't a record of the program
 */
export function readCallRecord(bytes: Uint8Array): CallRecord {
  need("call record", 0, RECORD_SIZE, bytes.length);
  const caller = readCaller(bytes);
  const length = Math.min(readU32(bytes, field.requestLength), REQUEST_SIZE);
  const request = bytes.subarray(field.request, field.request + length);
  const which = readU32(bytes, field.kind);
  switch (which) {
    case kind.addMembership:
      return { kind: "membership", change: "add", ...caller, ...optional(request, readMembership) };
    case kind.dropMembership:
      return { kind: "membership", change: "drop", ...caller, ...optional(request, readMembership) };
    case kind.interfaceFlags:
      return { kind: "flags", ...caller, ...optional(request, readIfreq) };
    case kind.link:
      return { kind: "link", ...caller, ...optional(request, readLinkRequest) };
    case kind.socket:
      return { kind: "socket", ...caller, ...readFamily(readU32(bytes, field.option)) };
    case kind.bind:
      return { kind: "bind", ...caller, ...optional(request, readAddress) };
    case kind.filter: {
      const isDetached = readU32(bytes, field.option) === SO_DETACH_FILTER;
      return { kind: "filter", change: isDetached ? "detach" : "attach", ...caller };
    }
    default:
      throw malformed("call record kind", `${which} is unknown`);
  }
}

function optional<Request>(
  bytes: Uint8Array,
  read: (bytes: Uint8Array) => Request,
): { request: Request } | undefined {
  return bytes.length === 0 ? undefined : { request: read(bytes) };
}

function readFamily(option: number): Pick<ListeningSocketCall, "family" | "protocol"> {
  const family = option >>> 16;
  const protocol = option & 0xffff;
  return { family, protocol: family === AF_PACKET ? swapBytes(protocol) : protocol };
}

/** Reads the first bytes of struct sockaddr_ll (linux/if_packet.h) or struct sockaddr_xdp (linux/if_xdp.h). */
function readAddress(bytes: Uint8Array): NonNullable<BindCall["request"]> {
  need("socket address", 0, ADDRESS_SIZE, bytes.length);
  const family = readU16(bytes, 0);
  const index = readU32(bytes, 4);
  if (family === AF_XDP) return { family, index, queue: readU32(bytes, 8) };
  return { family, index, protocol: swapBytes(readU16(bytes, 2)) };
}

/** Converts a 16-bit number between network byte order and that of a little-endian machine. */
function swapBytes(number: number): number {
  return ((number & 0xff) << 8) | (number >> 8);
}

function readCaller(bytes: Uint8Array): Caller {
  const argumentsLength = readU32(bytes, field.argumentsLength);
  const argumentsEnd = field.arguments + Math.min(argumentsLength, ARGUMENTS_SIZE);
  return {
    time: readU64(bytes, field.time),
    tgid: readU32(bytes, field.tgid),
    parentTgid: readU32(bytes, field.parentTgid),
    uid: readU32(bytes, field.uid),
    comm: decodeString(bytes, field.comm, endOfString(bytes, field.comm, field.comm + TASK_COMM_LEN)),
    args: readArguments(bytes, field.arguments, argumentsEnd),
    argsCut: argumentsLength > ARGUMENTS_SIZE,
    netns: readU32(bytes, field.namespaceInode),
    socketInode: Number(readU64(bytes, field.socketInode)),
  };
}

/** Reads the arguments. Each ends with a NUL, except perhaps the last one. */
function readArguments(bytes: Uint8Array, start: number, end: number): string[] {
  const args: string[] = [];
  for (let at = start; at < end; ) {
    const stop = endOfString(bytes, at, end);
    args.push(decodeString(bytes, at, stop));
    at = stop + 1;
  }
  return args;
}

function endOfString(bytes: Uint8Array, start: number, end: number): number {
  const nul = bytes.subarray(start, end).indexOf(0);
  return nul < 0 ? end : start + nul;
}

function readLinkRequest(bytes: Uint8Array): Link {
  const payload = bytes.subarray(NLMSG_HDRLEN);
  try {
    return readLink(payload.subarray(0, wholeAttributesEnd(payload, IFINFOMSG_SIZE)));
  } catch (error) {
    if (!(error instanceof PromiscError)) throw error;
    return readLink(payload.subarray(0, IFINFOMSG_SIZE));
  }
}

import { PromiscError } from "../../errors.js";
import { decodeString, malformed, need, readU32, readU64 } from "../../wire/bytes.js";
import { IFREQ_SIZE, type InterfaceFlagsRequest, readIfreq } from "../../wire/kernel/ifreq.js";
import { wholeAttributesEnd } from "../../wire/kernel/netlink/attribute.js";
import { NLMSG_HDRLEN } from "../../wire/kernel/netlink/message.js";
import { PACKET_MREQ_SIZE, readMembership } from "../../wire/kernel/packet-mreq.js";
import { IFINFOMSG_SIZE, type Link, readLink } from "../../wire/kernel/rtnetlink/link.js";

/** The kind of call that a record describes. */
export const kind = { addMembership: 1, dropMembership: 2, interfaceFlags: 3, link: 4 } as const;

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
  comm: 44,
  request: 44 + TASK_COMM_LEN,
  arguments: 44 + TASK_COMM_LEN + REQUEST_SIZE,
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

export type CallRecord = MembershipCall | InterfaceFlagsCall | LinkCall;

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

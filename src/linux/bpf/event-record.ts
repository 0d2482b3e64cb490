import { IFREQ_SIZE } from "../../wire/kernel/ifreq.js";
import { PACKET_MREQ_SIZE } from "../../wire/kernel/packet-mreq.js";

/** What an event tells of. */
export const kind = { addMembership: 1, dropMembership: 2, interfaceFlags: 3, link: 4 } as const;

/** Bytes of a netlink message that are kept: `nlmsghdr`, `ifinfomsg`, and the first attributes. */
const NETLINK_BYTES = 128;

/** Room for what a system call was given. */
export const REQUEST_SIZE = Math.max(PACKET_MREQ_SIZE, IFREQ_SIZE, NETLINK_BYTES);

/** Bytes of a command line that are kept. */
export const ARGUMENTS_SIZE = 256;

/** linux/sched.h: a command's name, with its NUL. */
export const TASK_COMM_LEN = 16;

/** What the program puts into the ring buffer for an event: offsets of its fields, in host byte order. */
export const record = {
  /** u64, ns of `CLOCK_MONOTONIC`. */
  time: 0,
  /** u64. */
  socketInode: 8,
  /** u32, and so are all up to the arrays. */
  kind: 16,
  tgid: 20,
  parentTgid: 24,
  uid: 28,
  namespaceInode: 32,
  /** How many bytes there are in `request`; 0 if they couldn't be read. */
  requestLength: 36,
  /** How long the command line is: more than there is room for if it was cut off; 0 if it couldn't be read. */
  argumentsLength: 40,
  comm: 44,
  request: 44 + TASK_COMM_LEN,
  arguments: 44 + TASK_COMM_LEN + REQUEST_SIZE,
} as const;

/** A multiple of 8, as the ring buffer rounds it anyway. */
export const RECORD_SIZE = Math.ceil((record.arguments + ARGUMENTS_SIZE) / 8) * 8;

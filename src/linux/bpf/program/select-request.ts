import { IFREQ_SIZE } from "../../../wire/kernel/ifreq.js";
import { field as header, NLM_F_REQUEST, NLMSG_HDRLEN } from "../../../wire/kernel/netlink/message.js";
import {
  field as membership,
  PACKET_DROP_MEMBERSHIP,
  PACKET_MR_PROMISC,
  PACKET_MR_UNICAST,
  PACKET_MREQ_SIZE,
} from "../../../wire/kernel/packet-mreq.js";
import {
  IFF_ALLMULTI,
  IFF_PROMISC,
  IFINFOMSG_SIZE,
  field as link,
  RTM_NEWLINK,
  RTM_SETLINK,
} from "../../../wire/kernel/rtnetlink/link.js";
import { SOL_SOCKET } from "../../ffi/socket-constants.js";
import { ADDRESS_SIZE, kind } from "../call-record.js";
import { type FrameAssembler, frame } from "./frame-assembler.js";
import type { Kernel } from "./kernel.js";
import { loadArgument } from "./select-call.js";

/** The part of a membership request that is examined. */
const membershipType = { offset: membership.type, size: membership.addressLength - membership.type } as const;

/**
 * linux/socket.h, linux/uio.h: `msg_iov` and `msg_iovlen` of struct msghdr; `iov_base` and `iov_len` of struct iovec.
 */
const messageVector = { offset: 16, size: 16 } as const;
const vector = { offset: 0, size: 16 } as const;

/** A netlink message about a link: struct nlmsghdr, and struct ifinfomsg after it. */
const netlink = {
  ...header,
  interfaceFlags: NLMSG_HDRLEN + link.flags,
  change: NLMSG_HDRLEN + link.change,
  size: NLMSG_HDRLEN + IFINFOMSG_SIZE,
} as const;

/**
 * Continues if the request in the caller's memory may change promiscuity, otherwise jumps to `out`. A request that
 * can't be read now may still be one, because the kernel will fetch it, so that continues too.
 *
 * In: r7, the system call's number; `frame.arguments`. Out: r7, the event's kind; r8 and r9, the address and length of
 * the request.
 */
export function selectRequest(program: FrameAssembler, kernel: Kernel, withListeners: boolean): void {
  const { setsockopt, ioctl, sendto, socket, bind } = kernel.systemCalls;
  program.jumpIf("r7", "==", setsockopt, "a socket option");
  program.jumpIf("r7", "==", ioctl, "interface flags");
  if (withListeners) {
    program.jumpIf("r7", "==", socket, "a new socket's");
    program.jumpIf("r7", "==", bind, "an address");
  }
  program.jumpIf("r7", "==", sendto, "a buffer");
  loadVector(program);
  program.jump("a message");

  program.label("a buffer");
  loadArgument(program, "r8", 1);
  loadArgument(program, "r9", 2);

  program.label("a message");
  selectMessage(program);

  program.label("interface flags");
  program.move("r7", kind.interfaceFlags);
  loadArgument(program, "r8", 2);
  program.move("r9", IFREQ_SIZE);
  program.jump("request selected");

  program.label("a socket option");
  if (withListeners) {
    loadArgument(program, "r1", 1);
    program.jumpIf32("r1", "==", SOL_SOCKET, "a filter");
  }
  selectMembership(program);
  if (withListeners) {
    program.jump("request selected");
    selectListening(program);
  }
  program.label("request selected");
}

/**
 * Loads the address and length of the first part of a message, or of the first of several: struct mmsghdr begins with
 * the message.
 */
function loadVector(program: FrameAssembler): void {
  loadArgument(program, "r8", 1);
  program.readUser(frame.request, "r8", messageVector, "unreadable");
  program.load("u64", "r8", "r10", frame.request);
  program.load("u64", "r9", "r10", frame.request + 8);
  program.jumpIf("r9", "==", 0, "out");
  program.readUser(frame.request, "r8", vector, "unreadable");
  program.load("u64", "r8", "r10", frame.request);
  program.load("u64", "r9", "r10", frame.request + 8);
}

/** Examines the first netlink message in a buffer. */
function selectMessage(program: FrameAssembler): void {
  program.jumpIf("r9", "<", netlink.size, "out");
  program.readUser(frame.request, "r8", { offset: 0, size: netlink.size }, "unreadable");
  program.load("u32", "r1", "r10", frame.request + netlink.length);
  program.jumpIf("r1", "<", netlink.size, "out");
  program.jumpIf("r1", ">", "r9", "out");
  program.move("r9", "r1");
  program.load("u16", "r1", "r10", frame.request + netlink.flags);
  program.and("r1", NLM_F_REQUEST);
  program.jumpIf("r1", "==", 0, "out");
  program.load("u16", "r1", "r10", frame.request + netlink.type);
  program.jumpIf("r1", "==", RTM_NEWLINK, "a link");
  program.jumpIf("r1", "!=", RTM_SETLINK, "out");

  program.label("a link");
  program.move("r7", kind.link);
  program.load("u32", "r1", "r10", frame.request + netlink.change);
  program.jumpIf("r1", "&", IFF_PROMISC | IFF_ALLMULTI, "request selected");
  // A mask of 0 means all flags, unless the flags are 0 too: then the request doesn't concern them.
  program.jumpIf("r1", "!=", 0, "out");
  program.load("u32", "r1", "r10", frame.request + netlink.interfaceFlags);
  program.jumpIf("r1", "!=", 0, "request selected");
  program.jump("out");

  program.label("unreadable");
  program.move("r7", kind.link);
  program.move("r9", 0);
  program.jump("request selected");
}

/** Selects what the calls by which a socket begins to listen have in the caller's memory: an address, or nothing. */
function selectListening(program: FrameAssembler): void {
  program.label("an address");
  program.move("r7", kind.bind);
  loadArgument(program, "r8", 1);
  program.move("r9", ADDRESS_SIZE);
  program.jump("request selected");

  program.label("a new socket's");
  program.move("r7", kind.socket);
  program.move("r8", 0);
  program.move("r9", 0);
  program.jump("request selected");

  program.label("a filter");
  program.move("r7", kind.filter);
  program.move("r8", 0);
  program.move("r9", 0);
}

function selectMembership(program: FrameAssembler): void {
  loadArgument(program, "r8", 3);
  program.move("r9", PACKET_MREQ_SIZE);
  loadArgument(program, "r1", 2);
  program.move("r7", kind.addMembership);
  program.jumpIf32("r1", "!=", PACKET_DROP_MEMBERSHIP, "a membership");
  program.move("r7", kind.dropMembership);

  program.label("a membership");
  program.readUser(frame.request, "r8", membershipType, "request selected");
  program.load("u16", "r1", "r10", frame.request);
  program.jumpIf("r1", "<", PACKET_MR_PROMISC, "out");
  program.jumpIf("r1", ">", PACKET_MR_UNICAST, "out");
}

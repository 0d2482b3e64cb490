import { AF_INET, AF_INET6, AF_PACKET } from "../../../wire/kernel/address-family.js";
import { SIOCSIFFLAGS } from "../../../wire/kernel/ifreq.js";
import {
  PACKET_ADD_MEMBERSHIP,
  PACKET_DROP_MEMBERSHIP,
  PACKET_MREQ_SIZE,
} from "../../../wire/kernel/packet-mreq.js";
import {
  SO_ATTACH_BPF,
  SO_ATTACH_FILTER,
  SO_DETACH_FILTER,
  SOCK_RAW,
  SOL_PACKET,
  SOL_SOCKET,
} from "../../ffi/socket-constants.js";
import type { Register } from "../assembler.js";
import { type FrameAssembler, frame } from "./frame-assembler.js";
import type { Kernel } from "./kernel.js";

/** linux/net.h: the bits of socket(2)'s second argument that are the socket's type. */
const SOCK_TYPE_MASK = 0xf;

/**
 * Continues if the system call may have changed promiscuity or begun to listen, by its result, number and arguments
 * alone, otherwise jumps to `out`. Almost all calls leave after the first few instructions.
 *
 * In: r1, the tracepoint's arguments, which are a `struct pt_regs *` and the call's result. Out: r7, the call's number;
 * `frame.arguments`, in which the first argument is always the socket's descriptor.
 */
export function selectCall(program: FrameAssembler, kernel: Kernel, withListeners: boolean): void {
  const { setsockopt, ioctl, sendto, sendmsg, sendmmsg, socket, bind } = kernel.systemCalls;
  const calls = [sendmsg, sendto, ioctl, setsockopt, sendmmsg, ...(withListeners ? [socket, bind] : [])];
  program.load("u64", "r2", "r1", 8);
  program.jumpIf("r2", "signed <", 0, "out");
  program.load("u64", "r6", "r1", 0);
  program.loadMember("r7", "r6", kernel.layout.callNumber);
  for (const number of calls) program.jumpIf("r7", "==", number, "of interest");
  program.jump("out");

  program.label("of interest");
  kernel.layout.arguments.forEach((register, number) => {
    program.loadMember("r1", "r6", register);
    program.store("u64", "r10", frame.arguments + 8 * number, "r1");
  });
  program.jumpIf("r7", "==", ioctl, "an ioctl");
  if (withListeners) program.jumpIf("r7", "==", socket, "a new socket");
  program.jumpIf("r7", "!=", setsockopt, "call selected");

  loadArgument(program, "r1", 1);
  if (withListeners) program.jumpIf32("r1", "==", SOL_SOCKET, "an option of any socket");
  program.jumpIf32("r1", "!=", SOL_PACKET, "out");
  loadArgument(program, "r1", 4);
  program.jumpIf32("r1", "signed <", PACKET_MREQ_SIZE, "out");
  loadArgument(program, "r1", 2);
  program.jumpIf32("r1", "==", PACKET_ADD_MEMBERSHIP, "call selected");
  program.jumpIf32("r1", "==", PACKET_DROP_MEMBERSHIP, "call selected");
  program.jump("out");

  if (withListeners) {
    selectNewSocket(program);
    selectFilterOption(program);
  }

  program.label("an ioctl");
  loadArgument(program, "r1", 1);
  program.jumpIf32("r1", "!=", SIOCSIFFLAGS, "out");
  program.label("call selected");
}

/**
 * Selects sockets that receive packets from the beginning: packet sockets and raw IP sockets. Without a protocol they
 * receive nothing. Stores the new descriptor as the first argument, and the family and the protocol as the third.
 *
 * In: r2, the call's result.
 */
function selectNewSocket(program: FrameAssembler): void {
  program.label("a new socket");
  loadArgument(program, "r1", 0);
  program.jumpIf32("r1", "==", AF_PACKET, "a listening socket");
  program.jumpIf32("r1", "==", AF_INET, "an IP socket");
  program.jumpIf32("r1", "!=", AF_INET6, "out");
  program.label("an IP socket");
  loadArgument(program, "r3", 1);
  program.and("r3", SOCK_TYPE_MASK);
  program.jumpIf("r3", "!=", SOCK_RAW, "out");
  program.label("a listening socket");
  loadArgument(program, "r3", 2);
  program.and("r3", 0xffff);
  program.jumpIf("r3", "==", 0, "out");
  program.and("r1", 0xffff);
  program.shiftLeft("r1", 16);
  program.add("r3", "r1");
  storeArgument(program, 2, "r3");
  storeArgument(program, 0, "r2");
  program.jump("call selected");
}

function selectFilterOption(program: FrameAssembler): void {
  program.label("an option of any socket");
  loadArgument(program, "r1", 2);
  for (const option of [SO_ATTACH_FILTER, SO_DETACH_FILTER, SO_ATTACH_BPF])
    program.jumpIf32("r1", "==", option, "call selected");
  program.jump("out");
}

function storeArgument(program: FrameAssembler, number: 0 | 2, value: Register): void {
  program.store("u64", "r10", frame.arguments + 8 * number, value);
}

/** Loads an argument of the system call. */
export function loadArgument(
  program: FrameAssembler,
  destination: Register,
  number: 0 | 1 | 2 | 3 | 4,
): void {
  program.load("u64", destination, "r10", frame.arguments + 8 * number);
}

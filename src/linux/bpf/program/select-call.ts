import { SIOCSIFFLAGS } from "../../../wire/kernel/ifreq.js";
import {
  PACKET_ADD_MEMBERSHIP,
  PACKET_DROP_MEMBERSHIP,
  PACKET_MREQ_SIZE,
} from "../../../wire/kernel/packet-mreq.js";
import { SOL_PACKET } from "../../ffi/socket-constants.js";
import type { Register } from "../assembler.js";
import { type FrameAssembler, frame } from "./frame-assembler.js";
import type { Kernel } from "./kernel.js";

/**
 * Continues if the system call may have changed promiscuity, by its result, number and arguments alone, otherwise jumps
 * to `out`. Almost all calls leave after the first few instructions.
 *
 * In: r1, the tracepoint's arguments, which are a `struct pt_regs *` and the call's result. Out: r7, the call's number;
 * `frame.arguments`.
 */
export function selectCall(program: FrameAssembler, kernel: Kernel): void {
  const { setsockopt, ioctl, sendto, sendmsg, sendmmsg } = kernel.systemCalls;
  program.load("u64", "r2", "r1", 8);
  program.jumpIf("r2", "signed <", 0, "out");
  program.load("u64", "r6", "r1", 0);
  program.loadMember("r7", "r6", kernel.layout.callNumber);
  for (const number of [sendmsg, sendto, ioctl, setsockopt, sendmmsg])
    program.jumpIf("r7", "==", number, "of interest");
  program.jump("out");

  program.label("of interest");
  kernel.layout.arguments.forEach((register, number) => {
    program.loadMember("r1", "r6", register);
    program.store("u64", "r10", frame.arguments + 8 * number, "r1");
  });
  program.jumpIf("r7", "==", ioctl, "an ioctl");
  program.jumpIf("r7", "!=", setsockopt, "call selected");

  loadArgument(program, "r1", 1);
  program.jumpIf32("r1", "!=", SOL_PACKET, "out");
  loadArgument(program, "r1", 4);
  program.jumpIf32("r1", "signed <", PACKET_MREQ_SIZE, "out");
  loadArgument(program, "r1", 2);
  program.jumpIf32("r1", "==", PACKET_ADD_MEMBERSHIP, "call selected");
  program.jumpIf32("r1", "==", PACKET_DROP_MEMBERSHIP, "call selected");
  program.jump("out");

  program.label("an ioctl");
  loadArgument(program, "r1", 1);
  program.jumpIf32("r1", "!=", SIOCSIFFLAGS, "out");
  program.label("call selected");
}

/** Loads an argument of the system call. */
export function loadArgument(
  program: FrameAssembler,
  destination: Register,
  number: 0 | 1 | 2 | 3 | 4,
): void {
  program.load("u64", destination, "r10", frame.arguments + 8 * number);
}

import { PACKET_MREQ_SIZE } from "../../../wire/packet-mreq.js";
import type { Register } from "../assembler.js";
import { type FrameAssembler, frame } from "./frame-assembler.js";
import type { Kernel } from "./kernel.js";

// bits/socket.h, linux/if_packet.h, linux/sockios.h
const SOL_PACKET = 263;
const PACKET_ADD_MEMBERSHIP = 1;
export const PACKET_DROP_MEMBERSHIP = 2;
const SIOCSIFFLAGS = 0x8914;

/**
 * Goes on with a system call that may change promiscuity, by its number and its arguments alone, and to `out` with any other:
 * almost all depart after the first few instructions.
 *
 * In: r1, the tracepoint's arguments, which are a `struct pt_regs *` and the number. Out: r7, the number;
 * `frame.registers`.
 */
export function selectCall(program: FrameAssembler, kernel: Kernel): void {
  const { setsockopt, ioctl, sendto, sendmsg, sendmmsg } = kernel.systemCalls;
  program.move("r6", "r1");
  program.load("u64", "r7", "r6", 8);
  for (const number of [sendmsg, sendto, ioctl, setsockopt, sendmmsg])
    program.jumpIf("r7", "==", number, "of interest");
  program.jump("out");

  program.label("of interest");
  program.load("u64", "r6", "r6", 0);
  program.readKernel(frame.registers, "r6", kernel.registers, "out");
  program.jumpIf("r7", "==", ioctl, "an ioctl");
  program.jumpIf("r7", "!=", setsockopt, "call selected");

  loadArgument(program, kernel, "r1", 1);
  program.jumpIf32("r1", "!=", SOL_PACKET, "out");
  loadArgument(program, kernel, "r1", 4);
  program.jumpIf32("r1", "signed <", PACKET_MREQ_SIZE, "out");
  loadArgument(program, kernel, "r1", 2);
  program.jumpIf32("r1", "==", PACKET_ADD_MEMBERSHIP, "call selected");
  program.jumpIf32("r1", "==", PACKET_DROP_MEMBERSHIP, "call selected");
  program.jump("out");

  program.label("an ioctl");
  loadArgument(program, kernel, "r1", 1);
  program.jumpIf32("r1", "!=", SIOCSIFFLAGS, "out");
  program.label("call selected");
}

/** Loads an argument of the system call. */
export function loadArgument(
  program: FrameAssembler,
  { registers, layout }: Kernel,
  destination: Register,
  number: number,
): void {
  const register = layout.arguments[number];
  if (!register) throw new Error(`there is no argument ${number}`);
  program.load("u64", destination, "r10", frame.registers + register.offset - registers.offset);
}

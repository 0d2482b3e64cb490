import { thisArchitecture } from "../../../src/linux/bpf/architecture.js";
import { Assembler, INSTRUCTION_SIZE } from "../../../src/linux/bpf/assembler.js";
import { CallMemory, writePointer } from "../../../src/linux/bpf/call-memory.js";
import { check } from "../../../src/linux/ffi/errno.js";
import { FileDescriptor } from "../../../src/linux/ffi/file-descriptor.js";
import * as libc from "../../../src/linux/ffi/libc.js";
import { encodeString, writeU32 } from "../../../src/wire/bytes.js";
import { noOtherUsers } from "../network/namespace.js";

// What promisc itself never does: it loads programs that get packets, and attaches them.

/** Why such programs can't be loaded on this machine, or false. */
export const noPrograms: string | false = noOtherUsers && "needs CAP_BPF and CAP_NET_ADMIN";

// linux/bpf.h: enum bpf_cmd, enum bpf_prog_type, enum bpf_attach_type
const commands = { load: 5, pin: 6, attach: 8, link: 28 } as const;
const types = { socket_filter: 1, sched_cls: 3, xdp: 6, netfilter: 32, sk_lookup: 30 } as const;
export const attachTypes = {
  sk_lookup: 36,
  xdp: 37,
  netfilter: 45,
  "tcx-ingress": 46,
  "tcx-egress": 47,
} as const;

/** linux/if_link.h: XDP_FLAGS_SKB_MODE. */
export const XDP_FLAGS_SKB_MODE = 2;

/** Calls bpf(2) with a structure of 128 bytes that `fill` writes. */
function bpf(command: keyof typeof commands, fill: (bytes: Uint8Array, memory: CallMemory) => void): number {
  using memory = new CallMemory(128, 4096);
  const attributes = memory.place(128);
  fill(attributes.bytes, memory);
  const number = thisArchitecture().systemCalls.bpf;
  return check(libc.syscall(number, commands[command], attributes.address, 128), `bpf(2): ${command}`);
}

/**
 * Loads a program that only returns a number.
 * @param name at most 15 characters
 */
export function loadReturning(type: keyof typeof types, name: string, result: number): FileDescriptor {
  const assembler = new Assembler();
  assembler.move("r0", result);
  assembler.exit();
  const instructions = assembler.assemble();
  const fd = bpf("load", (bytes, memory) => {
    writeU32(bytes, 0, types[type]);
    writeU32(bytes, 4, instructions.length / INSTRUCTION_SIZE);
    writePointer(bytes, 8, memory.copy(instructions));
    writePointer(bytes, 16, memory.copy(encodeString("GPL"), 1));
    bytes.set(encodeString(name), 48);
    if (type === "netfilter" || type === "sk_lookup") writeU32(bytes, 68, attachTypes[type]);
  });
  return FileDescriptor.adopt(fd);
}

/** Gives a program a name in a file system of the type bpf, for tc(8) and ip(8). */
export function pin(program: FileDescriptor, path: string): void {
  bpf("pin", (bytes, memory) => {
    writePointer(bytes, 0, memory.copy(encodeString(path), 1));
    writeU32(bytes, 8, program.number);
  });
}

/** Attaches a program to a link without a BPF link, so that it stays until the link is removed. */
export function attach(program: FileDescriptor, index: number, type: keyof typeof attachTypes): void {
  bpf("attach", (bytes) => {
    writeU32(bytes, 0, index);
    writeU32(bytes, 4, program.number);
    writeU32(bytes, 8, attachTypes[type]);
  });
}

/**
 * Attaches a program by a BPF link, until the returned descriptor is closed.
 * @param target an interface's index, or the descriptor of a namespace
 * @param flags `XDP_FLAGS_*` for a program of the type xdp
 * @param details the fields after the flags
 */
export function attachByLink(
  program: FileDescriptor,
  target: number,
  type: keyof typeof attachTypes,
  { flags = 0, details = [] as readonly number[] } = {},
): FileDescriptor {
  const fd = bpf("link", (bytes) => {
    writeU32(bytes, 0, program.number);
    writeU32(bytes, 4, target);
    writeU32(bytes, 8, attachTypes[type]);
    writeU32(bytes, 12, flags);
    for (const [position, value] of details.entries()) writeU32(bytes, 16 + 4 * position, value);
  });
  return FileDescriptor.adopt(fd);
}

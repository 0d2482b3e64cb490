import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { architectures } from "../../../src/linux/bpf/architecture.js";
import { layoutOf } from "../../../src/linux/bpf/kernel-layout.js";
import { kernelOf } from "../../../src/linux/bpf/program/kernel.js";
import { promiscuityProgram } from "../../../src/linux/bpf/program/program.js";
import { readS32, readU16 } from "../../../src/wire/bytes.js";
import { Btf } from "../../../src/wire/kernel/btf.js";
import { array, btfOf, int, pointer, struct, typedef } from "../../support/wire/golden/btf.js";

// The ids of types, by their positions in the list below.
const long = 1;
const integer = 2;
const short = 3;
const address = 4;
const words = 5;

const registers = {
  x64: struct("pt_regs", 168, [
    ["orig_ax", long, 960],
    ["r10", long, 448],
    ["r8", long, 576],
    ["dx", long, 768],
    ["si", long, 832],
    ["di", long, 896],
  ]),
  arm64: struct("pt_regs", 288, [
    ["regs", words, 0],
    ["orig_x0", long, 2176],
    ["syscallno", integer, 2240],
  ]),
};

/** Returns the types of a kernel that has only what the program reads. */
function smallKernel(machine: keyof typeof registers, { inum = integer } = {}): Btf {
  return new Btf(
    btfOf([
      int("long", 8), // 1
      int("int", 4), // 2
      int("short", 2), // 3
      pointer(1), // 4
      array(1, 31), // 5
      struct("thread_info", 16, [
        ["flags", long, 0],
        ["status", integer, 64],
      ]), // 6
      struct("possible_net_t", 8, [["net", address, 0]]), // 7
      struct("sock_common", 64, [
        ["skc_family", short, 128],
        ["skc_net", 7, 384],
      ]), // 8
      struct("ns_common", 8, [["inum", inum, 0]]), // 9
      struct("task_struct", 80, [
        ["thread_info", 6, 0],
        ["files", address, 128],
        ["mm", address, 192],
        ["real_parent", address, 256],
        ["group_leader", address, 320],
        ["thread_pid", address, 384],
        ["comm", 6, 448],
        ["cred", address, 576],
      ]),
      struct("cred", 16, [
        ["user_ns", address, 0],
        ["cap_effective", long, 64],
      ]),
      struct("user_namespace", 16, [
        ["parent", address, 0],
        ["ns", 9, 64],
      ]),
      struct("pid", 16, [
        ["level", integer, 0],
        ["numbers", address, 64],
      ]),
      struct("upid", 16, [
        ["nr", integer, 0],
        ["ns", address, 64],
      ]),
      struct("pid_namespace", 8, [["ns", 9, 0]]),
      struct("mm_struct", 16, [
        ["arg_start", long, 0],
        ["arg_end", long, 64],
      ]),
      struct("files_struct", 8, [["fdt", address, 0]]),
      struct("fdtable", 16, [
        ["max_fds", integer, 0],
        ["fd", address, 64],
      ]),
      struct("file", 16, [
        ["f_inode", address, 0],
        ["private_data", address, 64],
      ]),
      struct("inode", 16, [
        ["i_mode", short, 0],
        ["i_ino", long, 64],
      ]),
      struct("socket", 8, [["sk", address, 0]]),
      struct("sock", 72, [
        ["__sk_common", 8, 0],
        ["sk_protocol", short, 512],
      ]),
      struct("net", 16, [
        ["ns", 9, 0],
        ["user_ns", address, 64],
      ]),
      typedef("btf_trace_sys_exit", address),
      registers[machine],
    ]),
  );
}

// linux/bpf.h
const EXIT = 0x95;
const CALL = 0x85;
const JUMP = 0x05;
const JUMP_IF_EQUAL = 0x15;
const CLASS_MASK = 0x07;
const CLASSES_OF_JUMPS = [0x05, 0x06];

for (const machine of ["x64", "arm64"] as const)
  describe(`the tracing program for ${machine}`, () => {
    const architecture = architectures[machine];
    const kernel = kernelOf(layoutOf(smallKernel(machine), architecture), architecture, {
      pidNamespace: 0xf000_0001,
      userNamespace: 0xf000_0002,
    });
    const maps = { ring: 3, unprivilegedShare: 1 << 20, lost: 4 };
    const instructionsOf = (withListeners: boolean): Uint8Array[] => {
      const program = promiscuityProgram(kernel, maps, withListeners);
      return Array.from({ length: program.length / 8 }, (_, at) => program.subarray(at * 8, at * 8 + 8));
    };
    const instructions = instructionsOf(false);
    const withListeners = instructionsOf(true);

    it("compares two more numbers if it is to report listeners", () => {
      const compared = (program: Uint8Array[]): number[] =>
        program
          .slice(
            0,
            program.findIndex(([opcode]) => opcode === JUMP),
          )
          .filter(([opcode]) => opcode === JUMP_IF_EQUAL)
          .map((bytes) => readS32(bytes, 4));
      const { socket, bind } = architecture.systemCalls;
      assert.deepEqual(compared(withListeners), [...compared(instructions), socket, bind]);
    });

    it("checks the system call's number first, and ends for most calls before it calls a helper", () => {
      const start = instructions.slice(
        0,
        instructions.findIndex(([opcode]) => opcode === JUMP),
      );
      const compared = start.filter(([opcode]) => opcode === JUMP_IF_EQUAL).map((bytes) => readS32(bytes, 4));
      const { bpf: _, socket: __, bind: ___, ...traced } = architecture.systemCalls;
      assert.deepEqual(new Set(compared), new Set(Object.values(traced)));
      assert.ok(!start.some(([opcode]) => opcode === CALL));
      assert.ok(start.length < 12, `${start.length} instructions`);
    });

    it("never jumps beyond its end, and back only to follow PID namespaces, of a process and its parent, and user namespaces", () => {
      const targets = withListeners.flatMap((bytes, at) => {
        const opcode = bytes[0] as number;
        if (!CLASSES_OF_JUMPS.includes(opcode & CLASS_MASK) || opcode === CALL || opcode === EXIT) return [];
        return [{ at, to: at + 1 + ((readU16(bytes, 2) << 16) >> 16) }];
      });
      for (const { at, to } of targets) assert.ok(to >= 0 && to < withListeners.length, `instruction ${at}`);
      assert.equal(targets.filter(({ at, to }) => to <= at).length, 3);
    });
  });

describe("a kernel whose structures differ from those that the tracing program needs", () => {
  it("is refused if something is missing", () =>
    assert.throws(() => layoutOf(smallKernel("arm64"), architectures.x64), {
      code: "kernel",
      message: /this kernel is unlike those it is written for: struct pt_regs has no di$/,
      hint: /report/,
    }));

  it("is refused if something has another size", () =>
    assert.throws(() => layoutOf(smallKernel("x64", { inum: long }), architectures.x64), {
      code: "kernel",
      message: /ns\.inum of struct net is of 8 bytes, not 4$/,
    }));
});

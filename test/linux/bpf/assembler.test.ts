import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { Assembler } from "../../../src/linux/bpf/assembler.js";
import { hex, otherByteOrder } from "../../support/wire/golden/hex.js";

/** Asserts that instructions equal bytes that were written by hand after the kernel's instruction-set.rst. */
function assembles(build: (assembler: Assembler) => void, golden: string): void {
  const assembler = new Assembler();
  build(assembler);
  assert.deepEqual(assembler.assemble(), hex(golden));
}

describe("the BPF assembler", { skip: otherByteOrder }, () => {
  it("loads values of every size", () =>
    assembles(
      (a) => {
        a.load("u8", "r1", "r2", 1);
        a.load("u16", "r3", "r10", -8);
        a.load("u32", "r0", "r9", 0x7fff);
        a.load("u64", "r7", "r6", 8);
      },
      `
      71 21 01 00 00 00 00 00 # r1 = *(u8 *)(r2 + 1)
      69 a3 f8 ff 00 00 00 00 # r3 = *(u16 *)(r10 - 8)
      61 90 ff 7f 00 00 00 00 # r0 = *(u32 *)(r9 + 32767)
      79 67 08 00 00 00 00 00 # r7 = *(u64 *)(r6 + 8)
    `,
    ));

  it("stores registers and constants", () =>
    assembles(
      (a) => {
        a.store("u8", "r1", 0, "r2");
        a.store("u16", "r1", 2, 0x1234);
        a.store("u32", "r10", -4, "r0");
        a.store("u64", "r6", 16, -1);
      },
      `
      73 21 00 00 00 00 00 00 # *(u8 *)(r1 + 0) = r2
      6a 01 02 00 34 12 00 00 # *(u16 *)(r1 + 2) = 0x1234
      63 0a fc ff 00 00 00 00 # *(u32 *)(r10 - 4) = r0
      7a 06 10 00 ff ff ff ff # *(u64 *)(r6 + 16) = -1
    `,
    ));

  it("calculates in 64 bits", () =>
    assembles(
      (a) => {
        a.move("r6", "r1");
        a.move("r0", 0);
        a.add("r1", -40);
        a.add("r8", "r9");
        a.subtract("r9", "r8");
        a.and("r1", 0xf000);
        a.shiftLeft("r2", 32);
        a.shiftRight("r2", 29);
      },
      `
      bf 16 00 00 00 00 00 00 # r6 = r1
      b7 00 00 00 00 00 00 00 # r0 = 0
      07 01 00 00 d8 ff ff ff # r1 += -40
      0f 98 00 00 00 00 00 00 # r8 += r9
      1f 89 00 00 00 00 00 00 # r9 -= r8
      57 01 00 00 00 f0 00 00 # r1 &= 0xf000
      67 02 00 00 20 00 00 00 # r2 <<= 32
      77 02 00 00 1d 00 00 00 # r2 >>= 29
    `,
    ));

  it("jumps forwards and backwards, counted from the next instruction", () =>
    assembles(
      (a) => {
        a.label("start");
        a.jumpIf("r7", "==", 54, "end");
        a.jumpIf("r1", "!=", "r2", "end");
        a.jumpIf32("r1", "signed <", 16, "start");
        a.jump("start");
        a.label("end");
        a.exit();
      },
      `
      15 07 03 00 36 00 00 00 # if r7 == 54 goto +3
      5d 21 02 00 00 00 00 00 # if r1 != r2 goto +2
      c6 01 fd ff 10 00 00 00 # if w1 s< 16 goto -3
      05 00 fc ff 00 00 00 00 # goto -4
      95 00 00 00 00 00 00 00 # exit
    `,
    ));

  it("compares in every way", () =>
    assembles(
      (a) => {
        for (const comparison of ["==", "!=", ">", ">=", "<", "<=", "&", "signed <"] as const)
          a.jumpIf("r1", comparison, 1, "here");
        a.label("here");
      },
      `
      15 01 07 00 01 00 00 00
      55 01 06 00 01 00 00 00
      25 01 05 00 01 00 00 00
      35 01 04 00 01 00 00 00
      a5 01 03 00 01 00 00 00
      b5 01 02 00 01 00 00 00
      45 01 01 00 01 00 00 00
      c5 01 00 00 01 00 00 00
    `,
    ));

  it("calls helpers by number", () =>
    assembles(
      (a) => {
        a.call("ktime_get_ns");
        a.call("probe_read_kernel");
        a.call("ringbuf_submit");
      },
      `
      85 00 00 00 05 00 00 00
      85 00 00 00 71 00 00 00
      85 00 00 00 84 00 00 00
    `,
    ));

  it("refers to maps by two instructions, which jumps over them count", () =>
    assembles(
      (a) => {
        a.jump("after");
        a.loadMap("r1", 9);
        a.loadMapValue("r2", 10, 16);
        a.label("after");
        a.atomicAdd("r2", 8, "r3");
      },
      `
      05 00 04 00 00 00 00 00 # goto +4
      18 11 00 00 09 00 00 00 # r1 = map[fd:9]
      00 00 00 00 00 00 00 00
      18 22 00 00 0a 00 00 00 # r2 = map[fd:10][0] + 16
      00 00 00 00 10 00 00 00
      db 32 08 00 00 00 00 00 # lock *(u64 *)(r2 + 8) += r3
    `,
    ));

  it("refuses a label that is defined twice or not at all", () => {
    const assembler = new Assembler();
    assembler.label("here");
    assert.throws(() => assembler.label("here"), /the label here is there twice/);
    assembler.jump("there");
    assert.throws(() => assembler.assemble(), /there is no label there/);
  });
});

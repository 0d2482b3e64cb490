import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import * as bpf from "../../../../src/wire/kernel/bpf/classic.js";
import { disassemble } from "../../../../src/wire/kernel/bpf/disassemble.js";
import { PacketFilter } from "../../../../src/wire/kernel/bpf/run.js";
import { assertMalformed } from "../../../support/wire/malformed.js";

const at = (code: number, k = 0, jt = 0, jf = 0): bpf.Instruction => ({ code, jt, jf, k });
const returnA = at(bpf.BPF_RET | bpf.BPF_A);
const packet = Uint8Array.of(0xa5, 0xff, 0x01, 0x02, 0x83, 0x45, 0xa5);

/** Runs a program on a packet that is surrounded by other bytes, and returns the result. */
function run(...program: bpf.Instruction[]): number {
  return new PacketFilter(program).run(packet, 1, 5, 1500);
}

const u32 = fc.oneof(
  fc.nat(0xffff_ffff),
  fc.constantFrom(0, 1, 31, 32, 0x7fff_ffff, 0x8000_0000, 0xffff_ffff),
);

describe("a classic BPF program", () => {
  it("loads big-endian numbers, and refuses a packet that is too short", () => {
    const load = (size: number, k: number): number => run(at(bpf.BPF_LD | size | bpf.BPF_ABS, k), returnA);
    assert.equal(load(bpf.BPF_W, 0), 0xff010283);
    assert.equal(load(bpf.BPF_W, 1), 0x01028345);
    assert.equal(load(bpf.BPF_W, 2), 0);
    assert.equal(load(bpf.BPF_H, 3), 0x8345);
    assert.equal(load(bpf.BPF_H, 4), 0);
    assert.equal(load(bpf.BPF_B, 4), 0x45);
    assert.equal(load(bpf.BPF_B, 5), 0);
    assert.equal(load(bpf.BPF_B, 0xffff_f004), 0);
    assert.equal(
      run(at(bpf.BPF_LDX | bpf.BPF_MSH | bpf.BPF_B, 4), at(bpf.BPF_MISC | bpf.BPF_TXA), returnA),
      20,
    );
    assert.equal(run(at(bpf.BPF_LD | bpf.BPF_LEN), returnA), 1500);
    assert.equal(
      run(at(bpf.BPF_LDX | bpf.BPF_LEN), at(bpf.BPF_LD | bpf.BPF_B | bpf.BPF_IND, 2 ** 32 - 1496), returnA),
      0x45,
    );
  });

  it("stores and loads its memory", () => {
    const { BPF_LD, BPF_LDX, BPF_IMM, BPF_MEM, BPF_ST, BPF_STX, BPF_MISC, BPF_TAX, BPF_TXA } = bpf;
    assert.equal(
      run(
        at(BPF_LD | BPF_IMM, 0xdeadbeef),
        at(BPF_ST, 15),
        at(BPF_LDX | BPF_MEM, 15),
        at(BPF_STX, 3),
        at(BPF_LD | BPF_MEM, 3),
        at(BPF_MISC | BPF_TAX),
        at(BPF_LD | BPF_IMM, 1),
        at(BPF_MISC | BPF_TXA),
        returnA,
      ),
      0xdeadbeef,
    );
    assert.equal(run(at(BPF_LD | BPF_MEM, 15), returnA), 0);
  });

  it("calculates with unsigned 32-bit numbers", () => {
    const reference: [number, (a: bigint, b: bigint) => bigint][] = [
      [bpf.BPF_ADD, (a, b) => a + b],
      [bpf.BPF_SUB, (a, b) => a - b],
      [bpf.BPF_MUL, (a, b) => a * b],
      [bpf.BPF_DIV, (a, b) => (b === 0n ? 0n : a / b)],
      [bpf.BPF_MOD, (a, b) => (b === 0n ? 0n : a % b)],
      [bpf.BPF_AND, (a, b) => a & b],
      [bpf.BPF_OR, (a, b) => a | b],
      [bpf.BPF_XOR, (a, b) => a ^ b],
      [bpf.BPF_LSH, (a, b) => (b < 32n ? a << b : 0n)],
      [bpf.BPF_RSH, (a, b) => (b < 32n ? a >> b : 0n)],
    ];
    for (const [operation, expected] of reference)
      fc.assert(
        fc.property(u32, u32, (a, b) => {
          const wanted = Number(BigInt.asUintN(32, expected(BigInt(a), BigInt(b))));
          const load = at(bpf.BPF_LD | bpf.BPF_IMM, a);
          const byX = [
            at(bpf.BPF_LDX | bpf.BPF_IMM, b),
            load,
            at(bpf.BPF_ALU | operation | bpf.BPF_X),
            returnA,
          ];
          assert.equal(run(...byX), wanted);
          const isDivision = operation === bpf.BPF_DIV || operation === bpf.BPF_MOD;
          if (b !== 0 || !isDivision)
            assert.equal(run(load, at(bpf.BPF_ALU | operation | bpf.BPF_K, b), returnA), wanted);
        }),
      );
    assert.equal(run(at(bpf.BPF_LD | bpf.BPF_IMM, 5), at(bpf.BPF_ALU | bpf.BPF_NEG), returnA), 0xffff_fffb);
  });

  it("compares unsigned numbers", () => {
    const reference: [number, (a: number, b: number) => boolean][] = [
      [bpf.BPF_JEQ, (a, b) => a === b],
      [bpf.BPF_JGT, (a, b) => a > b],
      [bpf.BPF_JGE, (a, b) => a >= b],
      [bpf.BPF_JSET, (a, b) => (a & b) !== 0],
    ];
    const end = [at(bpf.BPF_RET, 1), at(bpf.BPF_RET, 2)];
    for (const [operation, holds] of reference)
      fc.assert(
        fc.property(u32, u32, (a, b) => {
          const wanted = holds(a, b) ? 2 : 1;
          const load = at(bpf.BPF_LD | bpf.BPF_IMM, a);
          assert.equal(run(load, at(bpf.BPF_JMP | operation, b, 1, 0), ...end), wanted);
          const setX = at(bpf.BPF_LDX | bpf.BPF_IMM, b);
          assert.equal(run(load, setX, at(bpf.BPF_JMP | operation | bpf.BPF_X, 0, 1, 0), ...end), wanted);
        }),
      );
  });

  it("ends even if it loops", () => assert.equal(run(at(bpf.BPF_JMP | bpf.BPF_JA, 2 ** 32 - 1), returnA), 0));

  it("is refused if it is invalid", () => {
    const wrong: [program: bpf.Instruction[], reason: string][] = [
      [[], "0 instructions; 1 to 4096 can be"],
      [[at(bpf.BPF_LD | bpf.BPF_IMM)], "doesn't return"],
      [[at(bpf.BPF_JMP | bpf.BPF_JEQ, 0, 0, 1), returnA], "jumps past the end"],
      [[at(bpf.BPF_JMP | bpf.BPF_JA, 1), returnA], "jumps past the end"],
      [[at(bpf.BPF_JMP | bpf.BPF_JA, 2 ** 32 - 2), returnA], "jumps past the end"],
      [[at(bpf.BPF_ST, 16), returnA], "there is no M[16]"],
      [[at(0xffff), returnA], "unknown code 0xffff"],
      [[at(bpf.BPF_ALU | bpf.BPF_DIV, 0), returnA], "divides by zero"],
    ];
    for (const [program, reason] of wrong) {
      const where = program.length === 0 ? "BPF program" : "BPF instruction 0";
      assertMalformed(() => new PacketFilter(program), where, reason);
    }
  });

  it("is refused or ends, and can be printed, whatever it is", () => {
    const instruction = fc.record({
      code: fc.oneof(fc.nat(0xb7), fc.nat(0xffff)),
      jt: fc.nat(4),
      jf: fc.nat(4),
      k: fc.oneof(fc.nat(20), u32),
    });
    fc.assert(
      fc.property(
        fc.array(instruction, { maxLength: 8 }),
        fc.uint8Array({ maxLength: 40 }),
        (program, bytes) => {
          const whole = [...program, returnA];
          assert.equal(disassemble(whole).length, whole.length);
          let filter: PacketFilter;
          try {
            filter = new PacketFilter(whole);
          } catch (error) {
            assert.equal((error as { code?: string }).code, "malformed");
            return;
          }
          const result = filter.run(bytes, 0, bytes.length, bytes.length);
          assert.ok(Number.isInteger(result) && result >= 0 && result < 2 ** 32);
        },
      ),
      { numRuns: 3000 },
    );
  });

  it("is converted to struct sock_filter and back", () => {
    const instruction = fc.record(
      { code: fc.nat(0xffff), jt: fc.nat(255), jf: fc.nat(255), k: u32 },
      { noNullPrototype: true },
    );
    fc.assert(
      fc.property(fc.array(instruction), (program) => {
        const bytes = new Uint8Array(program.length * bpf.SOCK_FILTER_SIZE).fill(0xa5);
        bpf.writeInstructions(program, bytes);
        assert.deepEqual(bpf.readInstructions(bytes), program);
      }),
    );
    assertMalformed(
      () => bpf.readInstructions(new Uint8Array(7)),
      "sock_filter",
      "7 bytes aren't whole instructions",
    );
  });
});

import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { decompileFilter } from "../../../src/wire/filter/decompile.js";
import * as bpf from "../../../src/wire/kernel/bpf/classic.js";
import { Chance } from "../../support/filter/random-expression.js";
import { randomProgram } from "../../support/filter/random-program.js";

const ethernet = { linkType: 1 };

/** A filter that tests a byte many times, each of which leads to all the later ones. */
function ladder(count: number): bpf.Instruction[] {
  const steps = Array.from({ length: count }, (_, index) => [
    bpf.load(bpf.BPF_B, index),
    bpf.ifEqual(index % 256, Math.min(2 * (index % 50), 255), 0),
  ]).flat();
  const rest = Array.from({ length: 110 }, () => bpf.load(bpf.BPF_B, 0));
  return [...steps, ...rest, bpf.accept(1)];
}

/** Doubles the number of ways, each with another value in memory, at every step. */
function doubling(count: number): bpf.Instruction[] {
  const steps = Array.from({ length: count }, (_, index) => [
    bpf.load(bpf.BPF_B, index),
    bpf.ifEqual(1, 0, 2),
    bpf.statement(bpf.BPF_LD | bpf.BPF_MEM, 0),
    bpf.statement(bpf.BPF_ALU | bpf.BPF_ADD | bpf.BPF_K, 2 ** (index % 31)),
    bpf.statement(bpf.BPF_ST, 0),
  ]).flat();
  return [
    bpf.statement(bpf.BPF_LD | bpf.BPF_IMM, 0),
    bpf.statement(bpf.BPF_ST, 0),
    ...steps,
    bpf.statement(bpf.BPF_LD | bpf.BPF_MEM, 0),
    bpf.statement(bpf.BPF_RET | bpf.BPF_A, 0),
  ];
}

/** Makes a term ever larger. */
function growing(count: number): bpf.Instruction[] {
  const steps = Array.from({ length: count }, (_, index) => [
    bpf.statement(bpf.BPF_MISC | bpf.BPF_TAX, 0),
    bpf.statement(bpf.BPF_ALU | (index % 2 ? bpf.BPF_ADD : bpf.BPF_MUL) | bpf.BPF_X, 0),
  ]).flat();
  return [bpf.load(bpf.BPF_W, 0), ...steps, bpf.ifEqual(5, 0, 1), bpf.accept(1), bpf.accept(0)];
}

describe("a program that is made to keep the decompiler busy", () => {
  const programs: Record<string, bpf.Instruction[]> = {
    "4096 tests": [
      ...Array.from({ length: 4094 }, (_, index) => bpf.ifEqual(index, 0, 0)),
      bpf.accept(1),
      bpf.accept(0),
    ],
    "a long ladder": ladder(1900),
    "a shorter ladder": ladder(300),
    "ways that double": doubling(800),
    "a few ways that double": doubling(12),
    "a term that grows": growing(2000),
    "4000 loads": [
      ...Array.from({ length: 4000 }, (_, index) => bpf.load(bpf.BPF_B, 4000 - index)),
      bpf.accept(1),
    ],
  };
  for (const [name, program] of Object.entries(programs))
    it(`has an expression or a reason: ${name}`, () => {
      const { expression, reason } = decompileFilter(program, ethernet);
      assert.notEqual(expression === undefined, reason === undefined);
    });

  it("has an expression or a reason, however it is made", () => {
    const chance = new Chance(1);
    for (let count = 0; count < 150; count++) {
      const length = chance.pick([3, 6, 12, 25, 50, 100, 400, 1500, 4096]);
      const { expression, reason } = decompileFilter(randomProgram(chance, length), ethernet);
      assert.notEqual(expression === undefined, reason === undefined);
    }
  });
});

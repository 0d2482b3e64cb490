import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { Assembler } from "../../../src/linux/bpf/assembler.js";
import {
  attachToTracepoint,
  createCounter,
  loadProgram,
  readCounter,
} from "../../../src/linux/bpf/bpf-call.js";
import { kernelLayout } from "../../../src/linux/bpf/kernel-layout.js";
import { noTracing } from "../../support/watch/tracing.js";

function program(build: (assembler: Assembler) => void): Uint8Array {
  const assembler = new Assembler();
  build(assembler);
  return assembler.assemble();
}

const nothing = program((a) => {
  a.move("r0", 0);
  a.exit();
});

describe("bpf(2)", { skip: noTracing }, () => {
  const sysExit = noTracing ? 0 : kernelLayout().sysExit;

  it("reports why the verifier rejects a program", () =>
    assert.throws(
      () =>
        loadProgram(
          program((a) => a.exit()),
          sysExit,
        ),
      {
        code: "kernel",
        message: /^cannot trace system calls: .+ \(E\w+\): BPF_PROG_LOAD: .*R0 !read_ok/,
        hint: /report/,
      },
    ));

  it("keeps only the end of a long verifier log", () => {
    const long = program((a) => {
      for (let times = 0; times < 500; times++) a.move("r0", times);
      a.load("u64", "r0", "r10", 8);
      a.exit();
    });
    assert.throws(
      () => loadProgram(long, sysExit),
      ({ message }: Error) => /invalid .*stack/.test(message) && message.length < 1000,
    );
  });

  it("refuses a type that isn't a tracepoint", () =>
    assert.throws(() => loadProgram(nothing, 1), {
      code: "kernel",
      message: /^cannot trace system calls: Invalid argument \(EINVAL\): BPF_PROG_LOAD: .*typedef/,
      hint: /5\.11/,
    }));

  it("reads what programs count", async () => {
    using counter = createCounter();
    assert.equal(readCounter(counter), 0);
    using loaded = loadProgram(
      program((a) => {
        a.loadMapValue("r1", counter.number, 0);
        a.move("r2", 1);
        a.atomicAdd("r1", 0, "r2");
        a.move("r0", 0);
        a.exit();
      }),
      sysExit,
    );
    using _ = attachToTracepoint(loaded);
    const before = readCounter(counter);
    assert.ok(before > 0 && readCounter(counter) > before);
  });
});

import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { Assembler } from "../../../src/linux/bpf/assembler.js";
import {
  attachToRawTracepoint,
  createCounter,
  loadProgram,
  readCounter,
} from "../../../src/linux/bpf/bpf-call.js";
import { noTracing } from "../../support/tracing.js";

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
  it("says why the verifier rejects a program", () =>
    assert.throws(() => loadProgram(program((a) => a.exit())), {
      code: "kernel",
      message: /^cannot trace system calls: .+ \(E\w+\): BPF_PROG_LOAD: .*R0 !read_ok/,
      hint: /report/,
    }));

  it("says only the end of what the verifier says of a long program", () => {
    const long = program((a) => {
      for (let times = 0; times < 500; times++) a.move("r0", times);
      a.load("u64", "r0", "r10", 8);
      a.exit();
    });
    assert.throws(
      () => loadProgram(long),
      ({ message }: Error) => /invalid .*stack/.test(message) && message.length < 1000,
    );
  });

  it("says that there is no such tracepoint", () => {
    using loaded = loadProgram(nothing);
    assert.throws(() => attachToRawTracepoint("no_such_tracepoint", loaded), {
      code: "kernel",
      message: "cannot trace system calls: No such file or directory (ENOENT): BPF_RAW_TRACEPOINT_OPEN",
      hint: /5\.11/,
    });
  });

  it("counts what programs count", async () => {
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
    );
    using _ = attachToRawTracepoint("sys_enter", loaded);
    const before = readCounter(counter);
    assert.ok(before > 0 && readCounter(counter) > before);
  });
});

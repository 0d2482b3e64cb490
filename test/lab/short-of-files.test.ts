import assert from "node:assert/strict";
import { closeSync, fstatSync, openSync, readlinkSync } from "node:fs";
import { describe, it } from "node:test";
import { PromiscError } from "../../src/errors.js";
import { createLan } from "../../src/lab/lan.js";
import { noTun } from "../support/network/devices.js";
import { isolate, noNamespaces, sh } from "../support/network/namespace.js";
import { lacking } from "../support/process/peer.js";

isolate();

const LIMIT = 200;

function isOpen(fd: number): boolean {
  try {
    fstatSync(fd);
    return true;
  } catch {
    return false;
  }
}

/** Returns the number of open files without opening another one. */
const openFiles = (): number => Array.from({ length: LIMIT }, (_, fd) => fd).filter(isOpen).length;

/** Opens files until the kernel refuses. */
function openAll(): number[] {
  const opened: number[] = [];
  for (;;) {
    try {
      opened.push(openSync("/dev/null", "r"));
    } catch (error) {
      assert.equal((error as NodeJS.ErrnoException).code, "EMFILE");
      return opened;
    }
  }
}

function failureOf(action: () => Disposable): unknown {
  try {
    action()[Symbol.dispose]();
    return undefined;
  } catch (error) {
    return error;
  }
}

describe("a virtual LAN when file descriptors run out", {
  skip: noNamespaces || noTun || lacking("prlimit"),
}, () => {
  it("fails with the kernel's error at every step, and leaves nothing behind", () => {
    // This loads everything that a LAN needs.
    createLan({ hosts: 2 })[Symbol.dispose]();
    sh(`prlimit --pid=${process.pid} --nofile=${LIMIT}:`);
    const home = readlinkSync("/proc/thread-self/ns/net");
    const spare = openAll();
    const operations = new Set<string>();
    for (;;) {
      const before = openFiles();
      const failure = failureOf(() => createLan({ hosts: 2 }));
      assert.equal(openFiles(), before, `${failure}`);
      assert.equal(readlinkSync("/proc/thread-self/ns/net"), home);
      if (failure === undefined) break;
      assert.ok(failure instanceof PromiscError, (failure as Error).stack);
      assert.equal(failure.errno?.name, "EMFILE", failure.message);
      operations.add(failure.operation);
      closeSync(spare.pop() as number);
    }
    for (const fd of spare) closeSync(fd);
    assert.ok(operations.size >= 4, [...operations].join(", "));
  });
});

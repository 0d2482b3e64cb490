import { existsSync, statSync } from "node:fs";
import { setImmediate } from "node:timers/promises";
import { PromiscError } from "../../../src/errors.js";
import type { CallRecord } from "../../../src/linux/bpf/call-record.js";
import { SystemCallTracer } from "../../../src/linux/bpf/system-call-tracer.js";

/** Why system calls can't be traced here, or false: for the `skip` option of a test that needs it. */
export const noTracing: string | false = whyNot();

function whyNot(): string | false {
  if (!existsSync("/sys/kernel/btf/vmlinux")) return "needs a kernel with BTF";
  try {
    new SystemCallTracer(() => {})[Symbol.dispose]();
    return false;
  } catch (error) {
    // Any other error is one of the program's own, and the tests must fail of it.
    if (error instanceof PromiscError && error.errno?.name === "EPERM") return `${error.hint}`;
    throw error;
  }
}

/** The inode number of this process's network namespace. */
export function ownNamespace(): number {
  return statSync("/proc/self/ns/net").ino;
}

/** The calls on sockets of a network namespace that are made during an action, or of this process's own. */
export async function callsDuring(
  action: () => void | Promise<void>,
  netns = ownNamespace(),
): Promise<CallRecord[]> {
  const seen: CallRecord[] = [];
  using trace = new SystemCallTracer((event) => {
    // Other tests run at the same time, in namespaces of their own.
    if (event.netns === netns) seen.push(event);
  });
  await action();
  await setImmediate();
  trace.drain();
  return seen;
}

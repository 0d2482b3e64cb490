import { existsSync, statSync } from "node:fs";
import { setImmediate } from "node:timers/promises";
import { PromiscError } from "../../../src/errors.js";
import type { CallRecord } from "../../../src/linux/bpf/call-record.js";
import { SystemCallTracer } from "../../../src/linux/bpf/system-call-tracer.js";

/** Why system calls can't be traced on this machine, or false. Tests that need it use it as their `skip` option. */
export const noTracing: string | false = whyNot();

function whyNot(): string | false {
  if (!existsSync("/sys/kernel/btf/vmlinux")) return "needs a kernel with BTF";
  try {
    new SystemCallTracer(() => {})[Symbol.dispose]();
    return false;
  } catch (error) {
    // Any other error is a fault of the program itself, and must make the tests fail.
    if (error instanceof PromiscError && error.errno?.name === "EPERM") return `${error.hint}`;
    throw error;
  }
}

/** Returns the inode number of this process's network namespace. */
export function ownNamespace(): number {
  return statSync("/proc/self/ns/net").ino;
}

/** Returns the calls during an action on sockets of a network namespace, by default this process's own. */
export async function callsDuring(
  action: () => void | Promise<void>,
  netns = ownNamespace(),
  options: { listeners?: boolean } = {},
): Promise<CallRecord[]> {
  const seen: CallRecord[] = [];
  using trace = new SystemCallTracer((event) => {
    // Other tests run at the same time, in namespaces of their own.
    if (event.netns === netns) seen.push(event);
  }, options);
  await action();
  await setImmediate();
  trace.drain();
  return seen;
}

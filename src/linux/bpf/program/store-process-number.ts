import type { Register } from "../assembler.js";
import { type FrameAssembler, frame } from "./frame-assembler.js";
import type { Kernel } from "./kernel.js";

/** linux/pid_namespace.h: MAX_PID_NS_LEVEL. */
const DEEPEST_LEVEL = 32;

/**
 * Stores the number that a task's process has in the PID namespace of {@link Kernel.pidNamespace}, or 0 if it isn't visible
 * there. A process has a number in its own PID namespace and in each one above (pid_namespaces(7)), and the kernel's helper
 * bpf_get_ns_current_pid_tgid knows the first of them only.
 *
 * In: r6, the record. It loses r7, r8 and r9.
 * @param task where the task is; not r6
 * @param field the record's, an u32
 */
export function storeProcessNumber(
  program: FrameAssembler,
  { layout, pidNamespace }: Kernel,
  task: Register,
  field: number,
): void {
  const label = (name: string): string => `${name} of record field ${field}`;
  program.store("u32", "r6", field, 0);
  program.follow("r8", task, layout.groupLeader, label("no number"));
  program.follow("r8", "r8", layout.pid, label("no number"));
  program.follow("r7", "r8", layout.pidLevel, label("no number"));
  // So that the verifier sees an end; a kernel with more levels would have more numbers than are looked at.
  program.jumpIf("r7", ">", DEEPEST_LEVEL, label("no number"));
  program.move("r9", 0);

  program.label(label("next level"));
  program.jumpIf("r9", ">", "r7", label("no number"));
  program.readKernel(frame.request, "r8", layout.pidNumbers, label("no number"));
  program.load("u64", "r5", "r10", frame.request + layout.pidNamespace.offset);
  program.follow("r1", "r5", layout.pidNamespaceInode, label("no number"));
  // As a signed number, which is what an instruction has room for.
  program.jumpIf32("r1", "==", pidNamespace | 0, label("number"));
  program.add("r8", layout.pidNumbers.size);
  program.add("r9", 1);
  program.jump(label("next level"));

  program.label(label("number"));
  program.load("u32", "r1", "r10", frame.request + layout.pidNumber.offset);
  program.store("u32", "r6", field, "r1");
  program.label(label("no number"));
}

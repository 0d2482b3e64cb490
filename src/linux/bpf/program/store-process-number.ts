import type { Register } from "../assembler.js";
import { type FrameAssembler, frame } from "./frame-assembler.js";
import type { Kernel } from "./kernel.js";

/** linux/pid_namespace.h: MAX_PID_NS_LEVEL. */
const DEEPEST_LEVEL = 32;

/**
 * Stores the process ID that a task's process has in {@link Kernel.pidNamespace}, or 0 if it isn't visible there. A
 * process has an ID in its own PID namespace and in each of its ancestors (pid_namespaces(7)). The kernel's helper
 * bpf_get_ns_current_pid_tgid knows only the first of them.
 *
 * In: r6, the record. Overwrites r7, r8 and r9.
 * @param task the register that holds the task; not r6
 * @param field the offset of the record's field, a u32
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
  // Lets the verifier see that the loop ends. A kernel with more levels would have more IDs than are examined.
  program.jumpIf("r7", ">", DEEPEST_LEVEL, label("no number"));
  program.move("r9", 0);

  program.label(label("next level"));
  program.jumpIf("r9", ">", "r7", label("no number"));
  program.readKernel(frame.request, "r8", layout.pidNumbers, label("no number"));
  program.load("u64", "r5", "r10", frame.request + layout.pidNamespace.offset);
  program.follow("r1", "r5", layout.pidNamespaceInode, label("no number"));
  // As a signed number, because that is what an instruction can hold.
  program.jumpIf32("r1", "==", pidNamespace | 0, label("number"));
  program.add("r8", layout.pidNumbers.size);
  program.add("r9", 1);
  program.jump(label("next level"));

  program.label(label("number"));
  program.load("u32", "r1", "r10", frame.request + layout.pidNumber.offset);
  program.store("u32", "r6", field, "r1");
  program.label(label("no number"));
}

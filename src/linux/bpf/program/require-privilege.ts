import { capabilityBit } from "../../ffi/capability-names.js";
import { kind } from "../call-record.js";
import { type FrameAssembler, frame } from "./frame-assembler.js";
import type { Kernel } from "./kernel.js";

/** One more than the deepest nesting of user namespaces (kernel/user_namespace.c, create_user_ns). */
const DEEPEST_LEVEL = 34;

/** Where the sender's user namespace is kept; the copy of the caller's memory isn't needed any more. */
const sendersNamespace = frame.request;
/** Where r9 is saved; the command line's length is stored there only later. */
const savedRegister = frame.argumentsLength;

/**
 * Jumps to `out` if the event is an rtnetlink message that its sender wasn't allowed to send. Such a send succeeds, and
 * only the reply reports the refusal (net/core/rtnetlink.c, rtnetlink_rcv_msg). The sender needs CAP_NET_ADMIN in the
 * user namespace that owns the network namespace, or in one of its ancestors (user_namespaces(7)).
 *
 * In: r7, the event's kind; `frame.namespace`. Keeps r7 to r9 and overwrites r6.
 */
export function requirePrivilege(program: FrameAssembler, { layout }: Kernel): void {
  program.jumpIf("r7", "!=", kind.link, "privileged");
  program.call("get_current_task_btf");
  program.follow("r6", "r0", layout.credentials, "out");
  program.follow("r1", "r6", layout.effectiveCapabilities, "out");
  program.and("r1", capabilityBit("CAP_NET_ADMIN"));
  program.jumpIf("r1", "==", 0, "out");
  program.follow("r1", "r6", layout.userNamespace, "out");
  program.store("u64", "r10", sendersNamespace, "r1");

  program.load("u64", "r6", "r10", frame.namespace);
  program.follow("r6", "r6", layout.namespaceOwner, "out");
  program.store("u64", "r10", savedRegister, "r9");
  program.move("r9", 0);
  program.label("next owner");
  program.load("u64", "r1", "r10", sendersNamespace);
  program.jumpIf("r6", "==", "r1", "owned");
  // The initial user namespace has no parent.
  program.follow("r6", "r6", layout.userNamespaceParent, "out");
  program.add("r9", 1);
  program.jumpIf("r9", "<", DEEPEST_LEVEL, "next owner");
  program.jump("out");

  program.label("owned");
  program.load("u64", "r9", "r10", savedRegister);
  program.label("privileged");
}

import { readFileSync } from "node:fs";
import { PromiscError } from "../../errors.js";
import { IFF_PROMISC } from "../../wire/kernel/rtnetlink/link.js";
import { Rtnetlink } from "../netlink/rtnetlink.js";
import { MembershipSocket } from "../packet/membership-socket.js";
import { capabilityNames } from "./capability-names.js";

/** Returns the effective capabilities of this process (proc_pid_status(5)), in numeric order. */
export function effectiveCapabilities(): string[] {
  const mask = /^CapEff:\s*([0-9a-f]+)/m.exec(readFileSync("/proc/self/status", "latin1"))?.[1] ?? "0";
  const bits = [...BigInt(`0x${mask}`).toString(2)].reverse();
  return bits.flatMap((bit, number) =>
    bit === "1" ? (capabilityNames[number] ?? `capability ${number}`) : [],
  );
}

/** No interface can have this index. */
const NO_INDEX = 0x7fff_ffff;

/** Calls that need a capability and change nothing. */
const trials = {
  // The kernel checks the capability before it looks for the interface.
  CAP_NET_ADMIN() {
    using rtnetlink = new Rtnetlink();
    rtnetlink.setFlags(NO_INDEX, IFF_PROMISC, IFF_PROMISC, "try CAP_NET_ADMIN");
  },
  CAP_NET_RAW() {
    new MembershipSocket("try CAP_NET_RAW")[Symbol.dispose]();
  },
};

/**
 * Returns whether the kernel grants a capability over this network namespace. Having it isn't enough: the namespace may
 * belong to another user namespace (user_namespaces(7)).
 */
export function isGranted(capability: keyof typeof trials): boolean {
  try {
    trials[capability]();
    return true;
  } catch (error) {
    return !(error instanceof PromiscError && error.code === "privilege");
  }
}

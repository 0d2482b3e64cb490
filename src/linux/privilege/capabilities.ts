import { readFileSync } from "node:fs";
import { PromiscError } from "../../errors.js";
import { IFF_PROMISC } from "../../wire/kernel/rtnetlink/link.js";
import { Rtnetlink } from "../netlink/rtnetlink.js";
import { PacketSocket } from "../packet/packet-socket.js";

/** linux/capability.h, by number. */
const names = [
  "CAP_CHOWN",
  "CAP_DAC_OVERRIDE",
  "CAP_DAC_READ_SEARCH",
  "CAP_FOWNER",
  "CAP_FSETID",
  "CAP_KILL",
  "CAP_SETGID",
  "CAP_SETUID",
  "CAP_SETPCAP",
  "CAP_LINUX_IMMUTABLE",
  "CAP_NET_BIND_SERVICE",
  "CAP_NET_BROADCAST",
  "CAP_NET_ADMIN",
  "CAP_NET_RAW",
  "CAP_IPC_LOCK",
  "CAP_IPC_OWNER",
  "CAP_SYS_MODULE",
  "CAP_SYS_RAWIO",
  "CAP_SYS_CHROOT",
  "CAP_SYS_PTRACE",
  "CAP_SYS_PACCT",
  "CAP_SYS_ADMIN",
  "CAP_SYS_BOOT",
  "CAP_SYS_NICE",
  "CAP_SYS_RESOURCE",
  "CAP_SYS_TIME",
  "CAP_SYS_TTY_CONFIG",
  "CAP_MKNOD",
  "CAP_LEASE",
  "CAP_AUDIT_WRITE",
  "CAP_AUDIT_CONTROL",
  "CAP_SETFCAP",
  "CAP_MAC_OVERRIDE",
  "CAP_MAC_ADMIN",
  "CAP_SYSLOG",
  "CAP_WAKE_ALARM",
  "CAP_BLOCK_SUSPEND",
  "CAP_AUDIT_READ",
  "CAP_PERFMON",
  "CAP_BPF",
  "CAP_CHECKPOINT_RESTORE",
];

/** The effective capabilities of this process (proc_pid_status(5)), in the order of their numbers. */
export function effectiveCapabilities(): string[] {
  const mask = /^CapEff:\s*([0-9a-f]+)/m.exec(readFileSync("/proc/self/status", "latin1"))?.[1] ?? "0";
  const bits = [...BigInt(`0x${mask}`).toString(2)].reverse();
  return bits.flatMap((bit, number) => (bit === "1" ? (names[number] ?? `capability ${number}`) : []));
}

/** No interface can have this index. */
const NO_INDEX = 0x7fff_ffff;

/** What the kernel asks of a capability here and now, without changing anything. */
const trials = {
  // The kernel checks the capability before it looks for the interface.
  CAP_NET_ADMIN() {
    using rtnetlink = new Rtnetlink();
    rtnetlink.setFlags(NO_INDEX, IFF_PROMISC, IFF_PROMISC, "try CAP_NET_ADMIN");
  },
  CAP_NET_RAW() {
    new PacketSocket("try CAP_NET_RAW")[Symbol.dispose]();
  },
};

/**
 * Whether the kernel grants a capability over this network namespace. That this process has it doesn't tell: the
 * namespace may belong to another user namespace (user_namespaces(7)).
 */
export function isGranted(capability: keyof typeof trials): boolean {
  try {
    trials[capability]();
    return true;
  } catch (error) {
    return !(error instanceof PromiscError && error.code === "privilege");
  }
}

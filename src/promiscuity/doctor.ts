import { machine, release, userInfo } from "node:os";
import type { Facility } from "../linux/facility/facility.js";
import { libpcap } from "../linux/facility/libpcap.js";
import { packetDiag } from "../linux/facility/packet-diag.js";
import { btf, ebpf, tracingCapabilities } from "../linux/facility/tracing.js";
import { tun } from "../linux/facility/tun.js";
import { userNamespaces } from "../linux/facility/user-namespaces.js";
import type { Capability } from "../linux/ffi/errno.js";
import { effectiveCapabilities, isGranted } from "../linux/privilege/capabilities.js";

/** What a command needs, and whether it would be allowed now. */
export interface CommandDiagnosis {
  readonly command: string;
  readonly needs: Capability | null;
  /** Names of facilities that it can't do without. */
  readonly facilities?: readonly string[];
  readonly allowed: boolean;
  /** How to be allowed, or to see more. */
  readonly remedy?: string;
}

/** What this kernel and this process's privileges allow. */
export interface Diagnosis {
  readonly kernel: string;
  readonly machine: string;
  readonly node: string;
  readonly uid: number;
  /** Effective capabilities (capabilities(7)), by name. */
  readonly capabilities: readonly string[];
  readonly commands: readonly CommandDiagnosis[];
  readonly facilities: readonly Facility[];
}

const needs: readonly [string, "CAP_NET_ADMIN" | "CAP_NET_RAW" | null][] = [
  ["show", null],
  ["who, check, watch", null],
  ["on, off", "CAP_NET_ADMIN"],
  ["hold, run, capture, scan", "CAP_NET_RAW"],
  ["doctor", null],
];

/** Finds out what this kernel and these privileges allow. Nothing is changed, and nothing left behind. */
export function diagnose(): Diagnosis {
  const facilities = [userNamespaces(), packetDiag(), tracingCapabilities(), btf(), ebpf(), tun(), libpcap()];
  return {
    kernel: release(),
    machine: machine(),
    node: process.version,
    uid: userInfo().uid,
    capabilities: effectiveCapabilities(),
    commands: [
      ...needs.map(([command, capability]) => diagnoseCommand(command, capability)),
      diagnoseLab(facilities),
    ],
    facilities,
  };
}

/** A lab needs namespaces, which root makes without a user namespace, and tap devices. */
function diagnoseLab(facilities: readonly Facility[]): CommandDiagnosis {
  const isRoot = effectiveCapabilities().includes("CAP_SYS_ADMIN");
  const wanted = isRoot ? ["/dev/net/tun"] : ["user namespaces", "/dev/net/tun"];
  const missing = facilities.filter(({ name, available }) => wanted.includes(name) && available === false);
  const command = { command: "lab", needs: null, facilities: wanted, allowed: missing.length === 0 };
  const [first] = missing;
  return first ? { ...command, remedy: `${first.name}: ${first.remedy}` } : command;
}

function diagnoseCommand(command: string, capability: (typeof needs)[number][1]): CommandDiagnosis {
  const allowed = capability === null || isGranted(capability);
  if (capability !== null && !allowed)
    return { command, needs: capability, allowed, remedy: remedyFor(capability) };
  if (command === "who, check, watch" && !seesOthers())
    return { command, needs: capability, allowed, remedy: "with sudo they also see what others hold" };
  return { command, needs: capability, allowed };
}

/**
 * Whether other users' sockets and namespaces are open to this process, and those that only a socket keeps alive: it may look
 * into processes, enter namespaces, list descriptors, and ask a socket for its namespace.
 */
function seesOthers(): boolean {
  const own = effectiveCapabilities();
  const mayList = own.includes("CAP_DAC_READ_SEARCH") || own.includes("CAP_DAC_OVERRIDE");
  return (
    mayList &&
    ["CAP_SYS_PTRACE", "CAP_SYS_ADMIN", "CAP_NET_ADMIN"].every((capability) => own.includes(capability))
  );
}

/** Gives the capability to one copy of Node.js that only this group may run, not to every script on the machine. */
function remedyFor(capability: Capability): string {
  const copy = "/usr/local/lib/promisc-node";
  return [
    "run it with sudo, or grant it to a copy of node:",
    `sudo install -m 0750 -g "$(id -gn)" ${process.execPath} ${copy} &&`,
    `sudo setcap ${capability.toLowerCase()}+ep ${copy}, then ${copy} $(command -v promisc) …`,
  ].join(" ");
}

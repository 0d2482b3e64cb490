import { machine, release, userInfo } from "node:os";
import type { Facility } from "../linux/facility/facility.js";
import { libpcap } from "../linux/facility/libpcap.js";
import { packetDiag } from "../linux/facility/packet-diag.js";
import { btf, ebpf, tracingCapabilities } from "../linux/facility/tracing.js";
import { tun } from "../linux/facility/tun.js";
import { userNamespaces } from "../linux/facility/user-namespaces.js";
import { capabilityRemedy, containerRemedy } from "../linux/ffi/capability-remedy.js";
import { effectiveCapabilities } from "../linux/ffi/effective-capabilities.js";
import type { Capability } from "../linux/ffi/errno.js";
import { isGranted } from "../linux/privilege/capabilities.js";
import { missingForInspection } from "../linux/privilege/inspection-privilege.js";
import { present } from "../present.js";

/** What a command needs, and whether this process may run it. */
export interface CommandDiagnosis {
  readonly command: string;
  /** The capability that the command needs; null if it needs none. */
  readonly needs?: Capability;
  /** Names of the facilities that the command can't do without. */
  readonly facilities?: readonly string[];
  readonly allowed: boolean;
  /** How to get the missing privilege, or how to see more. */
  readonly remedy?: string;
}

/** What this kernel and this process's privileges allow. */
export interface Diagnosis {
  readonly kernel: string;
  readonly machine: string;
  readonly node: string;
  /** The user ID. */
  readonly uid: number;
  /** The effective capabilities (capabilities(7)), by name. */
  readonly capabilities: readonly string[];
  readonly commands: readonly CommandDiagnosis[];
  readonly facilities: readonly Facility[];
}

const needs: readonly [string, "CAP_NET_ADMIN" | "CAP_NET_RAW" | undefined][] = [
  ["show", undefined],
  ["who, check, watch", undefined],
  ["on, off", "CAP_NET_ADMIN"],
  ["hold, run, capture, scan", "CAP_NET_RAW"],
  ["doctor", undefined],
];

/**
 * Reports what this kernel and this process's privileges allow. It changes nothing and leaves nothing behind.
 * @returns the system, the capabilities, which commands may run, and which facilities the kernel offers
 */
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

/**
 * The lab needs tap devices and namespaces. Root creates namespaces directly; other users need a user namespace for
 * that.
 */
function diagnoseLab(facilities: readonly Facility[]): CommandDiagnosis {
  const isRoot = effectiveCapabilities().includes("CAP_SYS_ADMIN");
  const wanted = isRoot ? ["/dev/net/tun"] : ["user namespaces", "/dev/net/tun"];
  const missing = facilities.filter(({ name, available }) => wanted.includes(name) && available === false);
  const command = { command: "lab", facilities: wanted, allowed: missing.length === 0 };
  const [first] = missing;
  return first ? { ...command, remedy: `${first.name}: ${first.remedy}` } : command;
}

function diagnoseCommand(command: string, capability: (typeof needs)[number][1]): CommandDiagnosis {
  const allowed = capability === undefined || isGranted(capability);
  if (capability !== undefined && !allowed)
    return { command, needs: capability, allowed, remedy: remedyFor(capability) };
  const unseen = command === "who, check, watch" ? missingForInspection() : [];
  if (unseen.length > 0)
    return {
      command,
      ...present({ needs: capability }),
      allowed,
      remedy: isRootUser()
        ? `to see also what others hold: ${containerRemedy(unseen)}`
        : "with sudo they also see what others hold",
    };
  return { command, ...present({ needs: capability }), allowed };
}

function isRootUser(): boolean {
  return process.getuid?.() === 0;
}

/**
 * Grants the capability to a copy of Node.js that only one group may run, rather than to every script on the machine.
 * Where root lacks a capability, files can't grant it either.
 */
function remedyFor(capability: Capability): string {
  if (isRootUser()) return capabilityRemedy([capability]);
  const copy = "/usr/local/lib/promisc-node";
  return [
    "run it with sudo, or grant it to a copy of node:",
    `sudo install -m 0750 -g "$(id -gn)" ${process.execPath} ${copy} &&`,
    `sudo setcap ${capability.toLowerCase()}+ep ${copy}, then ${copy} $(command -v promisc) …`,
  ].join(" ");
}

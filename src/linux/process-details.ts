import { readFileSync, readlinkSync } from "node:fs";
import type { Account } from "./account/account.js";
import { findAccount } from "./account/find-account.js";

/** Who and what a process is, as far as /proc tells (proc(5)); a field that can't be read is absent. */
export interface ProcessDetails {
  /** Its number, or null if it has none here: it is in a PID namespace that this process can't see into (pid_namespaces(7)). */
  readonly pid: number | null;
  /** The name of its first thread, at most 15 bytes: the command's, if the process didn't change it. */
  readonly comm?: string;
  readonly args?: readonly string[];
  readonly exe?: string;
  readonly uid?: number;
  readonly user?: string;
  /** ISO 8601 UTC; the kernel counts in hundredths of a second. */
  readonly started?: string;
  readonly cgroup?: string;
  readonly container?: Container;
  /** The systemd unit, `ssh.service` for example. */
  readonly unit?: string;
}

/** The container that a process runs in, as its cgroup's path tells. */
export interface Container {
  readonly id: string;
  readonly runtime: string;
}

/** How a user's name is found; see {@link findAccount} and {@link import("./account/find-account.js").findKnownAccount}. */
export type UserFinder = (uid: number) => Account | undefined;

/** @param findUser by default one that waits for the name service, a bounded time */
export function describeProcess(pid: number, findUser: UserFinder = findAccount): ProcessDetails {
  const stat = read(`/proc/${pid}/stat`);
  const cmdline = read(`/proc/${pid}/cmdline`);
  const uid = /^Uid:\s+(\d+)/m.exec(read(`/proc/${pid}/status`) ?? "")?.[1];
  const cgroup = cgroupPath(read(`/proc/${pid}/cgroup`) ?? "");
  return {
    pid,
    ...present("comm", stat?.slice(stat.indexOf("(") + 1, stat.lastIndexOf(")"))),
    ...present("args", cmdline ? cmdline.replace(/\0$/, "").split("\0") : undefined),
    ...present("exe", linkTarget(`/proc/${pid}/exe`)),
    ...(uid === undefined ? {} : describeUser(Number(uid), findUser)),
    ...present("started", stat && startTime(stat)),
    ...(cgroup === undefined ? {} : describeCgroup(cgroup)),
  };
}

/** A user's number and name. @param findUser as {@link describeProcess} has it */
export function describeUser(
  uid: number,
  findUser: UserFinder = findAccount,
): { uid: number; user?: string } {
  return { uid, ...present("user", findUser(uid)?.name) };
}

function present<Key extends string, Value>(key: Key, value: Value | undefined): { [K in Key]?: Value } {
  return (value === undefined ? {} : { [key]: value }) as { [K in Key]?: Value };
}

function read(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return undefined;
  }
}

function linkTarget(path: string): string | undefined {
  try {
    return readlinkSync(path);
  } catch {
    return undefined;
  }
}

/** USER_HZ, the unit of times in /proc: 100 on every architecture that Node.js runs on. */
const TICKS_PER_SECOND = 100;

/** Field 22 of /proc/PID/stat is the time from boot to the process's start. */
function startTime(stat: string): string | undefined {
  const ticks = Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19]);
  // Read once: each reading differs by some hundredths, and a process must not seem to start at different times.
  bootTime ??= Date.now() - Number(read("/proc/uptime")?.split(" ")[0]) * 1000;
  const started = new Date(bootTime + (ticks / TICKS_PER_SECOND) * 1000);
  return Number.isNaN(started.getTime()) ? undefined : started.toISOString().replace(/\dZ$/, "Z");
}

/** Milliseconds since 1970. */
let bootTime: number | undefined;

/** The unified hierarchy's path, or on older systems that of systemd's or the first one. */
function cgroupPath(text: string): string | undefined {
  const lines = text.split("\n");
  const line =
    lines.find((each) => each.startsWith("0::")) ??
    lines.find((each) => each.includes(":name=systemd:")) ??
    lines.find((each) => each !== "");
  return line?.split(":").slice(2).join(":");
}

/** How container runtimes name their cgroups: as a systemd scope, or as a directory. */
const containerPatterns: readonly (readonly [RegExp, string])[] = [
  [/\/docker[-/]([0-9a-f]{64})/, "docker"],
  [/\/cri-containerd[-:]([0-9a-f]{64})/, "containerd"],
  [/\/crio-(?:conmon-)?([0-9a-f]{64})/, "cri-o"],
  [/\/libpod-(?:conmon-)?([0-9a-f]{64})/, "podman"],
  [/\/lxc(?:\.payload\.|\/)([^/]+)/, "lxc"],
  [/\/machine\.slice\/(?:machine-|systemd-nspawn@)([^/]+?)\.(?:scope|service)/, "nspawn"],
  [/\/kubepods.*\/([0-9a-f]{64})/, "kubernetes"],
];

function describeCgroup(cgroup: string): Pick<ProcessDetails, "cgroup" | "container" | "unit"> {
  const container = containerPatterns.flatMap(([pattern, runtime]) => {
    const id = pattern.exec(cgroup)?.[1];
    return id === undefined ? [] : [{ id, runtime }];
  })[0];
  const unit = cgroup
    .split("/")
    .filter((part) => /\.(?:service|scope)$/.test(part))
    .pop();
  return { cgroup, ...present("container", container), ...present("unit", unit) };
}

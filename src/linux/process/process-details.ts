import { readlinkSync, statSync } from "node:fs";
import { present } from "../../present.js";
import type { Account } from "../account/account.js";
import { findAccount, findKnownAccount } from "../account/find-account.js";
import { BootTime } from "../clock/boot-time.js";
import { textOf } from "../file/text-file.js";
import { readCommandLine } from "./command-line.js";
import { type ControlGroup, readControlGroup } from "./control-group.js";
import { ownUserNamespace } from "./own-namespaces.js";
import { processNumbers } from "./process-list.js";

/** Who and what a process is, as far as /proc tells (proc(5)); a field that can't be read is absent. */
export interface ProcessDetails extends ControlGroup {
  /** Its number, or null if it has none here: it is in a PID namespace that this process can't see into (pid_namespaces(7)). */
  readonly pid: number | null;
  /** The name of its first thread, at most 15 bytes: the command's, if the process didn't change it. */
  readonly comm?: string;
  /** The first 4096 bytes of them. */
  readonly args?: readonly string[];
  /** Present if there are more. */
  readonly args_truncated?: true;
  readonly exe?: string;
  /**
   * Present if `exe` doesn't prove what runs: the file that is at that path here is another one, because it was replaced or
   * the process sees other mounts; or the process is in another user namespace, whose root may set its own (prctl(2),
   * PR_SET_MM_MAP).
   */
  readonly exe_unverified?: true;
  readonly uid?: number;
  readonly user?: string;
  /** ISO 8601 UTC; the kernel counts in hundredths of a second. */
  readonly started?: string;
  readonly cgroup?: string;
}

/** How a user's name is found; see {@link findAccount} and {@link findKnownAccount}. */
export type UserFinder = (uid: number) => Account | undefined;

/** @param findUser by default one that waits for the name service, a bounded time */
export function readProcess(pid: number, findUser: UserFinder = findAccount): ProcessDetails {
  const stat = read(pid, "stat");
  const command = readCommandLine(pid);
  const uid = /^Uid:\s+(\d+)/m.exec(read(pid, "status") ?? "")?.[1];
  const cgroup = cgroupPath(read(pid, "cgroup") ?? "");
  return {
    pid,
    ...present({
      comm: stat?.slice(stat.indexOf("(") + 1, stat.lastIndexOf(")")),
      args: command?.args,
      args_truncated: command?.isTruncated ? (true as const) : undefined,
    }),
    ...describeExecutable(pid),
    ...(uid === undefined ? {} : describeUser(Number(uid), findUser)),
    ...present({ started: stat && startTime(stat), cgroup }),
    ...(cgroup === undefined ? {} : readControlGroup(cgroup)),
  };
}

/** A user's number and name. @param findUser as {@link readProcess} has it */
export function describeUser(
  uid: number,
  findUser: UserFinder = findAccount,
): { uid: number; user?: string } {
  return { uid, ...present({ user: findUser(uid)?.name }) };
}

/** Has {@link findKnownAccount} know the users of all processes that run now, in a moment. */
export function learnUsersOfProcesses(): void {
  for (const pid of processNumbers()) {
    const uid = statSync(`/proc/${pid}`, { throwIfNoEntry: false })?.uid;
    if (uid !== undefined) findKnownAccount(uid);
  }
}

function read(pid: number, file: string): string | undefined {
  return textOf(`/proc/${pid}/${file}`, "utf8");
}

function describeExecutable(pid: number): Pick<ProcessDetails, "exe" | "exe_unverified"> {
  const exe = linkTarget(`/proc/${pid}/exe`);
  if (exe === undefined) return {};
  const isVerified =
    linkTarget(`/proc/${pid}/ns/user`) === `user:[${ownUserNamespace()}]` &&
    isSameFile(`/proc/${pid}/exe`, exe);
  return isVerified ? { exe } : { exe, exe_unverified: true };
}

function isSameFile(one: string, other: string): boolean {
  try {
    const [a, b] = [statSync(one, { bigint: true }), statSync(other, { bigint: true })];
    return a.dev === b.dev && a.ino === b.ino;
  } catch {
    return false;
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
  bootTime ??= new BootTime();
  const started = new Date(bootTime.milliseconds + (ticks / TICKS_PER_SECOND) * 1000);
  return Number.isNaN(started.getTime()) ? undefined : started.toISOString().replace(/\dZ$/, "Z");
}

let bootTime: BootTime | undefined;

/** The unified hierarchy's path, or on older systems that of systemd's or the first one. */
function cgroupPath(text: string): string | undefined {
  const lines = text.split("\n");
  const line =
    lines.find((each) => each.startsWith("0::")) ??
    lines.find((each) => each.includes(":name=systemd:")) ??
    lines.find((each) => each !== "");
  return line?.split(":").slice(2).join(":");
}

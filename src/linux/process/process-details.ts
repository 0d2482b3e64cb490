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

/** What /proc shows about a process (proc(5)). Fields that can't be read are absent. */
export interface ProcessDetails extends ControlGroup {
  /**
   * The process ID; absent if the process has none here, because it is in a PID namespace that this process can't see
   * into (pid_namespaces(7)).
   */
  readonly pid?: number;
  /** The name of its first thread, at most 15 bytes. It is the command's name unless the process changed it. */
  readonly comm?: string;
  /** The first 4096 bytes of its arguments. */
  readonly args?: readonly string[];
  /** Present if the arguments are longer. */
  readonly argsTruncated?: true;
  /** The path of its executable. */
  readonly exe?: string;
  /**
   * Present if `exe` doesn't prove what is running. The file at that path may be another one, because it was replaced
   * or the process sees other mounts. Or the process is in another user namespace, whose root may set the path
   * (prctl(2), PR_SET_MM_MAP).
   */
  readonly exeUnverified?: true;
  /** The real user ID. */
  readonly uid?: number;
  /** The user's name. */
  readonly user?: string;
  /** When it started: ISO 8601, UTC, in hundredths of a second, as the kernel counts. */
  readonly started?: string;
  /** The path of its control group. */
  readonly cgroup?: string;
}

/** Finds a user by ID; see {@link findAccount} and {@link findKnownAccount}. */
export type UserFinder = (uid: number) => Account | undefined;

/**
 * Reads what /proc shows about a process.
 * @param findUser finds the user's name; the default waits for the name service for a limited time
 */
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
      argsTruncated: command?.isTruncated ? (true as const) : undefined,
    }),
    ...describeExecutable(pid),
    ...(uid === undefined ? {} : describeUser(Number(uid), findUser)),
    ...present({ started: stat && startTime(stat), cgroup }),
    ...(cgroup === undefined ? {} : readControlGroup(cgroup)),
  };
}

/**
 * Returns a user's ID and name.
 * @param findUser see {@link readProcess}
 */
export function describeUser(
  uid: number,
  findUser: UserFinder = findAccount,
): { uid: number; user?: string } {
  return { uid, ...present({ user: findUser(uid)?.name }) };
}

/** Looks up the users of all running processes in the background, so that {@link findKnownAccount} knows them soon. */
export function learnUsersOfProcesses(): void {
  for (const pid of processNumbers()) {
    const uid = statSync(`/proc/${pid}`, { throwIfNoEntry: false })?.uid;
    if (uid !== undefined) findKnownAccount(uid);
  }
}

function read(pid: number, file: string): string | undefined {
  return textOf(`/proc/${pid}/${file}`, "utf8");
}

function describeExecutable(pid: number): Pick<ProcessDetails, "exe" | "exeUnverified"> {
  const exe = linkTarget(`/proc/${pid}/exe`);
  if (exe === undefined) return {};
  const isVerified =
    linkTarget(`/proc/${pid}/ns/user`) === `user:[${ownUserNamespace()}]` &&
    isSameFile(`/proc/${pid}/exe`, exe);
  return isVerified ? { exe } : { exe, exeUnverified: true };
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

/** Returns when a process started. Field 22 of /proc/PID/stat is the time from boot to its start. */
function startTime(stat: string): string | undefined {
  const ticks = Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19]);
  bootTime ??= new BootTime();
  const started = new Date(bootTime.milliseconds + (ticks / TICKS_PER_SECOND) * 1000);
  return Number.isNaN(started.getTime()) ? undefined : started.toISOString().replace(/\dZ$/, "Z");
}

let bootTime: BootTime | undefined;

/** Returns the path in the unified hierarchy, or on older systems in systemd's or the first one. */
function cgroupPath(text: string): string | undefined {
  const lines = text.split("\n");
  const line =
    lines.find((each) => each.startsWith("0::")) ??
    lines.find((each) => each.includes(":name=systemd:")) ??
    lines.find((each) => each !== "");
  return line?.split(":").slice(2).join(":");
}

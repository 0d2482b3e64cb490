import { readlinkSync, statSync } from "node:fs";
import { present } from "../../present.js";
import type { Account } from "../account/account.js";
import { findAccount, findKnownAccount } from "../account/find-account.js";
import { BOOT_TIME_UNIT_MS, readBootTime } from "../clock/boot-time.js";
import { textOf } from "../file/text-file.js";
import { readCommandLine } from "./command-line.js";
import { type ControlGroup, readControlGroup } from "./control-group.js";
import { ownUserNamespace } from "./own-namespaces.js";
import { processNumbers } from "./process-list.js";

/** When a process started. */
export interface ProcessStart {
  /**
   * When it started: ISO 8601, UTC, in hundredths of a second, as the kernel counts. It is the same whenever it is
   * read, until somebody sets the system clock.
   */
  readonly started?: string;
  /**
   * The hundredths of a second from boot to its start (field 22 of /proc/PID/stat). Together with `pid` it denotes one
   * process of this boot, even if somebody sets the clock.
   */
  readonly startTicks?: number;
}

/** What /proc shows about a process (proc(5)). Fields that can't be read are absent. */
export interface ProcessDetails extends ControlGroup, ProcessStart {
  /**
   * The process ID; absent if the process has none here, because it is in a PID namespace that this process can't see
   * into (pid_namespaces(7)).
   */
  readonly pid?: number;
  /** The name of its first thread, at most 15 bytes. It is the command's name unless the process changed it. */
  readonly comm?: string;
  /**
   * The first 4096 bytes of its arguments. Absent if it ended before they were read, or has none, as a kernel thread.
   */
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
  /**
   * The ID of the user who logged in and started it, directly or through other programs. Unlike `uid`, sudo(8) and
   * su(1) don't change it. Absent if it has none, as a service. Such a process may set any.
   */
  readonly loginUid?: number;
  /** The name of the user who logged in. */
  readonly loginUser?: string;
  /** Its parent process. If the process that started it has ended, that is process 1, or one that takes its place. */
  readonly parent?: ParentProcess;
  /** The path of its control group. */
  readonly cgroup?: string;
}

/** A process's parent. */
export interface ParentProcess extends ProcessStart {
  readonly pid: number;
  /** The name of its first thread, at most 15 bytes. */
  readonly comm: string;
}

/** Finds a user by ID; see {@link findAccount} and {@link findKnownAccount}. */
export type UserFinder = (uid: number) => Account | undefined;

/**
 * Reads what /proc shows about a process.
 * @param findUser finds the user's name; the default waits for the name service for a limited time
 */
export function readProcess(pid: number, findUser: UserFinder = findAccount): ProcessDetails {
  const stat = readStat(pid);
  const command = readCommandLine(pid);
  const uid = /^Uid:\s+(\d+)/m.exec(read(pid, "status") ?? "")?.[1];
  const cgroup = cgroupPath(read(pid, "cgroup") ?? "");
  return {
    pid,
    ...present({
      comm: stat?.comm,
      args: command?.args,
      argsTruncated: command?.isTruncated ? (true as const) : undefined,
    }),
    ...describeExecutable(pid),
    ...(uid === undefined ? {} : describeUser(Number(uid), findUser)),
    ...describeLogin(pid, findUser),
    ...(stat ? describeStart(stat) : {}),
    ...present({ parent: stat && readParent(stat), cgroup }),
    ...(cgroup === undefined ? {} : readControlGroup(cgroup)),
  };
}

/** What promisc reads of /proc/PID/stat. */
interface ProcessStat {
  readonly comm: string;
  readonly parent: number;
  readonly startTicks: number;
}

function readStat(pid: number): ProcessStat | undefined {
  const stat = read(pid, "stat");
  if (stat === undefined) return undefined;
  // The name may contain blanks and parentheses. Field 3 follows it.
  const end = stat.lastIndexOf(")");
  const fields = stat.slice(end + 2).split(" ");
  return {
    comm: stat.slice(stat.indexOf("(") + 1, end),
    parent: Number(fields[4 - 3]),
    startTicks: Number(fields[22 - 3]),
  };
}

/** Returns a process's parent; undefined if it can't be seen from this PID namespace, or has ended meanwhile. */
function readParent({ parent: pid, startTicks }: ProcessStat): ParentProcess | undefined {
  if (!(pid > 0)) return undefined;
  const stat = readStat(pid);
  // A process that started later has the parent's number, but isn't the parent.
  if (stat === undefined || stat.startTicks > startTicks) return undefined;
  return { pid, comm: stat.comm, ...describeStart(stat) };
}

/** What /proc/PID/loginuid has for a process that nobody logged in for. */
const NO_LOGIN = 0xffff_ffff;

function describeLogin(pid: number, findUser: UserFinder): Pick<ProcessDetails, "loginUid" | "loginUser"> {
  const text = read(pid, "loginuid");
  if (!text || Number(text) === NO_LOGIN) return {};
  const { uid, user } = describeUser(Number(text), findUser);
  return { loginUid: uid, ...present({ loginUser: user }) };
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

/** Times in /proc count in USER_HZ: hundredths of a second on every architecture that Node.js runs on. */
function describeStart({ startTicks }: ProcessStat): ProcessStart {
  const started = new Date(readBootTime() + startTicks * BOOT_TIME_UNIT_MS);
  if (Number.isNaN(started.getTime())) return {};
  return { started: started.toISOString().replace(/\dZ$/, "Z"), startTicks };
}

/** Returns the path in the unified hierarchy, or on older systems in systemd's or the first one. */
function cgroupPath(text: string): string | undefined {
  const lines = text.split("\n");
  const line =
    lines.find((each) => each.startsWith("0::")) ??
    lines.find((each) => each.includes(":name=systemd:")) ??
    lines.find((each) => each !== "");
  return line?.split(":").slice(2).join(":");
}

import { readdirSync, readFileSync } from "node:fs";
import { textOf } from "../file/text-file.js";

/** Returns the IDs of all processes that /proc shows, in its order (proc(5)). */
export function processNumbers(): number[] {
  return readdirSync("/proc").map(Number).filter(Number.isInteger);
}

/**
 * Returns the IDs of all processes, newest first. IDs are assigned in rising order, and start again at the lowest after
 * the highest.
 */
export function processNumbersNewestFirst(): number[] {
  const last = lastNumber(readFileSync(LOAD, "latin1"));
  const age = (pid: number): number => (pid <= last ? last - pid : last - pid + 2 ** 22);
  return processNumbers().sort((a, b) => age(a) - age(b));
}

/**
 * Returns the process ID that was assigned last; undefined if no file can be opened now. /proc/stat counts processes
 * too, but reading it costs ten times as much.
 */
export function newestProcess(): number | undefined {
  const load = textOf(LOAD);
  return load === undefined ? undefined : lastNumber(load);
}

/** The file's last field is the process ID that was assigned last (proc_loadavg(5)). */
const LOAD = "/proc/loadavg";

function lastNumber(load: string): number {
  return Number(load.trim().split(" ").at(-1));
}

/** Returns the children of a process's first thread (proc_tid_children(5)); none if the kernel doesn't list them. */
export function childrenOf(pid: number): number[] {
  return (textOf(`/proc/${pid}/task/${pid}/children`)?.match(/\d+/g) ?? []).map(Number);
}

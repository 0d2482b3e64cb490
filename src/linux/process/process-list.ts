import { readdirSync, readFileSync } from "node:fs";
import { textOf } from "../file/text-file.js";

/** The numbers of all processes that /proc shows, in its order (proc(5)). */
export function processNumbers(): number[] {
  return readdirSync("/proc").map(Number).filter(Number.isInteger);
}

/** The same, the newest first: process numbers are given out in rising order, and begin again at the lowest after the highest. */
export function processNumbersNewestFirst(): number[] {
  const last = lastNumber(readFileSync(LOAD, "latin1"));
  const age = (pid: number): number => (pid <= last ? last - pid : last - pid + 2 ** 22);
  return processNumbers().sort((a, b) => age(a) - age(b));
}

/** The number that was given out last; undefined if no file can be opened now. /proc/stat counts processes, and costs ten times as much. */
export function newestProcess(): number | undefined {
  const load = textOf(LOAD);
  return load === undefined ? undefined : lastNumber(load);
}

/** Its last field is the number given out last (proc_loadavg(5)). */
const LOAD = "/proc/loadavg";

function lastNumber(load: string): number {
  return Number(load.trim().split(" ").at(-1));
}

/** The children of a process's first thread (proc_tid_children(5)); none where the kernel doesn't tell. */
export function childrenOf(pid: number): number[] {
  return (textOf(`/proc/${pid}/task/${pid}/children`)?.match(/\d+/g) ?? []).map(Number);
}

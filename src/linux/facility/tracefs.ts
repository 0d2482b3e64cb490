import { accessSync, constants, existsSync } from "node:fs";
import type { Facility } from "./facility.js";
import { textOf } from "./files.js";

const name = "tracefs";

/** Whether system calls can be traced by tracefs, and by whom (Documentation/trace/ftrace.rst). */
export function tracefs(): Facility {
  if (!/\ttracefs$/m.test(textOf("/proc/filesystems") ?? ""))
    return {
      name,
      available: false,
      detail: "this kernel has none",
      remedy: "boot a kernel that is built with CONFIG_FTRACE",
    };
  const [, mountPoint] = /^\S+ (\S+) tracefs /m.exec(textOf("/proc/self/mounts") ?? "") ?? [];
  if (mountPoint === undefined)
    return {
      name,
      available: false,
      detail: "in the kernel, and not mounted",
      remedy: "sudo mount -t tracefs nodev /sys/kernel/tracing",
    };
  try {
    accessSync(mountPoint, constants.R_OK | constants.W_OK | constants.X_OK);
  } catch {
    return {
      name,
      available: null,
      detail: `at ${mountPoint}, for root only`,
      remedy: "sudo promisc doctor",
    };
  }
  if (!existsSync(`${mountPoint}/events/syscalls/sys_enter_setsockopt`))
    return {
      name,
      available: false,
      detail: `at ${mountPoint}, without system-call events`,
      remedy: "boot a kernel that is built with CONFIG_FTRACE_SYSCALLS",
    };
  return { name, available: true, detail: `at ${mountPoint}, with system-call events` };
}

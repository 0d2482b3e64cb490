import { closeSync, openSync } from "node:fs";
import { check } from "../ffi/errno.js";
import { descriptorPath } from "../ffi/file-descriptor.js";
import * as libc from "../ffi/libc.js";
import { fileError } from "../file/file-error.js";

// asm-generic/unistd.h: the same numbers on all architectures
const SYS_FSOPEN = 430;
const SYS_FSCONFIG = 431;
const SYS_FSMOUNT = 432;
// linux/mount.h
const FSCONFIG_CMD_CREATE = 6;

/**
 * Opens a file in sysfs(5) for reading, as the calling thread's network namespace sees it. /sys shows the namespace of
 * the process that mounted it, so this creates a detached mount of its own, which disappears when the file is closed.
 * Needs Linux 5.2 or later.
 * @param path below /sys
 * @returns a file descriptor
 * @throws PromiscError `privilege` without CAP_SYS_ADMIN over the network and mount namespaces; `kernel` if the kernel
 *   refuses
 */
export function openInSysfs(path: string): number {
  const operation = "mount sysfs for a network namespace";
  const needs = "CAP_SYS_ADMIN";
  const context = check(libc.syscallWithText(SYS_FSOPEN, "sysfs", 0), operation, { needs });
  try {
    check(libc.syscallOfFive(SYS_FSCONFIG, context, FSCONFIG_CMD_CREATE, 0, 0, 0), operation, { needs });
    const mount = check(libc.syscall(SYS_FSMOUNT, context, 0, 0), operation, { needs });
    try {
      return openSync(`${descriptorPath(mount, "thread-self")}/${path}`, "r");
    } catch (error) {
      throw fileError(`open /sys/${path} of a network namespace`, error);
    } finally {
      closeSync(mount);
    }
  } finally {
    closeSync(context);
  }
}

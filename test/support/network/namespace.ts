import { readFileSync } from "node:fs";
import koffi from "koffi";
import { execFileSync } from "../process/child-process.js";

// linux/sched.h, linux/mount.h
const CLONE_NEWNS = 0x00020000;
const CLONE_NEWNET = 0x40000000;
const MS_REC = 0x4000;
const MS_PRIVATE = 1 << 18;

const libc = koffi.load(null);
const unshare = libc.func("int unshare(int flags)");
const mount = libc.func(
  "int mount(const char *source, const char *target, const char *type, unsigned long flags, const void *data)",
);

/** Why namespaces can't be made on this machine, or false. Tests that need them use it as their `skip` option. */
export const noNamespaces: string | false = hasCapability(21)
  ? false
  : "needs root, or a kernel that allows unprivileged user namespaces";

/** Why processes can't become other users on this machine, or false. A user namespace with one user has no others. */
export const noOtherUsers: string | false =
  process.getuid?.() === 0 && /^\s*0\s+0\s+4294967295$/m.test(readFileSync("/proc/self/uid_map", "latin1"))
    ? false
    : "needs root outside a user namespace";

function hasCapability(bit: number): boolean {
  const effective = /^CapEff:\s*([0-9a-f]+)/m.exec(readFileSync("/proc/self/status", "latin1"))?.[1] ?? "0";
  return Boolean((BigInt(`0x${effective}`) >> BigInt(bit)) & 1n);
}

/**
 * Moves this process's main thread, and so every process that it starts, into a network and a mount namespace of its
 * own, with the `/sys` of that network and an empty `/run` (for `ip netns`). They disappear when the process ends.
 */
export function isolate(): void {
  if (noNamespaces) return;
  must(unshare(CLONE_NEWNET | CLONE_NEWNS), "unshare");
  must(mount(null, "/", null, MS_REC | MS_PRIVATE, null), "make mounts private");
  must(mount("sysfs", "/sys", "sysfs", 0, null), "mount /sys");
  must(mount("tmpfs", "/run", "tmpfs", 0, null), "mount /run");
}

function must(result: number, what: string): void {
  if (result !== 0) throw new Error(`${what}: errno ${koffi.errno()}`);
}

/** Runs a command line of words separated by blanks, and returns its output. Throws if the command fails. */
export function sh(line: string): string {
  const [command, ...args] = line.split(" ");
  return execFileSync(command as string, args, { encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });
}

/** Runs `ip` with the given words, to set up devices. */
export function ip(words: string): string {
  return sh(`ip ${words}`);
}

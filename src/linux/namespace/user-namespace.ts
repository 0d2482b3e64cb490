import { statSync } from "node:fs";

let own: number | undefined;

/** The inode number of this process's user namespace. A process of several threads can't go to another one (setns(2)). */
export function ownUserNamespace(): number {
  own ??= statSync("/proc/self/ns/user").ino;
  return own;
}

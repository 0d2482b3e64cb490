import { openSync } from "node:fs";
import { fileError } from "../file/file-error.js";

/**
 * Opens what the calling thread's network namespace has of each interface's link-layer multicast groups. The kernel makes the
 * text anew for each read from its beginning; see {@link groupsIn}.
 * @returns a file descriptor
 */
export function openGroups(): number {
  const path = "/proc/thread-self/net/dev_mcast";
  try {
    return openSync(path, "r");
  } catch (error) {
    throw fileError(`open ${path}`, error);
  }
}

/** An interface's groups, as numbers: lines of index, name, two counts, and the address in hexadecimal digits, in the kernel's order. */
export function groupsIn(text: string, interfaceName: string): number[] {
  return text
    .split("\n")
    .map((line) => line.trim().split(/\s+/))
    .filter(([, name]) => name === interfaceName)
    .map((fields) => Number.parseInt(fields[4] ?? "", 16));
}

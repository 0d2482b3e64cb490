import { openSync } from "node:fs";
import { fileError } from "../file/file-error.js";

/**
 * Opens the list of each interface's link-layer multicast groups in the calling thread's network namespace. The kernel
 * generates the text anew for each read from the beginning; see {@link groupsIn}.
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

/**
 * Returns an interface's groups as numbers, in the kernel's order. A line has the interface's index and name, two
 * counts, and the address in hexadecimal digits.
 */
export function groupsIn(text: string, interfaceName: string): number[] {
  return text
    .split("\n")
    .map((line) => line.trim().split(/\s+/))
    .filter(([, name]) => name === interfaceName)
    .map((fields) => Number.parseInt(fields[4] ?? "", 16));
}

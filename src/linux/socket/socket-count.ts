import { readFileSync } from "node:fs";

/**
 * Reads how many sockets of a protocol the calling thread's network namespace has, whoever opened them, from
 * `/proc/net/protocols`.
 * @param protocol the kernel's name of the protocol, such as `XDP`
 * @returns 0 if the kernel has no such protocol, and undefined if there is no such file
 */
export function countSockets(protocol: string): number | undefined {
  let lines: string[];
  try {
    lines = readFileSync("/proc/thread-self/net/protocols", "latin1").split("\n");
  } catch (error) {
    // A /proc that was mounted with subset=pid has no such file (proc(5)).
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
  // The columns are `protocol size sockets …`.
  const line = lines.find((each) => each.startsWith(`${protocol} `));
  return line === undefined ? 0 : Number(line.split(/\s+/)[2]);
}

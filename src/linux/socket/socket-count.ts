import { readFileSync } from "node:fs";

/** How many sockets of each protocol a network namespace has, by the kernel's names, such as `XDP` and `RAWv6`. */
export type SocketCounts = ReadonlyMap<string, number>;

/**
 * Reads how many sockets of each protocol the calling thread's network namespace has, whoever opened them, from
 * `/proc/net/protocols`.
 * @returns undefined if there is no such file
 */
export function countSockets(): SocketCounts | undefined {
  let lines: string[];
  try {
    lines = readFileSync("/proc/thread-self/net/protocols", "latin1").trimEnd().split("\n").slice(1);
  } catch (error) {
    // A /proc that was mounted with subset=pid has no such file (proc(5)).
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
  // The columns are `protocol size sockets …`.
  return new Map(
    lines.map((line) => {
      const [protocol = "", , sockets] = line.split(/\s+/, 3);
      return [protocol, Number(sockets)];
    }),
  );
}

/**
 * Returns how many sockets of a protocol there are, 0 if the kernel has no such protocol, and undefined if that isn't
 * known.
 */
export function socketsOf(counts: SocketCounts | undefined, protocol: string): number | undefined {
  return counts && (counts.get(protocol) ?? 0);
}

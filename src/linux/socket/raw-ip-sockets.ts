import { readFileSync } from "node:fs";
import { AF_INET, AF_INET6 } from "../../wire/kernel/address-family.js";
import { type SocketCounts, socketsOf } from "./socket-count.js";

/**
 * A raw IP socket (raw(7)). It receives the IP packets of one protocol that are delivered to this host, in promiscuous
 * mode too: never other hosts' packets.
 */
export interface RawIpSocket {
  readonly family: typeof AF_INET | typeof AF_INET6;
  /** The number of the IP protocol whose packets it receives, such as 1 for ICMP. */
  readonly protocol: number;
  /** The socket's inode number, as `/proc/PID/fd` shows it. */
  readonly inode: number;
  /** The user who opened it. */
  readonly uid: number;
}

/** The most sockets that are read. Only a namespace that was filled to exhaust this process's memory has more. */
const MOST = 16_384;

/** Raw sockets with this protocol only send (raw(7)). */
export const IPPROTO_RAW = 255;

/** Each file with the protocol's name in {@link SocketCounts}. */
const files = [
  ["raw", "RAW", AF_INET],
  ["raw6", "RAWv6", AF_INET6],
] as const;

/**
 * Reads the raw IP sockets of the calling thread's network namespace from proc(5).
 * @param counts the number of sockets, as read just before
 * @returns the sockets, and whether there are more
 */
export function readRawIpSockets(counts: SocketCounts | undefined): {
  sockets: RawIpSocket[];
  hasMore: boolean;
} {
  const sockets = files
    .filter(([, protocol]) => socketsOf(counts, protocol) !== 0)
    .flatMap(([file, , family]) =>
      linesOf(`/proc/thread-self/net/${file}`).map((line) => parseLine(line, family)),
    );
  const receiving = sockets.filter(({ protocol }) => protocol !== IPPROTO_RAW);
  return { sockets: receiving.slice(0, MOST), hasMore: receiving.length > MOST };
}

function linesOf(path: string): string[] {
  try {
    return readFileSync(path, "latin1").trimEnd().split("\n").slice(1);
  } catch (error) {
    // A kernel without IPv6 has no such file.
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return [];
    throw error;
  }
}

/**
 * `sl local_address rem_address st tx_queue:rx_queue tr:tm->when retrnsmt uid timeout inode …`. The port of the local
 * address is the protocol, in hexadecimal.
 */
function parseLine(line: string, family: RawIpSocket["family"]): RawIpSocket {
  const [, local = "", , , , , , uid, , inode] = line.trim().split(/\s+/);
  const protocol = Number.parseInt(local.slice(local.indexOf(":") + 1), 16);
  return { family, protocol, inode: Number(inode), uid: Number(uid) };
}

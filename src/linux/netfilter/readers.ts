import { readFileSync } from "node:fs";
import { present } from "../../present.js";
import { fileError } from "../file/file-error.js";
import { NETLINK_NETFILTER } from "../netlink/netlink-socket.js";
import { type Seen, type Unseen, unseenBecause } from "../netlink/unseen.js";

/** A program's binding of a group of NFLOG or of a queue of NFQUEUE, by which it gets the packets of rules. */
export interface NetfilterReader {
  readonly kind: "nflog" | "nfqueue";
  /** The number of the group or queue. */
  readonly number: number;
  /** The netlink socket that is bound, by its address and by its inode number if that was found. */
  readonly portId: number;
  readonly inode?: number;
  /** What of a packet the program gets: nothing, only what the kernel knows about it, or the packet. */
  readonly copies: "none" | "meta" | "packet";
  /** How many bytes of each packet at most. */
  readonly bytes: number;
}

/** linux/netfilter/nfnetlink_log.h: NFULNL_COPY_*, and the same in nfnetlink_queue.h. */
const copyModes = ["none", "meta", "packet"] as const;

const files = { nflog: "netfilter/nfnetlink_log", nfqueue: "netfilter/nfnetlink_queue" } as const;

const NETWORK = "/proc/thread-self/net";

/**
 * Reads which netlink sockets have bound groups of NFLOG and queues of NFQUEUE, in the calling thread's network
 * namespace (proc(5)). Needs root in the namespace's user namespace, whose files they are.
 */
export function readNetfilterReaders(): Seen<NetfilterReader> {
  const values: NetfilterReader[] = [];
  const unseen: Unseen[] = [];
  for (const kind of ["nflog", "nfqueue"] as const) {
    const what = kind === "nflog" ? "the readers of NFLOG groups" : "the readers of NFQUEUE queues";
    try {
      values.push(...readFile(kind, what));
    } catch (error) {
      unseen.push(unseenBecause(what, error));
    }
  }
  if (values.length === 0) return { values, unseen };
  try {
    const inodes = netfilterSockets();
    return {
      values: values.map((each) => ({ ...each, ...present({ inode: inodes.get(each.portId) }) })),
      unseen,
    };
  } catch (error) {
    return { values, unseen: [...unseen, unseenBecause("the netlink sockets", error)] };
  }
}

function readFile(kind: NetfilterReader["kind"], what: string): NetfilterReader[] {
  // Both files begin their lines alike (net/netfilter/nfnetlink_log.c, nfnetlink_queue.c).
  return linesOf(files[kind], what).map(([number, portId, , copies, bytes]) => ({
    kind,
    number: Number(number),
    portId: Number(portId),
    copies: copyModes[Number(copies)] ?? "packet",
    bytes: Number(bytes),
  }));
}

/** Returns the inode numbers of netfilter's netlink sockets, by their addresses. */
function netfilterSockets(): Map<number, number> {
  const [, ...sockets] = linesOf("netlink", "the netlink sockets");
  return new Map(
    sockets
      // sk Eth Pid Groups Rmem Wmem Dump Locks Drops Inode
      .filter(([, protocol]) => Number(protocol) === NETLINK_NETFILTER)
      .map((fields) => [Number(fields[2]), Number(fields[9])]),
  );
}

/** Returns the fields of a file's lines; none if the kernel has no such file. */
function linesOf(path: string, what: string): string[][] {
  try {
    const lines = readFileSync(`${NETWORK}/${path}`, "latin1").split("\n");
    return lines.filter(Boolean).map((line) => line.trim().split(/\s+/));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return [];
    throw fileError(`read ${what}`, error);
  }
}

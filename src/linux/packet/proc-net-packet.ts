import { readFileSync } from "node:fs";
import type { PacketSocket } from "../../wire/kernel/sock-diag/packet.js";

/**
 * Reads the packet sockets of the calling thread's network namespace from proc(5), which doesn't show their
 * memberships.
 */
export function readProcNetPacket(): PacketSocket[] {
  const [, ...lines] = readFileSync("/proc/thread-self/net/packet", "latin1").trimEnd().split("\n");
  return lines.map(parseLine);
}

/** `sk RefCnt Type Proto Iface R Rmem User Inode`; the protocol is hexadecimal. */
function parseLine(line: string): PacketSocket {
  const [, , type, protocol, index, , , uid, inode] = line.trim().split(/\s+/);
  return {
    type: Number(type),
    protocol: Number.parseInt(protocol ?? "0", 16),
    inode: Number(inode),
    uid: Number(uid),
    info: {
      index: Number(index),
      version: 0,
      reserve: 0,
      copyThreshold: 0,
      timestamp: 0,
      flags: 0,
    },
  };
}

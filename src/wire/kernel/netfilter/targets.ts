import { decodeUntilNul, need, readU16, readU32 } from "../../bytes.js";

// The data of those targets of xtables that pass packets on. Rules of nf_tables can have the same targets.

/** The data of a target, if it passes packets on. */
export type PassingTarget =
  /** Sends copies to a router. */
  | {
      readonly target: "TEE";
      /** 16 bytes, of which IPv4 uses the first 4. A view. */
      readonly gateway: Uint8Array;
      /** The name of the interface that the copies leave by; empty if the route decides. */
      readonly interface: string;
    }
  /** Passes copies to programs. */
  | {
      readonly target: "NFLOG";
      readonly group: number;
      readonly prefix: string;
      /** How many bytes of a packet are copied; absent if all of them are. */
      readonly length?: number;
    }
  /** Passes the packet to a program, which decides what happens to it. */
  | {
      readonly target: "NFQUEUE";
      readonly number: number;
      /** How many queues from that number on share the packets. */
      readonly total: number;
    };

// linux/netfilter/xt_TEE.h: struct xt_tee_tginfo; linux/netfilter/xt_NFLOG.h: struct xt_nflog_info;
// linux/netfilter/xt_NFQUEUE.h: struct xt_NFQ_info.
const tee = { gateway: 0, interface: 16, size: 32 } as const;
const nflog = { length: 0, group: 4, flags: 8, prefix: 12, size: 76 } as const;
const XT_NFLOG_F_COPY_LEN = 1;
const nfqueue = { number: 0, total: 2, size: 2, sizeSinceRevision1: 4 } as const;

/** Reads a target. Returns undefined if it isn't one of those that pass packets on. */
export function readPassingTarget(
  name: string,
  revision: number,
  data: Uint8Array,
): PassingTarget | undefined {
  if (name === "TEE") {
    need("xt_tee_tginfo", 0, tee.size, data.length);
    const gateway = data.subarray(tee.gateway, tee.interface);
    return { target: name, gateway, interface: decodeUntilNul(data, tee.interface, tee.size) };
  }
  if (name === "NFLOG") {
    need("xt_nflog_info", 0, nflog.size, data.length);
    return {
      target: name,
      group: readU16(data, nflog.group),
      prefix: decodeUntilNul(data, nflog.prefix, nflog.size),
      ...(readU16(data, nflog.flags) & XT_NFLOG_F_COPY_LEN ? { length: readU32(data, nflog.length) } : {}),
    };
  }
  if (name === "NFQUEUE") {
    need("xt_NFQ_info", 0, revision === 0 ? nfqueue.size : nfqueue.sizeSinceRevision1, data.length);
    const total = revision === 0 ? 1 : readU16(data, nfqueue.total);
    return { target: name, number: readU16(data, nfqueue.number), total };
  }
  return undefined;
}

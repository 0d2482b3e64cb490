import { decodeUntilNul, readU32, readU64 } from "../../../wire/bytes.js";
import { BOOT_TIME_UNIT_MS, readBootTime } from "../../clock/boot-time.js";
import { type Seen, type Unseen, unseenBecause, unseenRest } from "../../netlink/unseen.js";
import { openById, readInfo } from "./read-info.js";

/** What the kernel says about a loaded eBPF program. */
export interface ProgramDetails {
  readonly id: number;
  /** As bpftool(8) prints it, for example `xdp` or `sched_cls`. */
  readonly type: string;
  /** The name that it was loaded with, at most 15 characters. */
  readonly name?: string;
  /** A hash of its instructions, in hexadecimal. */
  readonly tag: string;
  /** The user who loaded it. */
  readonly uid: number;
  /** When it was loaded: ISO 8601, UTC, in hundredths of a second. */
  readonly loaded: string;
}

/** linux/bpf.h: enum bpf_prog_type, in lower case and without the prefix. */
const types = [
  "unspec",
  "socket_filter",
  "kprobe",
  "sched_cls",
  "sched_act",
  "tracepoint",
  "xdp",
  "perf_event",
  "cgroup_skb",
  "cgroup_sock",
  "lwt_in",
  "lwt_out",
  "lwt_xmit",
  "sock_ops",
  "sk_skb",
  "cgroup_device",
  "sk_msg",
  "raw_tracepoint",
  "cgroup_sock_addr",
  "lwt_seg6local",
  "lirc_mode2",
  "sk_reuseport",
  "flow_dissector",
  "cgroup_sysctl",
  "raw_tracepoint_writable",
  "cgroup_sockopt",
  "tracing",
  "struct_ops",
  "ext",
  "lsm",
  "sk_lookup",
  "syscall",
  "netfilter",
];

/** linux/bpf.h: struct bpf_prog_info, up to the name. */
const info = { type: 0, tag: 8, loadTime: 40, uid: 48, name: 64, size: 80 } as const;
const TAG_SIZE = 8;
const BPF_OBJ_NAME_LEN = 16;

/** The boot time isn't known more exactly, so a sum with more digits would differ from one run to the next. */
const START_UNIT_NS = BigInt(BOOT_TIME_UNIT_MS) * 1_000_000n;

/** The most programs that are described. */
const MOST_PROGRAMS = 16_384;

const WHAT = "the details of eBPF programs";

/**
 * Reads what the kernel says about eBPF programs. Needs CAP_SYS_ADMIN in the initial user namespace.
 * @param ids the programs' ids; those that were unloaded meanwhile are left out
 */
export function describePrograms(ids: Iterable<number>): Seen<ProgramDetails> {
  const values: ProgramDetails[] = [];
  const unseen: Unseen[] = [];
  const boot = readBootTime();
  let left = MOST_PROGRAMS;
  try {
    for (const id of new Set(ids)) {
      if (left-- === 0) {
        unseen.push(unseenRest(WHAT, "too-many"));
        break;
      }
      const details = describe(id, boot);
      if (details) values.push(details);
    }
  } catch (error) {
    // The next program would be refused for the same reason.
    unseen.push(unseenBecause(WHAT, error));
  }
  return { values, unseen };
}

function describe(id: number, boot: number): ProgramDetails | undefined {
  const operation = `read eBPF program ${id}`;
  using program = openById("BPF_PROG_GET_FD_BY_ID", id, operation);
  if (!program) return undefined;
  const bytes = readInfo(program, info.size, operation);
  const type = readU32(bytes, info.type);
  const name = decodeUntilNul(bytes, info.name, info.name + BPF_OBJ_NAME_LEN);
  const sinceBoot = Number(readU64(bytes, info.loadTime) / START_UNIT_NS) * BOOT_TIME_UNIT_MS;
  return {
    id,
    type: types[type] ?? `type ${type}`,
    ...(name === "" ? {} : { name }),
    tag: Buffer.from(bytes.subarray(info.tag, info.tag + TAG_SIZE)).toString("hex"),
    uid: readU32(bytes, info.uid),
    loaded: new Date(boot + sinceBoot).toISOString(),
  };
}

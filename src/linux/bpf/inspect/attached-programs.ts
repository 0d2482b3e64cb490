import { readU32, writeU32 } from "../../../wire/bytes.js";
import type { Link } from "../../../wire/kernel/rtnetlink/link.js";
import { EACCES, EINVAL, ENODEV, ENOENT, ENOSYS, ENXIO } from "../../ffi/errno.js";
import * as libc from "../../ffi/libc.js";
import { type Seen, type Unseen, unseenBecause } from "../../netlink/unseen.js";
import { tryBpf } from "../bpf-system-call.js";
import { CallMemory, type Placed, writePointer } from "../call-memory.js";
import { inspectionError } from "./inspection-error.js";

/** An eBPF program that is attached to a link by the kernel's tcx or by netkit, without traffic control. */
export interface AttachedProgram {
  /** Index of the link. */
  readonly index: number;
  /** The hook. The programs of one hook run in the order in which they are listed. */
  readonly at: keyof typeof hooks;
  readonly programId: number;
  /** The BPF link that attaches it; absent if it was attached without one, and stays until it is detached. */
  readonly linkId?: number;
}

/** linux/bpf.h: enum bpf_attach_type. */
const hooks = {
  "tcx-ingress": 46,
  "tcx-egress": 47,
  "netkit-primary": 54,
  "netkit-peer": 55,
} as const;

/** linux/bpf_mprog.h: BPF_MPROG_MAX, the most programs that one hook can have. */
const BPF_MPROG_MAX = 64;

/** linux/bpf.h: the part of union bpf_attr that BPF_PROG_QUERY uses. */
const query = { target: 0, attachType: 4, programs: 16, count: 24, links: 40, size: 64 } as const;

const NEEDS = "CAP_NET_ADMIN";

/**
 * Reads the programs that are attached to links by tcx and netkit, in the calling thread's network namespace. Needs
 * CAP_NET_ADMIN in the initial user namespace.
 * @param links links of this namespace
 */
export function readAttachedPrograms(links: Iterable<Pick<Link, "index" | "info">>): Seen<AttachedProgram> {
  const values: AttachedProgram[] = [];
  const unseen: Unseen[] = [];
  using hookQuery = new HookQuery();
  for (const { index, info } of links) {
    const isNetkit = info?.kind === "netkit";
    try {
      for (const at of Object.keys(hooks) as AttachedProgram["at"][])
        if (isNetkit || at.startsWith("tcx")) values.push(...hookQuery.programsAt(index, at));
    } catch (error) {
      // The next link would be refused for the same reason.
      unseen.push(unseenBecause("the programs attached by tcx and netkit", error));
      break;
    }
  }
  return { values, unseen };
}

/** Asks which programs a hook has, in the same memory each time. */
class HookQuery implements Disposable {
  readonly #memory = new CallMemory(query.size, 4 * BPF_MPROG_MAX, 4 * BPF_MPROG_MAX);
  readonly #attributes: Placed = this.#memory.place(query.size);
  readonly #programs: Placed = this.#memory.place(4 * BPF_MPROG_MAX);
  readonly #links: Placed = this.#memory.place(4 * BPF_MPROG_MAX);

  programsAt(index: number, at: AttachedProgram["at"]): AttachedProgram[] {
    const { bytes } = this.#attributes;
    bytes.fill(0);
    this.#links.bytes.fill(0);
    writeU32(bytes, query.target, index);
    writeU32(bytes, query.attachType, hooks[at]);
    writePointer(bytes, query.programs, this.#programs);
    writePointer(bytes, query.links, this.#links);
    writeU32(bytes, query.count, BPF_MPROG_MAX);
    if (tryBpf("BPF_PROG_QUERY", this.#attributes) < 0) {
      const errno = libc.errno();
      if ((at.startsWith("netkit") ? absentAtNetkit : absent).has(errno)) return [];
      throw inspectionError(
        `read the programs at ${at} of interface ${index}`,
        "BPF_PROG_QUERY",
        errno,
        NEEDS,
      );
    }
    const count = Math.min(readU32(bytes, query.count), BPF_MPROG_MAX);
    return Array.from({ length: count }, (_, position) => {
      const linkId = readU32(this.#links.bytes, 4 * position);
      const programId = readU32(this.#programs.bytes, 4 * position);
      return { index, at, programId, ...(linkId === 0 ? {} : { linkId }) };
    });
  }

  [Symbol.dispose](): void {
    this.#memory[Symbol.dispose]();
  }
}

/**
 * The answers that mean that a hook has no programs: it never had any, the link was removed, this kernel has no such
 * hook, or the link isn't the primary one of a netkit pair, which alone shows the programs of both.
 */
const absent = new Set([ENOENT, ENODEV, EINVAL, ENOSYS]);
const absentAtNetkit = new Set([...absent, EACCES, ENXIO]);

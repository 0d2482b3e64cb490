import { readFileSync } from "node:fs";
import type { PromiscError } from "../../errors.js";
import { Btf, type BtfMember } from "../../wire/kernel/btf.js";
import { type Architecture, thisArchitecture } from "./architecture.js";
import { TASK_COMM_LEN } from "./call-record.js";
import { REPORT, traceError } from "./trace-error.js";

export const BTF_FILE = "/sys/kernel/btf/vmlinux";

/** The members of kernel structures that the program reads: structure, member, and the expected size in bytes. */
const members = {
  files: ["task_struct", "files", 8],
  memory: ["task_struct", "mm", 8],
  parent: ["task_struct", "real_parent", 8],
  argumentsStart: ["mm_struct", "arg_start", 8],
  argumentsEnd: ["mm_struct", "arg_end", 8],
  fileTable: ["files_struct", "fdt", 8],
  fileCount: ["fdtable", "max_fds", 4],
  fileArray: ["fdtable", "fd", 8],
  inode: ["file", "f_inode", 8],
  privateData: ["file", "private_data", 8],
  inodeMode: ["inode", "i_mode", 2],
  inodeNumber: ["inode", "i_ino", 8],
  socket: ["socket", "sk", 8],
  family: ["sock", "__sk_common.skc_family", 2],
  protocol: ["sock", "sk_protocol", 2],
  namespace: ["sock", "__sk_common.skc_net.net", 8],
  namespaceInode: ["net", "ns.inum", 4],
  namespaceOwner: ["net", "user_ns", 8],
  userNamespaceInode: ["user_namespace", "ns.inum", 4],
  userNamespaceParent: ["user_namespace", "parent", 8],
  credentials: ["task_struct", "cred", 8],
  userNamespace: ["cred", "user_ns", 8],
  effectiveCapabilities: ["cred", "cap_effective", 8],
  groupLeader: ["task_struct", "group_leader", 8],
  comm: ["task_struct", "comm", TASK_COMM_LEN],
  pid: ["task_struct", "thread_pid", 8],
  pidLevel: ["pid", "level", 4],
  pidNumber: ["upid", "nr", 4],
  pidNamespace: ["upid", "ns", 8],
  pidNamespaceInode: ["pid_namespace", "ns.inum", 4],
} as const satisfies Record<string, readonly [structure: string, path: string, size: number]>;

/** Where the running kernel keeps what the program reads. */
export type KernelLayout = Readonly<Record<keyof typeof members, BtfMember>> & {
  /**
   * The first `struct upid` of `struct pid`. There is one for each PID namespace in which the process is visible, the
   * initial one first.
   */
  readonly pidNumbers: BtfMember;
  /** The first five arguments of a system call, in `struct pt_regs`. */
  readonly arguments: readonly BtfMember[];
  /** The system call's number, in `struct pt_regs`. */
  readonly callNumber: BtfMember;
  /** The BTF id of the type of the tracepoint `sys_exit`. */
  readonly sysExit: number;
  /** The member that marks 32-bit system calls; see {@link Architecture}. */
  readonly compat: BtfMember;
};

let layout: KernelLayout | undefined;

/**
 * Returns the running kernel's layout. It is read only once, because the kernel can't change while this process runs.
 * @throws PromiscError `kernel` if the kernel has no BTF, or its structures aren't as expected
 */
export function kernelLayout(): KernelLayout {
  layout ??= layoutOf(new Btf(readBtf()), thisArchitecture());
  return layout;
}

export function layoutOf(btf: Btf, architecture: Architecture): KernelLayout {
  const find = (structure: string, path: string, size?: number): BtfMember => {
    const found = btf.member(structure, path);
    if (!found) throw unsuited(`struct ${structure} has no ${path}`);
    if (size !== undefined && found.size !== size)
      throw unsuited(`${path} of struct ${structure} is of ${found.size} bytes, not ${size}`);
    return found;
  };
  const sizeOf = (structure: string): number => {
    const size = btf.size(structure);
    if (size === undefined) throw unsuited(`there is no struct ${structure}`);
    return size;
  };
  const tracepoint = (name: string): number => {
    const id = btf.typedef(name);
    if (id === undefined) throw unsuited(`there is no ${name}`);
    return id;
  };
  const named = Object.entries<readonly [string, string, number]>(members).map(([name, member]) => [
    name,
    find(...member),
  ]);
  return {
    ...(Object.fromEntries(named) as Record<keyof typeof members, BtfMember>),
    pidNumbers: { offset: find("pid", "numbers").offset, size: sizeOf("upid") },
    arguments: architecture.argumentRegisters.map(([member, index]) => ({
      offset: find("pt_regs", member).offset + 8 * index,
      size: 8,
    })),
    callNumber: find("pt_regs", architecture.numberRegister),
    sysExit: tracepoint("btf_trace_sys_exit"),
    compat: find("task_struct", architecture.compat.member),
  };
}

function readBtf(): Uint8Array {
  try {
    return readFileSync(BTF_FILE);
  } catch (cause) {
    throw traceError({
      reason: `this kernel doesn't describe its types: there is no ${BTF_FILE}`,
      hint: "boot a kernel that is built with CONFIG_DEBUG_INFO_BTF, as those of all large distributions are",
      cause,
    });
  }
}

function unsuited(reason: string): PromiscError {
  return traceError({
    reason: `this kernel is unlike those it is written for: ${reason}`,
    hint: REPORT,
  });
}

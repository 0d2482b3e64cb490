import { traceError } from "./trace-error.js";

/** The properties of an architecture that the kernel's BTF doesn't contain. */
export interface Architecture {
  /** The numbers of bpf(2) and of the system calls that are traced. */
  readonly systemCalls: {
    readonly bpf: number;
    readonly setsockopt: number;
    readonly ioctl: number;
    readonly sendto: number;
    readonly sendmsg: number;
    readonly sendmmsg: number;
    readonly socket: number;
    readonly bind: number;
  };
  /** The member of `struct pt_regs` that holds the system call's number, even when the call returns. */
  readonly numberRegister: string;
  /** The members that hold the first five arguments, with an index if the member is an array. */
  readonly argumentRegisters: readonly (readonly [member: string, index: number])[];
  /**
   * A bit in a member of `struct task_struct` that is set during a 32-bit system call. Such calls have other numbers.
   */
  readonly compat: { readonly member: string; readonly bit: number };
}

export const architectures = {
  x64: {
    // arch/x86/entry/syscalls/syscall_64.tbl
    systemCalls: {
      bpf: 321,
      setsockopt: 54,
      ioctl: 16,
      sendto: 44,
      sendmsg: 46,
      sendmmsg: 307,
      socket: 41,
      bind: 49,
    },
    // arch/x86/include/asm/ptrace.h
    numberRegister: "orig_ax",
    argumentRegisters: [
      ["di", 0],
      ["si", 0],
      ["dx", 0],
      ["r10", 0],
      ["r8", 0],
    ],
    // arch/x86/include/asm/thread_info.h: TS_COMPAT
    compat: { member: "thread_info.status", bit: 0x0002 },
  },
  arm64: {
    // asm-generic/unistd.h
    systemCalls: {
      bpf: 280,
      setsockopt: 208,
      ioctl: 29,
      sendto: 206,
      sendmsg: 211,
      sendmmsg: 269,
      socket: 198,
      bind: 200,
    },
    // arch/arm64/include/asm/ptrace.h: in `regs` the return value replaces the first argument.
    numberRegister: "syscallno",
    argumentRegisters: [
      ["orig_x0", 0],
      ["regs", 1],
      ["regs", 2],
      ["regs", 3],
      ["regs", 4],
    ],
    // arch/arm64/include/asm/thread_info.h: TIF_32BIT
    compat: { member: "thread_info.flags", bit: 1 << 22 },
  },
} as const satisfies Record<string, Architecture>;

/**
 * Returns this machine's architecture.
 * @throws PromiscError `kernel` if it isn't implemented for it
 */
export function thisArchitecture(): Architecture {
  const known: Partial<Record<string, Architecture>> = architectures;
  const architecture = known[process.arch];
  if (architecture) return architecture;
  throw traceError({
    reason: `it isn't implemented for ${process.arch}`,
    hint: `it is implemented for ${Object.keys(architectures).join(" and ")}`,
  });
}

import { type Instruction, readInstructions, SOCK_FILTER_SIZE } from "../../wire/kernel/bpf/classic.js";
import { EACCES } from "../ffi/errno.js";
import * as libc from "../ffi/libc.js";
import { SO_ATTACH_FILTER, SOL_SOCKET } from "../ffi/socket-constants.js";

/** A socket's filter: a classic BPF program, an eBPF program, which can't be read, or none. */
export type AttachedFilter = readonly Instruction[] | "ebpf" | "none";

/**
 * Reads the filter of a socket (SO_GET_FILTER, socket(7)). This doesn't change anything, and may be done with the
 * duplicate of another process's descriptor.
 * @param fd a descriptor of the socket
 * @returns undefined if the kernel refuses, with the reason in `errno`
 */
export function readAttachedFilter(fd: number): AttachedFilter | undefined {
  // The length is in instructions (net/core/filter.c, sk_get_filter). With 0 the kernel returns the program's length.
  const length = new Uint32Array(1);
  if (libc.getsockopt(fd, SOL_SOCKET, SO_ATTACH_FILTER, null, length) < 0)
    // The kernel keeps the instructions of classic programs only.
    return libc.errno() === EACCES ? "ebpf" : undefined;
  const [instructions = 0] = length;
  if (instructions === 0) return "none";
  const program = new Uint8Array(instructions * SOCK_FILTER_SIZE);
  if (libc.getsockopt(fd, SOL_SOCKET, SO_ATTACH_FILTER, program, length) < 0) return undefined;
  return readInstructions(program.subarray(0, (length[0] ?? 0) * SOCK_FILTER_SIZE));
}

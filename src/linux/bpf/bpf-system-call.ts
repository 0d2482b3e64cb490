import * as libc from "../ffi/libc.js";
import { thisArchitecture } from "./architecture.js";
import type { Placed } from "./call-memory.js";

/** linux/bpf.h: enum bpf_cmd. None of them attaches a program to an interface. */
const commands = {
  BPF_MAP_CREATE: 0,
  BPF_MAP_LOOKUP_ELEM: 1,
  BPF_PROG_LOAD: 5,
  BPF_PROG_GET_FD_BY_ID: 13,
  BPF_OBJ_GET_INFO_BY_FD: 15,
  BPF_PROG_QUERY: 16,
  BPF_RAW_TRACEPOINT_OPEN: 17,
  BPF_LINK_GET_FD_BY_ID: 30,
  BPF_LINK_GET_NEXT_ID: 31,
} as const;

/** A command of bpf(2) that promisc uses. */
export type BpfCommand = keyof typeof commands;

/** Calls bpf(2). Returns its result, which is negative if it fails; then `errno()` has the reason. */
export function tryBpf(command: BpfCommand, { address, bytes }: Placed): number {
  return libc.syscall(thisArchitecture().systemCalls.bpf, commands[command], address, bytes.length);
}

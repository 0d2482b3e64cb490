import { decodeString, encodeString, readU64, writeU32 } from "../../wire/bytes.js";
import { EAGAIN, ENOSYS, EPERM } from "../ffi/errno.js";
import { FileDescriptor } from "../ffi/file-descriptor.js";
import * as libc from "../ffi/libc.js";
import { thisArchitecture } from "./architecture.js";
import { INSTRUCTION_SIZE } from "./assembler.js";
import { CallMemory, type Placed, writePointer } from "./call-memory.js";
import { refusal } from "./trace-error.js";

// linux/bpf.h: enum bpf_cmd
const commands = {
  BPF_MAP_CREATE: 0,
  BPF_MAP_LOOKUP_ELEM: 1,
  BPF_PROG_LOAD: 5,
  BPF_RAW_TRACEPOINT_OPEN: 17,
} as const;

type BpfCommand = keyof typeof commands;

/** linux/bpf.h: enum bpf_map_type. */
const mapTypes = { array: 2, ringBuffer: 27 } as const;

/** linux/bpf.h: enum bpf_prog_type, enum bpf_attach_type. */
const BPF_PROG_TYPE_TRACING = 26;
const BPF_TRACE_RAW_TP = 23;

// linux/bpf.h: what of union bpf_attr each command uses, as offsets, and how much of it is handed over.
const mapAttributes = { type: 0, keySize: 4, valueSize: 8, maxEntries: 12, name: 28, size: 44 } as const;
const lookupAttributes = { map: 0, key: 8, value: 16, size: 32 } as const;
const programAttributes = {
  type: 0,
  instructionCount: 4,
  instructions: 8,
  license: 16,
  logLevel: 24,
  logSize: 28,
  log: 32,
  name: 48,
  attachType: 68,
  attachTo: 108,
  size: 112,
} as const;
const tracepointAttributes = { program: 8, size: 16 } as const;

/** What bpftool(8) shows for all that is made here. At most 15 bytes. */
const NAME = encodeString("promisc");

/** The kernel has most helpers for programs under the GPL only, which may be one of two licences. */
const LICENSE = encodeString("Dual MIT/GPL");

/** The verifier gives up when a signal arrives (EAGAIN), as they do all the time in a process that is profiled. */
const TRIES = 20;

/** Bytes: enough for what the verifier says about a few hundred instructions. */
const LOG_SIZE = 1 << 20;
/** The last ones say why; those before them are the way there. */
const LOG_LINES = 6;

/** `BPF_MAP_CREATE` of a ring buffer. It lives as long as its descriptor, and the programs that use it. */
export function createRingBuffer(size: number): FileDescriptor {
  return createMap(mapTypes.ringBuffer, 0, 0, size);
}

/** `BPF_MAP_CREATE` of an array of one 64-bit number. */
export function createCounter(): FileDescriptor {
  return createMap(mapTypes.array, 4, 8, 1);
}

function createMap(type: number, keySize: number, valueSize: number, maxEntries: number): FileDescriptor {
  using memory = new CallMemory(mapAttributes.size);
  const attributes = memory.place(mapAttributes.size);
  writeU32(attributes.bytes, mapAttributes.type, type);
  writeU32(attributes.bytes, mapAttributes.keySize, keySize);
  writeU32(attributes.bytes, mapAttributes.valueSize, valueSize);
  writeU32(attributes.bytes, mapAttributes.maxEntries, maxEntries);
  attributes.bytes.set(NAME, mapAttributes.name);
  return FileDescriptor.adopt(call("BPF_MAP_CREATE", attributes));
}

/** `BPF_MAP_LOOKUP_ELEM` of the number in a counter. */
export function readCounter(map: FileDescriptor): number {
  using memory = new CallMemory(lookupAttributes.size, 4, 8);
  const attributes = memory.place(lookupAttributes.size);
  const key = memory.place(4);
  const value = memory.place(8);
  writeU32(attributes.bytes, lookupAttributes.map, map.number);
  writePointer(attributes.bytes, lookupAttributes.key, key);
  writePointer(attributes.bytes, lookupAttributes.value, value);
  call("BPF_MAP_LOOKUP_ELEM", attributes);
  return Number(readU64(value.bytes, 0));
}

/**
 * `BPF_PROG_LOAD` of a program for a raw tracepoint, whose arguments have the types that the kernel's BTF gives them.
 * @param instructions `struct bpf_insn`, one after the other
 * @param tracepoint the BTF id of the tracepoint's type, `btf_trace_…`
 * @throws PromiscError with the end of what the verifier said, if it rejected the program
 */
export function loadProgram(instructions: Uint8Array, tracepoint: number): FileDescriptor {
  let attempt = tryProgram(instructions, tracepoint, 0);
  for (let tries = 1; tries < TRIES && attempt.errno === EAGAIN; tries++)
    attempt = tryProgram(instructions, tracepoint, 0);
  // The verifier is much slower when it writes a log, so it is asked for one only when there is something to tell.
  if (attempt.result < 0 && ![EAGAIN, EPERM, ENOSYS].includes(attempt.errno))
    attempt = tryProgram(instructions, tracepoint, LOG_SIZE);
  if (attempt.result >= 0) return FileDescriptor.adopt(attempt.result);
  throw refusal("BPF_PROG_LOAD", attempt.errno, attempt.log);
}

interface Attempt {
  readonly result: number;
  /** 0 if it succeeded. */
  readonly errno: number;
  readonly log: string;
}

/** @param logSize in bytes; 0 for no log */
function tryProgram(instructions: Uint8Array, tracepoint: number, logSize: number): Attempt {
  using memory = new CallMemory(programAttributes.size, instructions.length, LICENSE.length + 1, logSize);
  const attributes = memory.place(programAttributes.size);
  const { bytes } = attributes;
  writeU32(bytes, programAttributes.type, BPF_PROG_TYPE_TRACING);
  writeU32(bytes, programAttributes.attachType, BPF_TRACE_RAW_TP);
  writeU32(bytes, programAttributes.attachTo, tracepoint);
  writeU32(bytes, programAttributes.instructionCount, instructions.length / INSTRUCTION_SIZE);
  writePointer(bytes, programAttributes.instructions, memory.copy(instructions));
  writePointer(bytes, programAttributes.license, memory.copy(LICENSE, 1));
  bytes.set(NAME, programAttributes.name);
  const log = memory.place(logSize);
  if (logSize > 0) {
    writeU32(bytes, programAttributes.logLevel, 1);
    writeU32(bytes, programAttributes.logSize, logSize);
    writePointer(bytes, programAttributes.log, log);
  }
  const result = tryCall("BPF_PROG_LOAD", attributes);
  return { result, errno: result < 0 ? libc.errno() : 0, log: lastLines(log.bytes) };
}

function lastLines(log: Uint8Array): string {
  const end = log.indexOf(0);
  const lines = decodeString(log, 0, Math.max(0, end)).trimEnd().split("\n");
  return lines.slice(-LOG_LINES).join("; ");
}

/** `BPF_RAW_TRACEPOINT_OPEN`: the program runs at its tracepoint from now on until the descriptor is closed. */
export function attachToTracepoint(program: FileDescriptor): FileDescriptor {
  using memory = new CallMemory(tracepointAttributes.size);
  const attributes = memory.place(tracepointAttributes.size);
  writeU32(attributes.bytes, tracepointAttributes.program, program.number);
  return FileDescriptor.adopt(call("BPF_RAW_TRACEPOINT_OPEN", attributes));
}

/** @throws PromiscError */
function call(command: BpfCommand, attributes: Placed): number {
  const result = tryCall(command, attributes);
  if (result < 0) throw refusal(command, libc.errno());
  return result;
}

function tryCall(command: BpfCommand, { address, bytes }: Placed): number {
  return libc.syscall(thisArchitecture().systemCalls.bpf, commands[command], address, bytes.length);
}

import { decodeString, encodeString, readU64, writeU32 } from "../../wire/bytes.js";
import { EAGAIN, ENOSYS, EPERM } from "../ffi/errno.js";
import { FileDescriptor } from "../ffi/file-descriptor.js";
import * as libc from "../ffi/libc.js";
import { INSTRUCTION_SIZE } from "./assembler.js";
import { type BpfCommand, tryBpf } from "./bpf-system-call.js";
import { CallMemory, type Placed, writePointer } from "./call-memory.js";
import { refusal } from "./trace-error.js";

/** linux/bpf.h: enum bpf_map_type. */
const mapTypes = { array: 2, ringBuffer: 27 } as const;

/** linux/bpf.h: enum bpf_prog_type, enum bpf_attach_type. */
const BPF_PROG_TYPE_TRACING = 26;
const BPF_TRACE_RAW_TP = 23;

// linux/bpf.h: the parts of union bpf_attr that each command uses: offsets, and the size to pass.
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

/** The name that bpftool(8) shows for everything created here, at most 15 bytes. */
const NAME = encodeString("promisc");

/** Most helpers are available only to programs under the GPL. "Dual MIT/GPL" counts as such. */
const LICENSE = encodeString("Dual MIT/GPL");

/**
 * The verifier gives up with EAGAIN when a signal arrives, which happens all the time in a process that is being
 * profiled.
 */
const TRIES = 20;

/** Bytes: enough for the verifier's log on a few hundred instructions. */
const LOG_SIZE = 1 << 20;
/** How many lines of the log are kept. The last ones give the reason; the others lead up to it. */
const LOG_LINES = 6;

/**
 * Creates a ring buffer (`BPF_MAP_CREATE`). It exists as long as its descriptor and the programs that use it.
 * @param size in bytes
 */
export function createRingBuffer(size: number): FileDescriptor {
  return createMap(mapTypes.ringBuffer, 0, 0, size);
}

/** Creates an array of one 64-bit number (`BPF_MAP_CREATE`). */
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

/** Reads a counter's number (`BPF_MAP_LOOKUP_ELEM`). */
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
 * Loads a program for a raw tracepoint whose arguments have the types that the kernel's BTF gives them
 * (`BPF_PROG_LOAD`).
 * @param instructions an array of `struct bpf_insn`
 * @param tracepoint the BTF id of the tracepoint's type, `btf_trace_…`
 * @throws PromiscError with the end of the verifier's log, if the verifier rejected the program
 */
export function loadProgram(instructions: Uint8Array, tracepoint: number): FileDescriptor {
  let attempt = tryProgram(instructions, tracepoint, 0);
  for (let tries = 1; tries < TRIES && attempt.errno === EAGAIN; tries++)
    attempt = tryProgram(instructions, tracepoint, 0);
  // The verifier is much slower when it writes a log, so only ask for one after a failure.
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

/**
 * Makes one attempt to load a program.
 * @param logSize in bytes; 0 for no log
 */
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
  const result = tryBpf("BPF_PROG_LOAD", attributes);
  return { result, errno: result < 0 ? libc.errno() : 0, log: lastLines(log.bytes) };
}

function lastLines(log: Uint8Array): string {
  const end = log.indexOf(0);
  const lines = decodeString(log, 0, Math.max(0, end)).trimEnd().split("\n");
  return lines.slice(-LOG_LINES).join("; ");
}

/** Attaches a program to its tracepoint until the returned descriptor is closed (`BPF_RAW_TRACEPOINT_OPEN`). */
export function attachToTracepoint(program: FileDescriptor): FileDescriptor {
  using memory = new CallMemory(tracepointAttributes.size);
  const attributes = memory.place(tracepointAttributes.size);
  writeU32(attributes.bytes, tracepointAttributes.program, program.number);
  return FileDescriptor.adopt(call("BPF_RAW_TRACEPOINT_OPEN", attributes));
}

/**
 * Calls bpf(2).
 * @throws PromiscError if it fails
 */
function call(command: BpfCommand, attributes: Placed): number {
  const result = tryBpf(command, attributes);
  if (result < 0) throw refusal(command, libc.errno());
  return result;
}

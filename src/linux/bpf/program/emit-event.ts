import * as callRecord from "../call-record.js";
import { type FrameAssembler, frame } from "./frame-assembler.js";
import type { Kernel } from "./kernel.js";
import { storeProcessNumber } from "./store-process-number.js";

/**
 * linux/bpf.h: wakes the reader even if it hasn't read older records yet, because it may have paused among them to let
 * other work run.
 */
const BPF_RB_FORCE_WAKEUP = 2;

/** Keeps a length that makes no sense within 32 bits. */
const LONGEST_ARGUMENTS = 0x7fff_ffff;

/** linux/bpf.h: makes bpf_ringbuf_query() return the number of bytes that haven't been read yet. */
const BPF_RB_AVAIL_DATA = 0;

/** The maps that the program writes to, by their descriptors. */
export interface Maps {
  readonly ring: number;
  /** How many bytes of the ring may hold events from network namespaces that any user can create. */
  readonly unprivilegedShare: number;
  /** The counter of events for which the ring buffer had no room. */
  readonly lost: number;
}

/**
 * Writes the event's record into the ring buffer, and jumps to `out`.
 *
 * In: r7, the event's kind; r8 and r9, the address and length of the caller's request; what {@link
 * import("./locate-socket.js").locateSocket} found.
 */
export function emitEvent(program: FrameAssembler, kernel: Kernel, maps: Maps): void {
  leaveOut32Bit(program, kernel);
  keepRoom(program, kernel, maps);
  program.loadMap("r1", maps.ring);
  program.move("r2", callRecord.RECORD_SIZE);
  program.move("r3", 0);
  program.call("ringbuf_reserve");
  program.jumpIf("r0", "==", 0, "no room");
  program.move("r6", "r0");
  storeSocket(program);
  storeRequest(program);
  storeCaller(program, kernel);
  storeArguments(program, kernel);

  program.label("submit");
  program.move("r1", "r6");
  program.move("r2", BPF_RB_FORCE_WAKEUP);
  program.call("ringbuf_submit");
  program.jump("out");

  program.label("no room");
  program.loadMapValue("r1", maps.lost, 0);
  program.move("r2", 1);
  program.atomicAdd("r1", 0, "r2");
  program.jump("out");
}

/**
 * Reserves room in the ring: any user can make calls in namespaces of their own as fast as a processor can, and these
 * must not take the room of other events. Keeps r7 to r9 and overwrites r6.
 */
function keepRoom(program: FrameAssembler, { layout, userNamespace }: Kernel, maps: Maps): void {
  program.load("u64", "r6", "r10", frame.namespace);
  program.follow("r6", "r6", layout.namespaceOwner, "out");
  program.follow("r1", "r6", layout.userNamespaceInode, "out");
  program.jumpIf32("r1", "==", userNamespace | 0, "room is kept");
  program.loadMap("r1", maps.ring);
  program.move("r2", BPF_RB_AVAIL_DATA);
  program.call("ringbuf_query");
  program.jumpIf("r0", ">", maps.unprivilegedShare, "no room");
  program.label("room is kept");
}

/** Ignores 32-bit system calls: their numbers mean other calls, and their arguments are in other registers. */
function leaveOut32Bit(program: FrameAssembler, { layout, compat }: Kernel): void {
  program.call("get_current_task_btf");
  program.loadMember("r1", "r0", layout.compat);
  program.jumpIf("r1", "&", compat.bit, "out");
}

/** Stores who made the call. Overwrites r7 to r9. */
function storeCaller(program: FrameAssembler, kernel: Kernel): void {
  const { layout } = kernel;
  program.call("ktime_get_ns");
  program.store("u64", "r6", callRecord.field.time, "r0");
  program.call("get_current_uid_gid");
  program.store("u32", "r6", callRecord.field.uid, "r0");
  program.call("get_current_task_btf");
  storeProcessNumber(program, kernel, "r0", callRecord.field.tgid);
  // The process's name is that of its first thread, as in /proc/PID/comm.
  program.store("u8", "r6", callRecord.field.comm, 0);
  program.call("get_current_task_btf");
  program.follow("r8", "r0", layout.groupLeader, "no name");
  program.move("r1", "r6");
  program.add("r1", callRecord.field.comm);
  program.move("r2", callRecord.TASK_COMM_LEN);
  program.move("r3", "r8");
  program.add("r3", layout.comm.offset);
  program.call("probe_read_kernel");
  program.label("no name");
  storeParent(program, kernel);
}

function storeSocket(program: FrameAssembler): void {
  program.load("u64", "r1", "r10", frame.socketInode);
  program.store("u64", "r6", callRecord.field.socketInode, "r1");
  program.load("u64", "r1", "r10", frame.namespaceInode);
  program.store("u32", "r6", callRecord.field.namespaceInode, "r1");
}

function storeRequest(program: FrameAssembler): void {
  program.store("u32", "r6", callRecord.field.kind, "r7");
  program.load("u32", "r1", "r10", frame.arguments + 2 * 8);
  program.store("u32", "r6", callRecord.field.option, "r1");
  program.jumpIf("r9", "<=", callRecord.REQUEST_SIZE, "request fits");
  program.move("r9", callRecord.REQUEST_SIZE);
  program.label("request fits");
  program.move("r1", "r6");
  program.add("r1", callRecord.field.request);
  program.move("r2", "r9");
  program.move("r3", "r8");
  program.call("probe_read_user");
  program.jumpIf("r0", "==", 0, "request read");
  program.move("r9", 0);
  program.label("request read");
  program.store("u32", "r6", callRecord.field.requestLength, "r9");
}

function storeParent(program: FrameAssembler, kernel: Kernel): void {
  program.store("u32", "r6", callRecord.field.parentTgid, 0);
  program.call("get_current_task_btf");
  program.loadPointer("r8", "r0", kernel.layout.parent, "no parent");
  storeProcessNumber(program, kernel, "r8", callRecord.field.parentTgid);
  program.label("no parent");
}

/** Stores the command line from the calling task's memory (proc(5), /proc/PID/cmdline). */
function storeArguments(program: FrameAssembler, { layout }: Kernel): void {
  program.store("u32", "r6", callRecord.field.argumentsLength, 0);
  program.call("get_current_task_btf");
  program.loadPointer("r8", "r0", layout.memory, "submit");
  program.loadMember("r9", "r8", layout.argumentsEnd);
  program.loadMember("r8", "r8", layout.argumentsStart);
  program.subtract("r9", "r8");
  program.jumpIf("r9", ">", LONGEST_ARGUMENTS, "submit");
  program.store("u64", "r10", frame.argumentsLength, "r9");
  program.jumpIf("r9", "<=", callRecord.ARGUMENTS_SIZE, "arguments fit");
  program.move("r9", callRecord.ARGUMENTS_SIZE);
  program.label("arguments fit");
  program.move("r1", "r6");
  program.add("r1", callRecord.field.arguments);
  program.move("r2", "r9");
  program.move("r3", "r8");
  program.call("probe_read_user");
  program.jumpIf("r0", "!=", 0, "submit");
  program.load("u64", "r1", "r10", frame.argumentsLength);
  program.store("u32", "r6", callRecord.field.argumentsLength, "r1");
}

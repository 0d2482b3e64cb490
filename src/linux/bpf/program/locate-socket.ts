import { AF_NETLINK, AF_PACKET, AF_XDP } from "../../../wire/kernel/address-family.js";
import { S_IFMT, S_IFSOCK } from "../../file/mode.js";
import { NETLINK_ROUTE } from "../../netlink/netlink-socket.js";
import { type FrameAssembler, frame } from "./frame-assembler.js";
import type { Kernel } from "./kernel.js";
import { loadArgument } from "./select-call.js";

/**
 * Finds the socket behind the caller's file descriptor, in the way the kernel itself does. Continues if the socket has
 * the family that the system call concerns, otherwise jumps to `out`. The family is checked first, because other
 * programs send all the time.
 *
 * In: r7, the system call's number; `frame.arguments`. Out: `frame.socketInode`, `frame.namespace` and
 * `frame.namespaceInode`. Overwrites r6, r8 and r9.
 */
export function locateSocket(program: FrameAssembler, kernel: Kernel, withListeners: boolean): void {
  loadFile(program, kernel, "r8");
  program.follow("r6", "r8", kernel.layout.privateData, "out");
  program.follow("r6", "r6", kernel.layout.socket, "out");
  checkFamily(program, kernel, withListeners);
  loadInode(program, kernel);
  program.follow("r6", "r6", kernel.layout.namespace, "out");
  program.store("u64", "r10", frame.namespace, "r6");
  program.follow("r1", "r6", kernel.layout.namespaceInode, "out");
  program.store("u64", "r10", frame.namespaceInode, "r1");
}

/** file = current->files->fdt->fd[first argument] */
function loadFile(program: FrameAssembler, kernel: Kernel, file: "r8"): void {
  const { files, fileTable, fileCount, fileArray } = kernel.layout;
  program.call("get_current_task_btf");
  program.loadPointer(file, "r0", files, "out");
  program.loadPointer(file, file, fileTable, "out");
  program.loadMember("r1", file, fileCount);
  loadArgument(program, "r9", 0);
  program.jumpIf32("r9", ">=", "r1", "out");
  // From here on the verifier doesn't know the types.
  program.loadPointer(file, file, fileArray, "out");
  // A descriptor is an int: ignore the upper half of the register.
  program.shiftLeft("r9", 32);
  program.shiftRight("r9", 32 - 3);
  program.add(file, "r9");
  program.follow(file, file, { offset: 0, size: 8 }, "out");
}

/** Checks the family of the `struct sock` in r6, which may be anything if the file isn't a socket. */
function checkFamily(program: FrameAssembler, { layout, systemCalls }: Kernel, withListeners: boolean): void {
  // SIOCSIFFLAGS works on any socket.
  program.jumpIf("r7", "==", systemCalls.ioctl, "of its family");
  if (withListeners) {
    // The arguments of socket(2) show the family.
    program.jumpIf("r7", "==", systemCalls.socket, "of its family");
  }
  program.follow("r1", "r6", layout.family, "out");
  program.jumpIf("r7", "==", systemCalls.setsockopt, "of AF_PACKET");
  if (withListeners) {
    program.jumpIf("r7", "!=", systemCalls.bind, "sent to");
    program.jumpIf("r1", "==", AF_XDP, "of its family");
    program.jump("of AF_PACKET");
    program.label("sent to");
  }
  program.jumpIf("r1", "!=", AF_NETLINK, "out");
  program.follow("r1", "r6", layout.protocol, "out");
  program.jumpIf("r1", "!=", NETLINK_ROUTE, "out");
  program.jump("of its family");

  program.label("of AF_PACKET");
  program.jumpIf("r1", "!=", AF_PACKET, "out");
  program.label("of its family");
}

/** Loads the inode of the file in r8, which must be a socket: otherwise the values read so far were something else. */
function loadInode(program: FrameAssembler, { layout }: Kernel): void {
  program.follow("r8", "r8", layout.inode, "out");
  program.follow("r1", "r8", layout.inodeMode, "out");
  program.and("r1", S_IFMT);
  program.jumpIf("r1", "!=", S_IFSOCK, "out");
  program.follow("r1", "r8", layout.inodeNumber, "out");
  program.store("u64", "r10", frame.socketInode, "r1");
}

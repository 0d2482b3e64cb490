import { readU32, writeU32 } from "../../../wire/bytes.js";
import { ENOENT } from "../../ffi/errno.js";
import { FileDescriptor } from "../../ffi/file-descriptor.js";
import * as libc from "../../ffi/libc.js";
import { type BpfCommand, tryBpf } from "../bpf-system-call.js";
import { CallMemory, writePointer } from "../call-memory.js";
import { inspectionError } from "./inspection-error.js";

// linux/bpf.h: the parts of union bpf_attr that these commands use. An id is followed by the next one and by flags.
const byId = { id: 0, next: 4, size: 12 } as const;
const infoByFd = { fd: 0, length: 4, info: 8, size: 16 } as const;

/** All these commands require it in the initial user namespace. */
const NEEDS = "CAP_SYS_ADMIN";

/**
 * Opens a program or a BPF link by its id; undefined if there is none.
 * @param operation what it is opened for, as a phrase that follows "cannot"
 */
export function openById(
  command: "BPF_PROG_GET_FD_BY_ID" | "BPF_LINK_GET_FD_BY_ID",
  id: number,
  operation: string,
): FileDescriptor | undefined {
  const result = callWithId(command, id, operation);
  return result && FileDescriptor.adopt(result.value);
}

/** Returns the lowest id of a BPF link that is greater than the given one; undefined if there is none. */
export function nextLinkId(id: number, operation: string): number | undefined {
  const result = callWithId("BPF_LINK_GET_NEXT_ID", id, operation);
  return result?.next;
}

interface IdResult {
  readonly value: number;
  readonly next: number;
}

function callWithId(command: BpfCommand, id: number, operation: string): IdResult | undefined {
  using memory = new CallMemory(byId.size);
  const attributes = memory.place(byId.size);
  writeU32(attributes.bytes, byId.id, id);
  const value = tryBpf(command, attributes);
  if (value >= 0) return { value, next: readU32(attributes.bytes, byId.next) };
  const errno = libc.errno();
  if (errno === ENOENT) return undefined;
  throw inspectionError(operation, command, errno, NEEDS);
}

/**
 * Reads the beginning of what the kernel says about an open program or BPF link: `struct bpf_prog_info` or
 * `struct bpf_link_info`. What the kernel doesn't know is 0.
 * @param size how many bytes to read
 */
export function readInfo(object: FileDescriptor, size: number, operation: string): Uint8Array {
  using memory = new CallMemory(infoByFd.size, size);
  const attributes = memory.place(infoByFd.size);
  const info = memory.place(size);
  writeU32(attributes.bytes, infoByFd.fd, object.number);
  writeU32(attributes.bytes, infoByFd.length, size);
  writePointer(attributes.bytes, infoByFd.info, info);
  if (tryBpf("BPF_OBJ_GET_INFO_BY_FD", attributes) < 0)
    throw inspectionError(operation, "BPF_OBJ_GET_INFO_BY_FD", libc.errno(), NEEDS);
  return info.bytes.slice();
}

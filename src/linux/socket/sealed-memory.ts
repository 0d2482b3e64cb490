import { writeSync } from "node:fs";
import { check } from "../ffi/errno.js";
import { FileDescriptor } from "../ffi/file-descriptor.js";
import * as libc from "../ffi/libc.js";

// linux/memfd.h
const MFD_CLOEXEC = 1;
const MFD_ALLOW_SEALING = 2;
// linux/fcntl.h
const F_ADD_SEALS = 1033;
const F_SEAL_SEAL = 1;
const F_SEAL_SHRINK = 2;
const F_SEAL_GROW = 4;
const F_SEAL_WRITE = 8;

/**
 * Creates a file in memory that can't be changed any more (memfd_create(2)), so that the receivers of its descriptor
 * can rely on its contents.
 * @param operation what the file is for, as a phrase that follows "cannot" in the error
 */
export function sealedMemory(name: string, bytes: Uint8Array, operation: string): FileDescriptor {
  const file = FileDescriptor.adopt(
    check(libc.memfd_create(name, MFD_CLOEXEC | MFD_ALLOW_SEALING), operation),
  );
  try {
    for (let at = 0; at < bytes.length; ) at += writeSync(file.number, bytes, at);
    const seals = F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE | F_SEAL_SEAL;
    check(libc.fcntl(file.number, F_ADD_SEALS, seals), operation);
    return file;
  } catch (error) {
    file[Symbol.dispose]();
    throw error;
  }
}

import { randomBytes } from "node:crypto";
import {
  closeSync,
  constants,
  fchmodSync,
  fchownSync,
  fstatSync,
  fsyncSync,
  lstatSync,
  openSync,
  renameSync,
  rmSync,
  type Stats,
} from "node:fs";
import { PromiscError } from "../../errors.js";
import { present } from "../../present.js";
import { errnoOf } from "../ffi/errno.js";
import { FilePlace, placeError } from "./file-place.js";
import { writeAll } from "./write-all.js";

/** The mode of a new file, before the umask is applied. */
const NEW_MODE = 0o666;

/**
 * Replaces the contents of a file at once. Symbolic links are followed. A regular or new file is replaced as a whole: a process that
 * reads it meanwhile gets either the old or the new contents, and the same holds after a power failure. The file keeps
 * its mode and owner. A terminal, a pipe or a device such as /dev/null is written to directly.
 * @throws PromiscError `kernel` if the file can't be written; a regular file is then unchanged
 */
export function replaceFile(path: string, text: string): void {
  const operation = `write ${path}`;
  using place = FilePlace.find(path, operation);
  try {
    const { ownDescriptor } = place;
    const before = lstatSync(place.path, { throwIfNoEntry: false });
    if (ownDescriptor !== undefined) writeAll(ownDescriptor, text);
    else if (before === undefined || before.isFile()) replace(place, text, before, operation);
    else writeInPlace(place, text, before, operation);
  } catch (error) {
    throw placeError(error, operation, "name a file in a directory that this user may write to");
  }
}

function replace(place: FilePlace, text: string, before: Stats | undefined, operation: string): void {
  // The name is unpredictable, and O_EXCL follows no link.
  const beside = place.beside(`.promisc-${randomBytes(12).toString("hex")}.tmp`);
  const fd = openSync(
    beside,
    constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL,
    before ? 0o600 : NEW_MODE,
  );
  try {
    try {
      writeAll(fd, text);
      if (before) beLike(fd, before, operation);
      fsyncSync(fd);
    } finally {
      closeSync(fd);
    }
    renameSync(beside, place.path);
  } catch (error) {
    rmSync(beside, { force: true });
    throw error;
  }
  syncDirectory(place);
}

/** Gives a file the owner and mode of another. */
function beLike(fd: number, { uid, gid, mode }: Stats, operation: string): void {
  const now = fstatSync(fd);
  if (now.uid !== uid || now.gid !== gid)
    try {
      fchownSync(fd, uid, gid);
    } catch (cause) {
      throw new PromiscError({
        code: "kernel",
        operation,
        ...present({ errno: errnoOf(cause) }),
        onlyReason: true,
        reason: `it belongs to user ${uid} and group ${gid}, and only root can replace it without changing that`,
        hint: "remove it first, or name another file",
        cause,
      });
    }
  fchmodSync(fd, mode & 0o777);
}

/**
 * Syncs the directory, because the new name is on the disk only then. If the directory can't be opened, the kernel
 * writes it at a time of its own.
 */
function syncDirectory(place: FilePlace): void {
  let directory: number | undefined;
  try {
    directory = openSync(place.beside("."), constants.O_RDONLY | constants.O_DIRECTORY);
    fsyncSync(directory);
  } catch {
    // The file itself is there and complete.
  } finally {
    if (directory !== undefined) closeSync(directory);
  }
}

function writeInPlace(place: FilePlace, text: string, before: Stats, operation: string): void {
  if (before.isBlockDevice())
    throw new PromiscError({
      code: "kernel",
      operation,
      reason: "it is a disk",
      hint: "name a file",
    });
  // A link at this point is one in /proc/PID/fd, which leads to an open file.
  const follow = before.isSymbolicLink() ? constants.O_APPEND : constants.O_NOFOLLOW;
  const fd = openSync(place.path, constants.O_WRONLY | constants.O_NOCTTY | follow);
  try {
    writeAll(fd, text);
  } finally {
    closeSync(fd);
  }
}

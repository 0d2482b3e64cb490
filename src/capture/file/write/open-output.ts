import { closeSync, constants, fchownSync, fstatSync, ftruncateSync, lstatSync, openSync } from "node:fs";
import { type Errno, PromiscError, usageError } from "../../../errors.js";
import { EACCES, ELOOP, ENXIO } from "../../../linux/ffi/errno.js";
import { fileError } from "../../../linux/file/file-error.js";
import { heirOfRoot } from "../../../linux/privilege/drop-privileges.js";
import { withFileAccess } from "../../../linux/privilege/file-access.js";
import { type FileOwner, refusePlanted } from "./planted.js";

/** Identifies a file on this machine, whatever path leads to it. */
export interface FileIdentity {
  readonly dev: number;
  readonly ino: number;
}

export interface OutputOptions {
  /** Files that must not be overwritten, because they are being read. */
  readonly notOver?: FileIdentity | readonly FileIdentity[];
  /** The user who becomes the file's owner, if this process is root. */
  readonly owner?: FileOwner;
}

/**
 * Opens a file for writing, and truncates an existing one. Pipes are opened in non-blocking mode.
 * @throws PromiscError `privilege` or `kernel` if it can't be opened; `usage` if it is `notOver`
 */
export function openOutput(path: string, { notOver, owner }: OutputOptions): number {
  const operation = `write ${path}`;
  const fd = openAs(owner, path);
  try {
    const kind = fstatSync(fd);
    const read = notOver ? [notOver].flat() : [];
    if (read.some(({ dev, ino }) => kind.dev === dev && kind.ino === ino))
      throw usageError(operation, "it is the file that is read", "name another file");
    if (process.geteuid?.() === 0 && (kind.isFile() || kind.isFIFO())) refusePlanted(path, kind, owner);
    if (!kind.isFile()) return fd;
    ftruncateSync(fd);
    if (owner && process.geteuid?.() === 0) fchownSync(fd, owner.uid, owner.gid);
    return fd;
  } catch (error) {
    closeSync(fd);
    throw fileError(operation, error);
  }
}

/** Opens a file as root, or as the owner where root has no permission (for example in a home directory on NFS). */
function openAs(owner: FileOwner | undefined, path: string): number {
  const open = (): number => openWithoutTruncating(path, owner);
  try {
    return withFileAccess(open);
  } catch (error) {
    const isRefused = (error as NodeJS.ErrnoException).errno === -EACCES;
    if (!isRefused || !owner || process.geteuid?.() !== 0) throw outputError(path, error);
  }
  try {
    process.setegid?.(owner.gid);
    process.seteuid?.(owner.uid);
    return open();
  } catch (error) {
    throw outputError(path, error);
  } finally {
    process.seteuid?.(0);
    process.setegid?.(0);
  }
}

function openWithoutTruncating(path: string, owner: FileOwner | undefined): number {
  const flags = constants.O_WRONLY | constants.O_CREAT | constants.O_NONBLOCK;
  try {
    return openSync(path, flags | constants.O_NOFOLLOW, 0o666);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).errno !== -ELOOP) throw error;
    // Only the file's owner can replace it now, so the path still leads to this file when it is opened.
    refusePlanted(path, lstatSync(path), owner);
    return openSync(path, flags, 0o666);
  }
}

function outputError(path: string, error: unknown): unknown {
  const operation = `write ${path}`;
  const failure = fileError(operation, error);
  if (!(failure instanceof PromiscError && failure.errno)) return failure;
  const details: { operation: string; errno: Errno; cause: unknown } = {
    operation,
    errno: failure.errno,
    cause: error,
  };
  const heir = heirOfRoot();
  if (failure.errno.number === ENXIO)
    return new PromiscError({
      ...details,
      code: "kernel",
      reason: "nobody reads this pipe",
      hint: "start its reader first",
    });
  if (failure.errno.number !== EACCES) return failure;
  if (heir)
    return new PromiscError({
      ...details,
      code: "privilege",
      reason: `root was given up for user ${heir.name}`,
      hint: `name a file where ${heir.name} may write, or remain root: --user root`,
    });
  if (process.geteuid?.() === 0)
    return new PromiscError({
      ...details,
      code: "privilege",
      hint: "root may not write there either, as on a network file system, or without CAP_DAC_OVERRIDE",
    });
  return failure;
}

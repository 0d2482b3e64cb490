import { closeSync, constants, fstatSync, lstatSync, openSync, readlinkSync, type Stats } from "node:fs";
import { isAbsolute } from "node:path";
import { PromiscError } from "../../errors.js";
import { present } from "../../present.js";
import { describeErrno, ELOOP, errnoOf } from "../ffi/errno.js";
import { descriptorPath } from "../ffi/file-descriptor.js";
import { S_ISVTX, S_IWOTH } from "./mode.js";

/** asm-generic/fcntl.h: opens a descriptor that only marks a location, and can't be read or written. */
const O_PATH = 0o10000000;
/** The most symbolic links that the kernel follows in one path (path_resolution(7)). */
const MOST_LINKS = 40;

/**
 * Where a path leads after all its symbolic links are followed: a directory and a name in it. The directory is kept
 * open until this object is disposed of, so that nobody can replace it.
 */
export class FilePlace implements Disposable {
  readonly #directory: number;
  readonly #name: string;

  /** Takes ownership of the directory's descriptor. */
  private constructor(directory: number, name: string) {
    this.#directory = directory;
    this.#name = name;
  }

  /**
   * Follows a path. Its last component doesn't have to exist.
   *
   * In a directory with the sticky bit that everybody may write to, such as /tmp, anybody can have created anything
   * under a name. Files there that belong to another user are refused, as the kernel does with fs.protected_symlinks,
   * fs.protected_fifos and fs.protected_regular, but regardless of their settings.
   * @param operation what the path is for, as a phrase that follows "cannot" in the error
   * @throws PromiscError `kernel` if the path can't be followed, or leads to another user's file in such a directory
   */
  static find(path: string, operation: string): FilePlace {
    try {
      return new FilePlace(...walk(path, operation));
    } catch (error) {
      throw placeError(error, operation);
    }
  }

  /**
   * A path to it that remains valid whatever happens to the directories above. If it is a symbolic link, it must not be
   * followed.
   */
  get path(): string {
    return this.beside(this.#name);
  }

  /** Returns such a path for another name in the same directory; `.` is the directory itself. */
  beside(name: string): string {
    return `${descriptorPath(this.#directory)}/${name}`;
  }

  /** The descriptor of this process that the path names, as `/dev/stdout` does. */
  get ownDescriptor(): number | undefined {
    const isOwn = /^\d+$/.test(this.#name) && isDescriptorOf(process.pid, directoryName(this.#directory));
    return isOwn ? Number(this.#name) : undefined;
  }

  [Symbol.dispose](): void {
    closeSync(this.#directory);
  }
}

/** Returns the error for a failed node:fs operation. Any other error is returned unchanged. */
export function placeError(error: unknown, operation: string, hint?: string): unknown {
  const errno = errnoOf(error);
  if (error instanceof PromiscError || !errno) return error;
  return new PromiscError({ code: "kernel", operation, errno, cause: error, ...present({ hint }) });
}

/**
 * Follows a path component by component.
 * @returns the descriptor of the directory, and the name in it
 */
function walk(path: string, operation: string): [directory: number, name: string] {
  let directory = openDirectory(isAbsolute(path) ? "/" : ".");
  try {
    const parts = partsOf(path);
    let links = 0;
    for (;;) {
      // A path that is a directory, or ends in one, leads to `.` in that directory.
      const part = parts.shift() ?? ".";
      const at = `${descriptorPath(directory)}/${part}`;
      const found = lstatSync(at, { throwIfNoEntry: false });
      if (found && !isDirectoryPart(part)) refuseForeign(found, fstatSync(directory), part, operation);
      const isLast = parts.length === 0;
      if (found?.isSymbolicLink() && !(isLast && isDescriptorOf("any", directoryName(directory)))) {
        if (++links > MOST_LINKS) throw tooManyLinks(operation);
        const target = readlinkSync(at);
        parts.unshift(...partsOf(target));
        if (isAbsolute(target)) directory = reopen(directory, "/");
      } else if (isLast) return [directory, part];
      else directory = reopen(directory, at);
    }
  } catch (error) {
    closeSync(directory);
    throw error;
  }
}

function partsOf(path: string): string[] {
  const parts = path.split("/").filter((part) => part !== "");
  // A path that ends in a slash must be a directory.
  return path.endsWith("/") ? [...parts, "."] : parts;
}

function isDirectoryPart(part: string): boolean {
  return part === "." || part === "..";
}

function openDirectory(path: string): number {
  return openSync(path, O_PATH | constants.O_DIRECTORY | constants.O_NOFOLLOW);
}

function reopen(directory: number, path: string): number {
  const next = openDirectory(path);
  closeSync(directory);
  return next;
}

function directoryName(directory: number): string {
  return readlinkSync(descriptorPath(directory));
}

/**
 * Returns whether a directory is a /proc/PID/fd. Links in it lead to open files, and their text isn't a path (proc(5)).
 */
function isDescriptorOf(pid: number | "any", directory: string): boolean {
  const found = /^\/proc\/(\d+)(?:\/task\/\d+)?\/fd$/.exec(directory)?.[1];
  return found !== undefined && (pid === "any" || found === String(pid));
}

function refuseForeign(found: Stats, directory: Stats, part: string, operation: string): void {
  const isShared = (directory.mode & S_ISVTX) !== 0 && (directory.mode & S_IWOTH) !== 0;
  if (!isShared || found.isDirectory()) return;
  if (found.uid === process.geteuid?.() || found.uid === directory.uid) return;
  const what = found.isSymbolicLink() ? "is a symbolic link of" : "belongs to";
  throw new PromiscError({
    code: "kernel",
    operation,
    reason: `${part} ${what} user ${found.uid}, in a directory that everybody may write to`,
    hint: "name a file in a directory of your own",
  });
}

function tooManyLinks(operation: string): PromiscError {
  return new PromiscError({ code: "kernel", operation, errno: describeErrno(ELOOP) });
}

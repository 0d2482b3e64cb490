import { closeSync, constants, fstatSync, lstatSync, openSync, readlinkSync, type Stats } from "node:fs";
import { isAbsolute } from "node:path";
import { PromiscError } from "../../errors.js";
import { present } from "../../present.js";
import { describeErrno, ELOOP, errnoOf } from "../ffi/errno.js";
import { descriptorPath } from "../ffi/file-descriptor.js";
import { S_ISVTX, S_IWOTH } from "./mode.js";

/** asm-generic/fcntl.h: a descriptor that stands for a place, and isn't for reading or writing. */
const O_PATH = 0o10000000;
/** As many links on one way as the kernel follows (path_resolution(7)). */
const MOST_LINKS = 40;

/**
 * Where a path leads when all its symbolic links are followed: a name in a directory. The directory is held open, so that
 * nobody can put another one in its place; until disposed of.
 */
export class FilePlace implements Disposable {
  readonly #directory: number;
  readonly #name: string;

  /** Takes over the directory's descriptor. */
  private constructor(directory: number, name: string) {
    this.#directory = directory;
    this.#name = name;
  }

  /**
   * Follows a path, whose last part needn't be there.
   *
   * In a directory that all may write to and where each may remove only what is theirs, such as /tmp, anybody can have put
   * anything at a name. There what belongs to another user is not used, as the kernel doesn't with
   * fs.protected_symlinks, fs.protected_fifos and fs.protected_regular, but whatever those are set to.
   * @param operation what it is for, after "cannot" in the error
   * @throws PromiscError `kernel`
   */
  static find(path: string, operation: string): FilePlace {
    try {
      return new FilePlace(...walk(path, operation));
    } catch (error) {
      throw placeError(error, operation);
    }
  }

  /** A path to it that doesn't depend on what becomes of the directories on the way. Not to be followed if it is a link. */
  get path(): string {
    return this.beside(this.#name);
  }

  /** The same for another name in its directory; with `.` the directory itself. */
  beside(name: string): string {
    return `${descriptorPath(this.#directory)}/${name}`;
  }

  /** The descriptor of this process that the path is a name for, as `/dev/stdout` is. */
  get ownDescriptor(): number | undefined {
    const isOwn = /^\d+$/.test(this.#name) && isDescriptorOf(process.pid, directoryName(this.#directory));
    return isOwn ? Number(this.#name) : undefined;
  }

  [Symbol.dispose](): void {
    closeSync(this.#directory);
  }
}

/** The error of an operation of node:fs; any other error as it is. */
export function placeError(error: unknown, operation: string, hint?: string): unknown {
  const errno = errnoOf(error);
  if (error instanceof PromiscError || !errno) return error;
  return new PromiscError({ code: "kernel", operation, errno, cause: error, ...present({ hint }) });
}

/** @returns the directory, open, and the name in it */
function walk(path: string, operation: string): [directory: number, name: string] {
  let directory = openDirectory(isAbsolute(path) ? "/" : ".");
  try {
    const parts = partsOf(path);
    let links = 0;
    for (;;) {
      // Of a path that ends in a directory, or is one, the place is in that directory.
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
  // What ends in a slash must be a directory.
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

/** Links there lead to what is open, and their text is no path (proc(5)). */
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

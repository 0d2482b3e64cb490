import { type Stats, statSync } from "node:fs";
import { dirname } from "node:path";
import { PromiscError } from "../../../errors.js";
import { S_ISVTX, S_IWGRP, S_IWOTH } from "../../../linux/file/mode.js";

/** A user whom a file is for, and that user's own group. */
export interface FileOwner {
  readonly uid: number;
  readonly gid: number;
}

/**
 * Refuses to write where somebody else has put a file, or a symbolic link, and everybody may: in /tmp, for example, for
 * whoever writes to that name. The kernel refuses such ones where that is set (fs.protected_symlinks, protected_regular,
 * protected_fifos; proc_sys_fs(5)).
 * @param file what is at the path: of a link itself
 * @param owner whom the file is for
 * @throws PromiscError `privilege`
 */
export function refusePlanted(path: string, file: Stats, owner: FileOwner | undefined): void {
  const directory = statSync(dirname(path));
  const isOpen = (directory.mode & S_ISVTX) !== 0 && (directory.mode & (S_IWGRP | S_IWOTH)) !== 0;
  if (!isOpen || [process.geteuid?.(), directory.uid, owner?.uid].includes(file.uid)) return;
  throw new PromiscError({
    code: "privilege",
    operation: `write ${path}`,
    reason: `another user's ${file.isSymbolicLink() ? "symbolic link" : "file"} is there, in a directory that everyone may write to`,
    hint: "name another file, or remove that one",
  });
}

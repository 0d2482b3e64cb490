import { type Stats, statSync } from "node:fs";
import { dirname } from "node:path";
import { PromiscError } from "../../../errors.js";
import { S_ISVTX, S_IWGRP, S_IWOTH } from "../../../linux/file/mode.js";

/** A user and that user's own group. */
export interface FileOwner {
  readonly uid: number;
  readonly gid: number;
}

/**
 * Refuses to write to a file or symbolic link that another user created in a directory that everybody can write to: a
 * trap in /tmp, for example. The kernel refuses them itself if so configured (fs.protected_symlinks, protected_regular,
 * protected_fifos; proc_sys_fs(5)).
 * @param file the file at `path`; for a symbolic link, the link itself
 * @param owner the user that the file is for
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

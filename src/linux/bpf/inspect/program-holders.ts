import { closeSync, openSync, readSync } from "node:fs";
import type { DescriptorOwner } from "../../process/process-table.js";

/** A process that has a program open, or a BPF link which keeps the program attached. */
export interface ProgramHolder extends DescriptorOwner {
  readonly programId: number;
  /** The BPF link that it has open; absent if it has the program itself open. */
  readonly linkId?: number;
}

/** Newer kernels may write the names in brackets, as they do with other kinds of files. */
const PROGRAM_OR_LINK = /^anon_inode:\[?bpf[-_](?:prog|link)\]?$/;

/**
 * Returns whether a descriptor is one of a program or of a BPF link.
 * @param target where its symbolic link in /proc points to (proc_pid_fd(5))
 */
export function isProgramOrLink(target: string): boolean {
  return PROGRAM_OR_LINK.test(target);
}

/** Bytes: enough for what the kernel writes about a program or link. Other descriptors can have megabytes. */
const LONGEST_INFO = 4096;

const buffer = Buffer.alloc(LONGEST_INFO);

/**
 * Finds the processes that have certain programs open (proc_pid_fdinfo(5)). A program without any is kept by what it is
 * attached to, by a file that pins it, or by a process that this one can't see.
 * @param ids the programs' ids
 * @param descriptors descriptors of programs and BPF links, by {@link isProgramOrLink}
 */
export function findProgramHolders(
  ids: ReadonlySet<number>,
  descriptors: Iterable<DescriptorOwner>,
): ProgramHolder[] {
  const holders: ProgramHolder[] = [];
  for (const { pid, fd } of descriptors) {
    const info = readDescriptorInfo(pid, fd);
    const programId = numberIn(info, "prog_id");
    if (programId === undefined || !ids.has(programId)) continue;
    const linkId = numberIn(info, "link_id");
    holders.push({ pid, fd, programId, ...(linkId === undefined ? {} : { linkId }) });
  }
  return holders;
}

/** Returns nothing for a descriptor that was closed meanwhile. */
function readDescriptorInfo(pid: number, fd: number): string {
  try {
    const file = openSync(`/proc/${pid}/fdinfo/${fd}`, "r");
    try {
      return buffer.toString("latin1", 0, readSync(file, buffer));
    } finally {
      closeSync(file);
    }
  } catch {
    return "";
  }
}

function numberIn(info: string, name: string): number | undefined {
  const value = new RegExp(`^${name}:\\t(\\d+)$`, "m").exec(info)?.[1];
  return value === undefined ? undefined : Number(value);
}

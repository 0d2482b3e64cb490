import * as libc from "../ffi/libc.js";
import { SO_DOMAIN, SOL_SOCKET } from "../ffi/socket-constants.js";
import { ForeignDescriptors } from "./foreign-descriptors.js";
import type { DescriptorOwner } from "./process-table.js";

/**
 * Returns the address family of a socket that a process has open (SO_DOMAIN, socket(7)). Needs CAP_SYS_PTRACE over the
 * process.
 * @returns undefined if the kernel refuses, or if the process closed the socket meanwhile
 */
export function familyOfSocket({ pid, fd }: DescriptorOwner): number | undefined {
  using descriptors = ForeignDescriptors.of(pid);
  using duplicate = descriptors?.duplicate(fd);
  return duplicate && ownSocketFamily(duplicate.number);
}

/** Returns the address family of a socket; undefined if the descriptor is none. */
export function ownSocketFamily(fd: number): number | undefined {
  const family = new Int32Array(1);
  return libc.getsockopt(fd, SOL_SOCKET, SO_DOMAIN, family, new Uint32Array([4])) < 0 ? undefined : family[0];
}

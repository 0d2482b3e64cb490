import { fstatSync, readFileSync } from "node:fs";
import { present } from "../../present.js";
import { IFREQ_SIZE, readIfreq } from "../../wire/kernel/ifreq.js";
import { FileDescriptor } from "../ffi/file-descriptor.js";
import * as libc from "../ffi/libc.js";
import { ForeignDescriptors } from "./foreign-descriptors.js";
import type { DescriptorOwner } from "./process-table.js";

// linux/if_tun.h
const TUNGETIFF = 0x800454d2;
const TUNGETDEVNETNS = 0x54e3;

/** A process that can read the frames which the kernel sends on a tun, tap, macvtap or ipvtap device. */
export interface TapReader extends DescriptorOwner {
  /** The device's name in its network namespace, which may be another one than the process's. */
  readonly ifname: string;
  /**
   * The device's index in its network namespace; only known of a macvtap or ipvtap device, which has a file of its own,
   * `/dev/tapINDEX`.
   */
  readonly index?: number;
  /**
   * The inode number of the device's network namespace; only known of a tun or tap device, since Linux 5.7, and with
   * CAP_NET_ADMIN over that namespace.
   */
  readonly netns?: number;
}

/** The most readers of one process that are kept. */
const MOST_OF_PROCESS = 1024;

/**
 * Collects the readers of tap devices from what `readProcessTable` passes to {@link examine}. The files are recognised
 * by the names that they have in /dev; only a process with CAP_MKNOD can give them others.
 */
export class TapReaders {
  readonly #readers: TapReader[] = [];
  #pid = 0;
  #ofProcess = 0;
  #isPartial = false;

  readonly examine = (owner: DescriptorOwner, target: string): void => {
    const [, index] = /\/(?:tun|tap(\d+))$/.exec(target) ?? [];
    if (index === undefined && !target.endsWith("/tun")) return;
    const ifname = index === undefined ? nameOfTun(owner) : nameOfMacvtap(owner);
    if (!ifname) return;
    if (owner.pid !== this.#pid) this.#ofProcess = 0;
    this.#pid = owner.pid;
    if (++this.#ofProcess > MOST_OF_PROCESS) this.#isPartial = true;
    else
      this.#readers.push({
        ...owner,
        ifname,
        ...(index === undefined ? present({ netns: namespaceOfTun(owner) }) : { index: Number(index) }),
      });
  };

  get readers(): readonly TapReader[] {
    return this.#readers;
  }

  /** Whether readers were left out, because a process has too many. */
  get isPartial(): boolean {
    return this.#isPartial;
  }
}

/** Returns the device that a descriptor of /dev/net/tun is attached to; undefined if it isn't attached to any. */
function nameOfTun({ pid, fd }: DescriptorOwner): string | undefined {
  try {
    return /^iff:\t(.+)$/m.exec(readFileSync(`/proc/${pid}/fdinfo/${fd}`, "utf8"))?.[1];
  } catch {
    // The process ended or closed it meanwhile.
    return undefined;
  }
}

/** Returns the inode number of a tun or tap device's namespace. Needs CAP_SYS_PTRACE over the process. */
function namespaceOfTun({ pid, fd }: DescriptorOwner): number | undefined {
  using descriptors = ForeignDescriptors.of(pid);
  using duplicate = descriptors?.duplicate(fd);
  const namespace = duplicate ? libc.ioctl(duplicate.number, TUNGETDEVNETNS, null) : -1;
  if (namespace < 0) return undefined;
  using descriptor = FileDescriptor.adopt(namespace);
  return fstatSync(descriptor.number).ino;
}

/** Returns the name of the macvtap or ipvtap device behind a descriptor. Needs CAP_SYS_PTRACE over the process. */
function nameOfMacvtap({ pid, fd }: DescriptorOwner): string | undefined {
  using descriptors = ForeignDescriptors.of(pid);
  using duplicate = descriptors?.duplicate(fd);
  const request = new Uint8Array(IFREQ_SIZE);
  if (!duplicate || libc.ioctl(duplicate.number, TUNGETIFF, request) < 0) return undefined;
  return readIfreq(request).name;
}

import { EACCES, ENODEV, ENOENT, ENXIO, EPERM } from "../ffi/errno.js";

/** The device from which tap interfaces are created (Documentation/networking/tuntap.rst). */
export const TUN_DEVICE = "/dev/net/tun";

const LOAD = "sudo modprobe tun";

/** What to do after each error of opening the device, if it isn't there or this user may not open it. */
const remedies: Readonly<Record<number, string>> = {
  [ENOENT]: `${LOAD} (in a container, start that with --device ${TUN_DEVICE})`,
  [ENODEV]: LOAD,
  [ENXIO]: LOAD,
  [EACCES]: `run it with sudo, or let every user open it: sudo chmod 0666 ${TUN_DEVICE}`,
  // The device cgroup of a container refuses it to root too.
  [EPERM]: `in a container, start that with --device ${TUN_DEVICE}`,
};

/** Returns what to do after an error of opening {@link TUN_DEVICE}; undefined if the error has another cause. */
export function tunRemedy(errno: number): string | undefined {
  return remedies[errno];
}

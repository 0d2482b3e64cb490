import { closeSync, constants, existsSync, openSync } from "node:fs";
import { describeErrno } from "../ffi/errno.js";
import type { Facility } from "./facility.js";

const name = "/dev/net/tun";

/**
 * Reports whether this user may open the device from which tap interfaces are created
 * (Documentation/networking/tuntap.rst).
 */
export function tun(): Facility {
  if (!existsSync(name))
    return {
      name,
      available: false,
      detail: "it doesn't exist",
      remedy: "sudo modprobe tun (in a container, start that with --device /dev/net/tun)",
    };
  // Opening it would load the module, and doctor changes nothing.
  if (!existsSync("/sys/class/misc/tun"))
    return { name, detail: "its module isn't loaded", remedy: "sudo modprobe tun" };
  try {
    closeSync(openSync(name, constants.O_RDWR));
    return { name, available: true, detail: "this user can open it" };
  } catch (error) {
    const { errno = 0 } = error as NodeJS.ErrnoException;
    return {
      name,
      available: false,
      detail: `open: ${describeErrno(-errno).text}`,
      remedy: `sudo chmod 0666 ${name} (it is useless without CAP_NET_ADMIN in some namespace)`,
    };
  }
}

import { closeSync, constants, existsSync, openSync } from "node:fs";
import { present } from "../../present.js";
import { describeErrno, ENODEV, ENOENT } from "../ffi/errno.js";
import { TUN_DEVICE as name, tunRemedy } from "../interface/tun-remedy.js";
import type { Facility } from "./facility.js";

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
      ...present({ remedy: tunRemedy(ENOENT) }),
    };
  // Opening it would load the module, and doctor changes nothing.
  if (!existsSync("/sys/class/misc/tun"))
    return { name, detail: "its module isn't loaded", ...present({ remedy: tunRemedy(ENODEV) }) };
  try {
    closeSync(openSync(name, constants.O_RDWR));
    return { name, available: true, detail: "this user can open it" };
  } catch (error) {
    const { errno = 0 } = error as NodeJS.ErrnoException;
    return {
      name,
      available: false,
      detail: `open: ${describeErrno(-errno).text}`,
      ...present({ remedy: tunRemedy(-errno) }),
    };
  }
}

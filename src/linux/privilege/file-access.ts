import { PromiscError } from "../../errors.js";
import { check } from "../ffi/errno.js";
import * as libc from "../ffi/libc.js";
import { capabilityBit } from "../privilege/capability-names.js";

// linux/prctl.h
const PR_SET_KEEPCAPS = 8;
// linux/capability.h
const CAPABILITY_VERSION_3 = 0x2008_0522;
const DAC_OVERRIDE = capabilityBit("CAP_DAC_OVERRIDE");

let isKept = false;

/**
 * Keeps, of all capabilities that a change of the user takes away, CAP_DAC_OVERRIDE: not in effect but while
 * {@link withFileAccess} is at it, and only for the thread that calls, which is the one that opens files. A process that
 * lacks it keeps nothing.
 * @param change makes this process another user's
 */
export function keepFileAccess(change: () => void): void {
  check(libc.prctl(PR_SET_KEEPCAPS, 1, 0, 0, 0), "keep access to files");
  try {
    change();
    isKept = setCapabilities(DAC_OVERRIDE, 0);
  } finally {
    libc.prctl(PR_SET_KEEPCAPS, 0, 0, 0, 0);
  }
  if (!isKept) giveUpFileAccess();
}

/** Gives up what {@link keepFileAccess} kept, for good. */
export function giveUpFileAccess(): void {
  isKept = false;
  if (!setCapabilities(0, 0))
    throw new PromiscError({ code: "kernel", operation: "give up capabilities", reason: "capset(2) failed" });
}

/** Runs `action` with the access to files that was kept, if any was. */
export function withFileAccess<Result>(action: () => Result): Result {
  if (!isKept) return action();
  setCapabilities(DAC_OVERRIDE, DAC_OVERRIDE);
  try {
    return action();
  } finally {
    setCapabilities(DAC_OVERRIDE, 0);
  }
}

/** capset(2), of the calling thread: bits of the first 32 capabilities; all others are given up. */
function setCapabilities(permitted: number, effective: number): boolean {
  const header = Uint32Array.of(CAPABILITY_VERSION_3, 0);
  return libc.capset(header, Uint32Array.of(effective, permitted, 0, 0, 0, 0)) === 0;
}

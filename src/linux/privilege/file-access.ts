import { capabilityBit } from "../ffi/capability-names.js";
import { check, kernelError } from "../ffi/errno.js";
import * as libc from "../ffi/libc.js";

// linux/prctl.h
const PR_SET_KEEPCAPS = 8;
// linux/capability.h
const CAPABILITY_VERSION_3 = 0x2008_0522;
const DAC_OVERRIDE = capabilityBit("CAP_DAC_OVERRIDE");

let isKept = false;

/**
 * Changes the user and keeps only CAP_DAC_OVERRIDE of the capabilities that this would clear. It is effective only
 * within {@link withFileAccess}, and only for the calling thread, which is the one that opens files. A process that
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

/** Permanently gives up the capability that {@link keepFileAccess} kept. */
export function giveUpFileAccess(): void {
  isKept = false;
  if (!setCapabilities(0, 0))
    throw kernelError({
      operation: "give up capabilities",
      errno: libc.errno(),
      reason: "capset(2) failed",
    });
}

/** Runs `action` with the capability that was kept, if any was. */
export function withFileAccess<Result>(action: () => Result): Result {
  if (!isKept) return action();
  setCapabilities(DAC_OVERRIDE, DAC_OVERRIDE);
  try {
    return action();
  } finally {
    setCapabilities(DAC_OVERRIDE, 0);
  }
}

/** Sets the calling thread's capabilities by capset(2): bits of the first 32 capabilities. All others are given up. */
function setCapabilities(permitted: number, effective: number): boolean {
  const header = Uint32Array.of(CAPABILITY_VERSION_3, 0);
  return libc.capset(header, Uint32Array.of(effective, permitted, 0, 0, 0, 0)) === 0;
}

import { realTimeNanoseconds, timeSinceBootNanoseconds } from "./clock.js";

/**
 * The unit of the boot time, in milliseconds. Process start times in /proc have the same one, so that their sum needs
 * no further rounding.
 */
export const BOOT_TIME_UNIT_MS = 10;

/** How often the clocks are compared at most. Mostly once is enough. */
const MOST_COMPARISONS = 20;

/** The two clocks whose difference is the boot time, in nanoseconds. */
export interface BootClocks {
  /** Reads the system clock. */
  real(): bigint;
  /** Reads the time since the boot. */
  sinceBoot(): bigint;
}

const kernelClocks: BootClocks = { real: realTimeNanoseconds, sinceBoot: timeSinceBootNanoseconds };

/**
 * Returns when the machine was booted, by the system clock as it is set now, in milliseconds since 1970, rounded to
 * hundredths of a second. Every program that asks gets the same value until somebody sets the clock: both clocks are
 * adjusted at the same rate, so their difference changes only then. It can't be read at one moment, so the clocks are
 * compared until only one rounded value is possible.
 */
export function readBootTime({ real, sinceBoot }: BootClocks = kernelClocks): number {
  let earliest: bigint | undefined;
  let latest: bigint | undefined;
  for (let count = 1; ; count++) {
    const before = real();
    const boot = sinceBoot();
    const after = real();
    // A bound outside of the others means that the clock was set meanwhile: begin again with these.
    const isSet =
      earliest !== undefined && latest !== undefined && (after - boot < earliest || before - boot > latest);
    if (isSet || earliest === undefined || before - boot > earliest) earliest = before - boot;
    if (isSet || latest === undefined || after - boot < latest) latest = after - boot;
    const rounded = round(earliest);
    if (rounded === round(latest) || count === MOST_COMPARISONS) return Number(rounded) * BOOT_TIME_UNIT_MS;
  }
}

const UNIT_NS = BigInt(BOOT_TIME_UNIT_MS) * 1_000_000n;

function round(nanoseconds: bigint): bigint {
  return (nanoseconds + UNIT_NS / 2n) / UNIT_NS;
}

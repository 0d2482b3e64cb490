import { readU64 } from "../../wire/bytes.js";
import { check } from "../ffi/errno.js";
import * as libc from "../ffi/libc.js";

// linux/time.h
const CLOCK_REALTIME = 0;
const CLOCK_MONOTONIC = 1;
const CLOCK_BOOTTIME = 7;

/** `struct timespec`: seconds and nanoseconds, of 8 bytes each. */
const timespec = new Uint8Array(16);

/**
 * Returns the system clock's time in microseconds since 1970, UTC. It may jump when the clock is set or after a
 * suspend.
 */
export function realTime(): number {
  return Number(realTimeNanoseconds() / 1000n);
}

/** Returns the same in nanoseconds. */
export function realTimeNanoseconds(): bigint {
  return read(CLOCK_REALTIME);
}

/** Returns the microseconds since the machine was booted, without suspends. */
export function monotonicTime(): number {
  return Number(read(CLOCK_MONOTONIC) / 1000n);
}

/** Returns the microseconds since the machine was booted, including suspends. */
export function timeSinceBoot(): number {
  return Number(timeSinceBootNanoseconds() / 1000n);
}

/**
 * Returns the nanoseconds since the machine was booted, including suspends. Process start times count from there
 * (proc(5)).
 */
export function timeSinceBootNanoseconds(): bigint {
  return read(CLOCK_BOOTTIME);
}

function read(clock: number): bigint {
  check(libc.clock_gettime(clock, timespec), "read the clock");
  return readU64(timespec, 0) * 1_000_000_000n + readU64(timespec, 8);
}

/** Formats a time as ISO 8601, UTC, with microseconds. */
export function formatMicroseconds(time: number): string {
  const micros = String(time % 1000).padStart(3, "0");
  return new Date(Math.floor(time / 1000)).toISOString().replace("Z", `${micros}Z`);
}

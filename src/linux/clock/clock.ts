import { readU64 } from "../../wire/bytes.js";
import { check } from "../ffi/errno.js";
import * as libc from "../ffi/libc.js";

// linux/time.h
const CLOCK_REALTIME = 0;
const CLOCK_BOOTTIME = 7;

/** `struct timespec`: seconds and nanoseconds, of 8 bytes each. */
const timespec = new Uint8Array(16);

/** Microseconds since 1970, UTC, as the machine's clock has them now: after a step, and after a suspend, the new time. */
export function realTime(): number {
  return read(CLOCK_REALTIME);
}

/** Microseconds since the machine was booted, suspends included: what the starts of processes are counted from (proc(5)). */
export function timeSinceBoot(): number {
  return read(CLOCK_BOOTTIME);
}

function read(clock: number): number {
  check(libc.clock_gettime(clock, timespec), "read the clock");
  return Number(readU64(timespec, 0)) * 1e6 + Math.floor(Number(readU64(timespec, 8)) / 1000);
}

/** ISO 8601 UTC with microseconds. */
export function formatMicroseconds(time: number): string {
  const micros = String(time % 1000).padStart(3, "0");
  return new Date(Math.floor(time / 1000)).toISOString().replace("Z", `${micros}Z`);
}

import { usageError } from "../../errors.js";
import { decodeString, encodeString, writeU64 } from "../../wire/bytes.js";
import * as libc from "../ffi/libc.js";

/** Larger than `struct tm` of any C library; and linux/limits.h PATH_MAX, what a name can have at most. */
const TM_SIZE = 128;
const LONGEST = 4096;

/**
 * strftime(3) of a time in the local time zone, with the C library's own directives.
 * @param seconds since 1970, UTC
 * @throws PromiscError `usage` if the result is longer than a path can be
 */
export function formatLocalTime(format: string, seconds: number): string {
  const time = new Uint8Array(8);
  writeU64(time, 0, BigInt(Math.floor(seconds)));
  const broken = new Uint8Array(TM_SIZE);
  libc.localtime_r(time, broken);
  const into = new Uint8Array(LONGEST);
  // A byte in front, because 0 may mean an empty result as well as one too long.
  const length = libc.strftime(into, into.length, encodeString(`x${format}\0`), broken);
  if (length === 0)
    throw usageError(`name a file by "${format}"`, `the name is longer than ${LONGEST} bytes`);
  return decodeString(into, 1, length);
}

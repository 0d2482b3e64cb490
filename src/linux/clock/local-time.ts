import { usageError } from "../../errors.js";
import { decodeString, encodeString, writeU64 } from "../../wire/bytes.js";
import * as libc from "../ffi/libc.js";

/** Larger than any C library's `struct tm`; and PATH_MAX (linux/limits.h), the longest path. */
const TM_SIZE = 128;
const LONGEST = 4096;

/**
 * Formats a time in the local time zone by strftime(3), with all directives of the C library.
 * @param seconds since 1970, UTC
 * @throws PromiscError `usage` if the result is longer than a path may be
 */
export function formatLocalTime(format: string, seconds: number): string {
  const time = new Uint8Array(8);
  writeU64(time, 0, BigInt(Math.floor(seconds)));
  const broken = new Uint8Array(TM_SIZE);
  libc.localtime_r(time, broken);
  const into = new Uint8Array(LONGEST);
  // Prepend a byte, because a result of 0 can mean an empty text as well as one that is too long.
  const length = libc.strftime(into, into.length, encodeString(`x${format}\0`), broken);
  if (length === 0)
    throw usageError(`name a file by "${format}"`, `the name is longer than ${LONGEST} bytes`);
  return decodeString(into, 1, length);
}

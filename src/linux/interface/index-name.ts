import { decodeString } from "../../wire/bytes.js";
import { IFNAMSIZ } from "../../wire/kernel/ifreq.js";
import * as libc from "../ffi/libc.js";

/** Returns the name that an interface of the calling thread's network namespace has now, or undefined without one. */
export function nameOfIndex(index: number): string | undefined {
  const name = new Uint8Array(IFNAMSIZ);
  if (libc.if_indextoname(index, name) === null) return undefined;
  const end = name.indexOf(0);
  return decodeString(name, 0, end < 0 ? IFNAMSIZ : end);
}

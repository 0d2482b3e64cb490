import { PromiscError, usageError } from "../errors.js";
import { ENODEV, hasErrno } from "../linux/ffi/errno.js";
import type { Rtnetlink } from "../linux/netlink/rtnetlink.js";
import { encodeString } from "../wire/bytes.js";
import { IFNAMSIZ } from "../wire/kernel/ifreq.js";
import type { Link } from "../wire/kernel/rtnetlink/link.js";

/** linux/if.h: `ALTIFNAMSIZ`, with the NUL. */
const ALTIFNAMSIZ = 128;

/** What the kernel refuses in a name: `/`, `:` and what its isspace() takes for a blank (net/core/dev.c, dev_valid_name). */
const FORBIDDEN = /[/:\s\0]/;

/** Throws a `usage` error if no interface can have this name or alternative name. */
function checkName(name: string, operation: string): void {
  const wrong = (reason: string): PromiscError =>
    usageError(operation, reason, "promisc lists the interfaces and their names");
  const size = encodeString(name).length;
  if (size === 0) throw wrong("the interface name is empty");
  if (size >= ALTIFNAMSIZ)
    throw wrong(`the interface name has ${size} bytes; a name has at most 15, an alternative name 127`);
  const found = FORBIDDEN.exec(name);
  if (found)
    throw wrong(
      `${JSON.stringify(name)} can't be an interface name: it contains ${JSON.stringify(found[0])}`,
    );
  if (name === "." || name === "..") throw wrong(`"${name}" can't be an interface name`);
}

/** A name as an error message shows it: quoted if it is empty or has characters that could mislead. */
export function spoken(name: string): string {
  return /^[!-~]+$/.test(name) ? name : JSON.stringify(name);
}

/**
 * Finds the interface that a user named: by its name, by an alternative name, or as `ip` prints it, with a suffix
 * (`veth0@if7`).
 * @param operation what is to be done with it, after "cannot" in the error
 * @throws PromiscError `usage` for what can't be a name, `no-interface` if there is none
 */
export function resolveLink(rtnetlink: Rtnetlink, name: string, operation: string): Link {
  checkName(name, operation);
  try {
    return rtnetlink.link(name, operation);
  } catch (error) {
    if (!hasErrno(error, ENODEV)) throw error;
    const suffix = name.lastIndexOf("@");
    if (suffix > 0) return resolveLink(rtnetlink, name.slice(0, suffix), operation);
    const size = encodeString(name).length;
    if (size < IFNAMSIZ) throw error;
    throw new PromiscError({
      code: "usage",
      operation,
      reason: `the interface name has ${size} bytes, at most 15 fit, and no alternative name is like it`,
      hint: "promisc show lists the alternative names too",
      cause: error,
    });
  }
}

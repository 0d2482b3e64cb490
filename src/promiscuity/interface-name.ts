import { PromiscError, usageError } from "../errors.js";
import { ENODEV, hasErrno } from "../linux/ffi/errno.js";
import type { Rtnetlink } from "../linux/netlink/rtnetlink.js";
import { encodeString } from "../wire/bytes.js";
import { IFNAMSIZ } from "../wire/kernel/ifreq.js";
import type { Link } from "../wire/kernel/rtnetlink/link.js";

/** `ALTIFNAMSIZ` (linux/if.h), which includes the NUL. */
const ALTIFNAMSIZ = 128;

/**
 * Characters that the kernel refuses in a name: `/`, `:` and those for which its isspace() is true (net/core/dev.c,
 * dev_valid_name).
 */
const FORBIDDEN = /[/:\s\0]/;

/** Throws a `usage` error if this can be neither a name nor an alternative name of an interface. */
function checkName(name: string, operation: string): void {
  const wrong = (reason: string): PromiscError =>
    usageError(operation, reason, "promisc lists the interfaces and their names");
  if (typeof name !== "string")
    throw wrong(`the interface name must be a string, not of type ${typeof name}`);
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

/** Returns a name as error messages show it: in quotes if it is empty or contains characters that could mislead. */
export function spoken(name: string): string {
  return /^[!-~]+$/.test(name) ? name : JSON.stringify(name);
}

/**
 * Finds the interface that a user named: by its name, by an alternative name, or as `ip` prints it, with a suffix
 * (`veth0@if7`).
 * @param operation what is to be done with the interface, as a phrase that follows "cannot" in the error
 * @throws PromiscError `usage` if the name can't be an interface's, `no-interface` if there is no such interface
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

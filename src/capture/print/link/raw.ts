import * as loopback from "../../../wire/packet/link/bsd-loopback.js";
import { IPVERSION, version } from "../../../wire/packet/network/ipv4.js";
import { IPV6_VERSION } from "../../../wire/packet/network/ipv6.js";
import { type Context, has, printTruncated } from "../context.js";
import { printHexDump } from "../hex-dump.js";
import { printIpv4 } from "../network/ipv4.js";
import { printIpv6 } from "../network/ipv6.js";

/** Prints a packet of LINKTYPE_RAW. Its first four bits are the IP version. */
export function printRaw(context: Context, start: number, length: number): void {
  const { out, bytes, options } = context;
  if (options.link) out.text("ip: ");
  if (!has(context, start, 1)) return printTruncated(context, "ip");
  const found = version(bytes, start);
  if (found === IPVERSION) return printIpv4(context, start, length);
  if (found === IPV6_VERSION) return printIpv6(context, start, length);
  out.text("unknown ip ");
  out.decimal(found);
}

/** Prints a packet of LINKTYPE_NULL: an address family in the byte order of the capturing host, then the packet. */
export function printNull(context: Context, start: number, length: number): void {
  if (!has(context, start, loopback.BSD_LOOPBACK_SIZE)) return printTruncated(context, "null");
  printFamily(context, loopback.family(context.bytes, start), start, length);
}

/** Prints a packet of LINKTYPE_LOOP: an address family in network byte order, then the packet. */
export function printLoop(context: Context, start: number, length: number): void {
  if (!has(context, start, loopback.BSD_LOOPBACK_SIZE)) return printTruncated(context, "loop");
  printFamily(context, loopback.familyOfLoop(context.bytes, start), start, length);
}

/**
 * Returns the IP version of an address family. IPv6 has several numbers on BSD systems, where such links exist. Linux's
 * number isn't among them: it means another family there.
 */
function familyName(family: number): "IPv4" | "IPv6" | undefined {
  switch (family) {
    case loopback.FAMILY_INET:
      return "IPv4";
    case loopback.FAMILY_INET6_BSD:
    case loopback.FAMILY_INET6_FREEBSD:
    case loopback.FAMILY_INET6_DARWIN:
      return "IPv6";
    default:
      return undefined;
  }
}

function printFamily(context: Context, family: number, start: number, length: number): void {
  const { out, options } = context;
  const name = familyName(family);
  if (options.link || name === undefined) {
    printFamilyName(context, family, name);
    out.text(", length ");
    out.decimal(length);
    out.text(": ");
  }
  const payload = start + loopback.BSD_LOOPBACK_SIZE;
  const left = length - loopback.BSD_LOOPBACK_SIZE;
  if (name === "IPv4") printIpv4(context, payload, left);
  else if (name === "IPv6") printIpv6(context, payload, left);
  else printHexDump(context, payload, context.end);
}

function printFamilyName({ out, options }: Context, family: number, name: string | undefined): void {
  if (!options.quiet) {
    out.text("AF ");
    out.text(name ?? "Unknown");
    out.text(" (");
    out.decimal(family);
    out.text(")");
  } else if (name !== undefined) out.text(name);
  else {
    out.text("Unknown AF ");
    out.decimal(family);
  }
}

import { type Context, has, printTruncated } from "../context.js";
import { u32 } from "../field.js";
import { printIpv4 } from "../network/ipv4.js";
import { printIpv6 } from "../network/ipv6.js";

const AF_INET = 2;
/** NetBSD's, FreeBSD's and Darwin's AF_INET6. */
const INET6 = [24, 28, 30];

/** LINKTYPE_RAW: the packet tells by its first half-byte which IP it is. */
export function printRaw(context: Context, start: number, length: number): void {
  const { out, bytes, options } = context;
  if (options.link) out.text("ip: ");
  if (!has(context, start, 1)) return printTruncated(context, "ip");
  const version = (bytes[start] as number) >>> 4;
  if (version === 4) return printIpv4(context, start, length);
  if (version === 6) return printIpv6(context, start, length);
  out.text("unknown ip ");
  out.decimal(version);
}

/** LINKTYPE_NULL: an address family in the byte order of the machine that captured. */
export function printNull(context: Context, start: number, length: number): void {
  const { bytes } = context;
  if (!has(context, start, 4)) return printTruncated(context, "null");
  const family = u32(bytes, start);
  // A small number in the other byte order is a large one.
  printFamily(context, family > 0xffff ? swap(family) : family, start, length);
}

/** LINKTYPE_LOOP: an address family in network byte order. */
export function printLoop(context: Context, start: number, length: number): void {
  if (!has(context, start, 4)) return printTruncated(context, "loop");
  printFamily(context, u32(context.bytes, start), start, length);
}

function printFamily(context: Context, family: number, start: number, length: number): void {
  const { out, options } = context;
  const name = family === AF_INET ? "IPv4" : INET6.includes(family) ? "IPv6" : "unknown";
  if (options.link || name === "unknown") {
    out.text("AF ");
    out.text(name);
    out.text(" (");
    out.decimal(family);
    out.text("), length ");
    out.decimal(length);
    out.text(": ");
  }
  if (name === "IPv4") printIpv4(context, start + 4, length - 4);
  else if (name === "IPv6") printIpv6(context, start + 4, length - 4);
}

function swap(value: number): number {
  return ((value & 0xff) << 24) | ((value & 0xff00) << 8) | ((value >>> 8) & 0xff00) | (value >>> 24);
}

import { type Context, has } from "../context.js";
import { u16, u32 } from "../field.js";

// RFC 4861
const ROUTER_SOLICITATION = 133;
const ROUTER_ADVERTISEMENT = 134;
const NEIGHBOUR_SOLICITATION = 135;
const NEIGHBOUR_ADVERTISEMENT = 136;
const REDIRECT = 137;

const optionNames: Readonly<Record<number, string>> = {
  1: "source link-address",
  2: "destination link-address",
  3: "prefix info",
  4: "redirected header",
  5: "mtu",
  7: "advertisement interval",
  8: "homeagent information",
  24: "route info",
  25: "rdnss",
  31: "dnssl",
};

/** Router and neighbour discovery: the options are shown with `-v`. False if it is cut short. */
export function printNeighbourDiscovery(context: Context, start: number, length: number): boolean {
  const { out, bytes, options } = context;
  const isVerbose = options.verbose > 0;
  const end = start + length;
  switch (bytes[start]) {
    case ROUTER_SOLICITATION:
      return !isVerbose || printOptions(context, start + 8, end);
    case ROUTER_ADVERTISEMENT:
      if (!isVerbose) return true;
      return printRouter(context, start) && printOptions(context, start + 16, end);
    case NEIGHBOUR_SOLICITATION:
      if (!has(context, start, 24)) return false;
      out.text(", who has ");
      out.ipv6(bytes, start + 8);
      return !isVerbose || printOptions(context, start + 24, end);
    case NEIGHBOUR_ADVERTISEMENT:
      if (!has(context, start, 24)) return false;
      out.text(", tgt is ");
      out.ipv6(bytes, start + 8);
      if (!isVerbose) return true;
      printFlags(context, u32(bytes, start + 4));
      return printOptions(context, start + 24, end);
    case REDIRECT:
      if (!has(context, start, 40)) return false;
      out.text(", ");
      out.ipv6(bytes, start + 24);
      out.text(" to ");
      out.ipv6(bytes, start + 8);
      return !isVerbose || printOptions(context, start + 40, end);
  }
  return true;
}

function printFlags({ out }: Context, flags: number): void {
  out.text(", Flags [");
  let separator = "";
  for (const [flag, name] of neighbourFlags)
    if ((flags >>> flag) & 1) {
      out.text(separator);
      out.text(name);
      separator = ", ";
    }
  if (separator === "") out.text("none");
  out.text("]");
}

const neighbourFlags = [
  [31, "router"],
  [30, "solicited"],
  [29, "override"],
] as const;

const routerFlags = [
  [0x80, "managed"],
  [0x40, "other stateful"],
  [0x20, "home agent"],
] as const;

const preferences = ["medium", "high", "unsupported?", "low"];

function printRouter(context: Context, start: number): boolean {
  const { out, bytes } = context;
  if (!has(context, start, 16)) return false;
  const flags = bytes[start + 5] as number;
  out.text("\n\thop limit ");
  out.decimal(bytes[start + 4] as number);
  out.text(", Flags [");
  let separator = "";
  for (const [flag, name] of routerFlags)
    if (flags & flag) {
      out.text(separator);
      out.text(name);
      separator = ", ";
    }
  if (separator === "") out.text("none");
  out.text("], pref ");
  out.text(preferences[(flags >>> 3) & 3] as string);
  out.text(", router lifetime ");
  out.decimal(u16(bytes, start + 6));
  out.text("s, reachable time ");
  out.decimal(u32(bytes, start + 8));
  out.text("ms, retrans timer ");
  out.decimal(u32(bytes, start + 12));
  out.text("ms");
  return true;
}

/** Each option says its length in units of eight bytes. */
function printOptions(context: Context, from: number, end: number): boolean {
  const { out, bytes } = context;
  for (let at = from; at < end; ) {
    if (!has(context, at, 2)) return false;
    const type = bytes[at] as number;
    const size = (bytes[at + 1] as number) * 8;
    out.text("\n\t  ");
    const name = optionNames[type];
    out.text(name ?? "unknown");
    out.text(" option (");
    out.decimal(type);
    out.text("), length ");
    out.decimal(size);
    out.text(" (");
    out.decimal(size / 8);
    out.text("): ");
    if (size === 0 || !has(context, at, size)) return false;
    printOption(context, at, type, size);
    at += size;
  }
  return true;
}

function printOption(context: Context, at: number, type: number, size: number): void {
  const { out, bytes } = context;
  switch (type) {
    case 1:
    case 2:
      for (let index = 2; index < size; index++) {
        if (index > 2) out.byte(0x3a);
        out.hex(bytes[at + index] as number, 2);
      }
      return;
    case 3: {
      if (size < 32) return;
      out.ipv6(bytes, at + 16);
      out.text("/");
      out.decimal(bytes[at + 2] as number);
      const flags = bytes[at + 3] as number;
      out.text(", Flags [");
      let separator = "";
      for (const [flag, name] of prefixFlags)
        if (flags & flag) {
          out.text(separator);
          out.text(name);
          separator = ", ";
        }
      if (separator === "") out.text("none");
      out.text("], valid time ");
      printLifetime(context, u32(bytes, at + 4));
      out.text(", pref. time ");
      printLifetime(context, u32(bytes, at + 8));
      return;
    }
    case 5:
      out.byte(0x20);
      out.decimal(u32(bytes, at + 4));
      return;
    case 25:
      if (size < 24) return;
      out.text(" lifetime ");
      out.decimal(u32(bytes, at + 4));
      out.text("s,");
      for (let server = at + 8; server + 16 <= at + size; server += 16) {
        out.text(" addr: ");
        out.ipv6(bytes, server);
      }
      return;
  }
}

const prefixFlags = [
  [0x80, "onlink"],
  [0x40, "auto"],
  [0x20, "router"],
] as const;

function printLifetime({ out }: Context, seconds: number): void {
  if (seconds === 0xffff_ffff) return out.text("infinity");
  out.decimal(seconds);
  out.text("s");
}

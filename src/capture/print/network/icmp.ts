import { checksumRest, rightChecksum, sumWords } from "../checksum.js";
import { type Context, has, printTruncated } from "../context.js";
import { u16, u32 } from "../field.js";
import { printIpv4 } from "./ipv4.js";

// RFC 792
const ECHO_REPLY = 0;
const UNREACHABLE = 3;
const REDIRECT = 5;
const ECHO = 8;
const ROUTER_ADVERTISEMENT = 9;
const TIME_EXCEEDED = 11;
const PARAMETER_PROBLEM = 12;
const TIMESTAMP = 13;
const TIMESTAMP_REPLY = 14;
const MASK_REQUEST = 17;
const MASK_REPLY = 18;

const names: Readonly<Record<number, string>> = {
  [ECHO_REPLY]: "echo reply",
  [UNREACHABLE]: "unreachable",
  4: "source quench",
  [REDIRECT]: "redirect",
  [ECHO]: "echo request",
  10: "router solicitation",
  [TIME_EXCEEDED]: "time exceeded",
  [PARAMETER_PROBLEM]: "parameter problem",
  [TIMESTAMP]: "time stamp request",
  [TIMESTAMP_REPLY]: "time stamp reply",
  15: "information request",
  16: "information reply",
  [MASK_REQUEST]: "address mask request",
};

/** After the address that can't be reached, by code: what stands before and after it. */
const unreachable: Readonly<Record<number, readonly [string, string]>> = {
  0: ["net ", " unreachable"],
  1: ["host ", " unreachable"],
  5: ["", " unreachable - source route failed"],
  6: ["net ", " unreachable - unknown"],
  7: ["host ", " unreachable - unknown"],
  8: ["", " unreachable - source host isolated"],
  9: ["net ", " unreachable - admin prohibited"],
  10: ["host ", " unreachable - admin prohibited"],
  11: ["net ", " unreachable - tos prohibited"],
  12: ["host ", " unreachable - tos prohibited"],
  13: ["host ", " unreachable - admin prohibited filter"],
  14: ["host ", " unreachable - host precedence violation"],
  15: ["host ", " unreachable - precedence cutoff"],
};

/** Before and after the address that is redirected, by code. */
const redirects: readonly (readonly [string, string])[] = [
  ["redirect", " to net "],
  ["redirect", " to host "],
  ["redirect-tos", " to net "],
  ["redirect-tos", " to host "],
];

export function printIcmp(context: Context, start: number, length: number, isFragment: boolean): void {
  const { out, bytes, options } = context;
  if (!has(context, start, 2)) return printTruncated(context, "icmp");
  const type = bytes[start] as number;
  const code = bytes[start + 1] as number;
  const before = out.length;
  out.text("ICMP ");
  if (!printMessage(context, start, type, code)) {
    // tcpdump says nothing of a message that is cut short.
    out.length = before;
    return printTruncated(context, "icmp");
  }
  out.text(", length ");
  out.decimal(length);
  if (options.verbose > 0 && !isFragment && has(context, start, length))
    printChecksum(context, start, length);
  if (options.verbose >= 1 && hasQuotedPacket(type)) printQuoted(context, start + 8, length - 8);
}

/** What the message says; false if it is cut short. */
function printMessage(context: Context, start: number, type: number, code: number): boolean {
  const { out, bytes } = context;
  switch (type) {
    case ECHO:
    case ECHO_REPLY:
      if (!has(context, start, 8)) return false;
      out.text(type === ECHO ? "echo request, id " : "echo reply, id ");
      out.decimal(u16(bytes, start + 4));
      out.text(", seq ");
      out.decimal(u16(bytes, start + 6));
      return true;
    case UNREACHABLE:
      return printUnreachable(context, start, code);
    case REDIRECT:
      if (!has(context, start, 28)) return false;
      out.text(redirects[code]?.[0] ?? "redirect-#");
      if (code > 3) out.decimal(code);
      out.byte(0x20);
      out.ipv4(bytes, start + 24);
      out.text(redirects[code]?.[1] ?? " to ");
      out.ipv4(bytes, start + 4);
      return true;
    case ROUTER_ADVERTISEMENT:
      return printRouterAdvertisement(context, start);
    case TIME_EXCEEDED:
      if (!has(context, start, 28)) return false;
      if (code > 1) {
        out.text("time exceeded-#");
        out.decimal(code);
      } else out.text(code === 0 ? "time exceeded in-transit" : "ip reassembly time exceeded");
      return true;
    case PARAMETER_PROBLEM:
      if (code !== 0) {
        out.text("parameter problem - code ");
        out.decimal(code);
      } else {
        if (!has(context, start, 5)) return false;
        out.text("parameter problem - octet ");
        out.decimal(bytes[start + 4] as number);
      }
      return true;
    case MASK_REPLY:
      if (!has(context, start, 12)) return false;
      out.text("address mask is 0x");
      out.hex(u32(bytes, start + 8), 8);
      return true;
    case TIMESTAMP:
      if (!has(context, start, 8)) return false;
      out.text("time stamp query id ");
      out.decimal(u16(bytes, start + 4));
      out.text(" seq ");
      out.decimal(u16(bytes, start + 6));
      return true;
    case TIMESTAMP_REPLY:
      if (!has(context, start, 20)) return false;
      out.text("time stamp reply id ");
      out.decimal(u16(bytes, start + 4));
      out.text(" seq ");
      out.decimal(u16(bytes, start + 6));
      out.text(": org ");
      printTimeOfDay(context, u32(bytes, start + 8));
      out.text(", recv ");
      printTimeOfDay(context, u32(bytes, start + 12));
      out.text(", xmit ");
      printTimeOfDay(context, u32(bytes, start + 16));
      return true;
    default: {
      const name = names[type];
      if (name !== undefined) out.text(name);
      else {
        out.text("type-#");
        out.decimal(type);
      }
      return true;
    }
  }
}

/** RFC 1256 */
function printRouterAdvertisement(context: Context, start: number): boolean {
  const { out, bytes } = context;
  out.text("router advertisement lifetime ");
  if (!has(context, start, 8)) return false;
  const lifetime = u16(bytes, start + 6);
  if (lifetime < 60) out.decimal(lifetime);
  else {
    if (lifetime < 3600) out.decimal(Math.floor(lifetime / 60));
    else {
      out.decimal(Math.floor(lifetime / 3600));
      out.byte(0x3a);
      out.fixedDecimal(Math.floor(lifetime / 60) % 60, 2);
    }
    out.byte(0x3a);
    out.fixedDecimal(lifetime % 60, 2);
  }
  const count = bytes[start + 4] as number;
  const size = bytes[start + 5] as number;
  out.byte(0x20);
  out.decimal(count);
  out.byte(0x3a);
  if (size !== 2) {
    out.text(" [size ");
    out.decimal(size);
    out.text("]");
    return true;
  }
  for (let entry = 0; entry < count; entry++) {
    const at = start + 8 + entry * 8;
    if (!has(context, at, 8)) return false;
    out.text(" {");
    out.ipv4(bytes, at);
    out.byte(0x20);
    out.decimal(u32(bytes, at + 4));
    out.text("}");
  }
  return true;
}

function printUnreachable(context: Context, start: number, code: number): boolean {
  const { out, bytes } = context;
  // The quoted header's destination.
  const address = start + 24;
  if (code === 4) {
    if (!has(context, start, 28)) return false;
    out.ipv4(bytes, address);
    const mtu = u16(bytes, start + 6);
    out.text(" unreachable - need to frag");
    if (mtu > 0) {
      out.text(" (mtu ");
      out.decimal(mtu);
      out.text(")");
    }
    return true;
  }
  if (code === 2) {
    if (!has(context, start, 28)) return false;
    out.ipv4(bytes, address);
    out.text(" protocol ");
    out.decimal(bytes[start + 17] as number);
    out.text(" unreachable");
    return true;
  }
  if (code === 3) {
    const headerSize = has(context, start, 9) ? ((bytes[start + 8] as number) & 0xf) * 4 : 0;
    const ports = start + 8 + headerSize;
    if (!has(context, ports, 4) || !has(context, start, 28)) return false;
    const protocol = bytes[start + 17] as number;
    out.ipv4(bytes, address);
    out.text(protocol === 6 ? " tcp" : protocol === 17 ? " udp" : " protocol ");
    if (protocol !== 6 && protocol !== 17) out.decimal(protocol);
    out.text(" port ");
    out.decimal(u16(bytes, ports + 2));
    out.text(" unreachable");
    return true;
  }
  const words = unreachable[code];
  if (!has(context, start, 28)) return false;
  if (!words) {
    out.ipv4(bytes, address);
    out.text(" unreachable - #");
    out.decimal(code);
    return true;
  }
  out.text(words[0]);
  out.ipv4(bytes, address);
  out.text(words[1]);
  return true;
}

function printTimeOfDay({ out }: Context, milliseconds: number): void {
  const seconds = Math.floor(milliseconds / 1000);
  out.fixedDecimal(Math.floor(seconds / 3600), 2);
  out.byte(0x3a);
  out.fixedDecimal(Math.floor(seconds / 60) % 60, 2);
  out.byte(0x3a);
  out.fixedDecimal(seconds % 60, 2);
  out.byte(0x2e);
  out.fixedDecimal(milliseconds % 1000, 3);
}

function printChecksum({ out, bytes }: Context, start: number, length: number): void {
  const rest = checksumRest(sumWords(bytes, start, start + length));
  if (rest === 0) return;
  const found = u16(bytes, start + 2);
  out.text(" (wrong icmp cksum ");
  out.hex(found);
  out.text(" (->");
  out.hex(rightChecksum(found, rest));
  out.text(")!)");
}

function hasQuotedPacket(type: number): boolean {
  return [UNREACHABLE, 4, REDIRECT, TIME_EXCEEDED, PARAMETER_PROBLEM].includes(type);
}

function printQuoted(context: Context, start: number, length: number): void {
  const { out, bytes } = context;
  out.text("\n\t");
  const total = has(context, start, 4) ? u16(bytes, start + 2) : length;
  context.depth++;
  printIpv4(context, start, total);
  context.depth--;
}

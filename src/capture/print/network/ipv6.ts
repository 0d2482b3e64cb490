import { type Context, has, printTruncated } from "../context.js";
import { u16, u32 } from "../field.js";
import { printAddresses } from "../transport/addresses.js";
import { hasOwnAddresses, protocolName } from "./protocol-number.js";

const HEADER_SIZE = 40;

// RFC 8200
const HOP_BY_HOP = 0;
const ROUTING = 43;
const FRAGMENT = 44;
const DESTINATION = 60;
const field = { length: 4, next: 6, hopLimit: 7, destination: 24 };

/** @param length bytes that there are from the header on, by the lower layer's word */
export function printIpv6(context: Context, start: number, length: number): void {
  const { out, bytes, options, end } = context;
  if (length < HEADER_SIZE) {
    if (context.depth > 0) return printTruncated(context, "ip6");
    out.text("truncated-ip6 ");
    out.decimal(length);
    return;
  }
  if (!has(context, start, HEADER_SIZE)) return printTruncated(context, "ip6");
  if (!options.link) out.text("IP6 ");
  const version = (bytes[start] as number) >>> 4;
  if (version !== 6) {
    out.text("version error: ");
    out.decimal(version);
    return out.text(" != 6");
  }
  const payload = u16(bytes, start + field.length);
  const total = payload + HEADER_SIZE;
  if (length < total) {
    out.text("truncated-ip6 - ");
    out.decimal(total - length);
    out.text(" bytes missing!");
  }
  const next = bytes[start + field.next] as number;
  if (options.verbose > 0) printHeader(context, start, payload);
  const outerStart = context.ipStart;
  const outerVersion = context.ipVersion;
  context.ipStart = start;
  context.ipVersion = 6;
  const outerDestination = context.destination;
  context.destination = start + field.destination;
  context.end = Math.min(end, start + total);
  if (!hasOwnAddresses(next)) printAddresses(context);
  printHeaders(context, next, start + HEADER_SIZE, total - HEADER_SIZE);
  context.end = end;
  context.destination = outerDestination;
  context.ipStart = outerStart;
  context.ipVersion = outerVersion;
}

function printHeader({ out, bytes }: Context, start: number, payload: number): void {
  const flow = u32(bytes, start);
  out.text("(");
  if (flow & 0x0ff00000) {
    out.text("class 0x");
    out.hex((flow & 0x0ff00000) >>> 20, 2);
    out.text(", ");
  }
  if (flow & 0x000fffff) {
    out.text("flowlabel 0x");
    out.hex(flow & 0x000fffff, 5);
    out.text(", ");
  }
  out.text("hlim ");
  out.decimal(bytes[start + field.hopLimit] as number);
  const next = bytes[start + field.next] as number;
  out.text(", next-header ");
  out.text(protocolName(next));
  out.text(" (");
  out.decimal(next);
  out.text(") payload length: ");
  out.decimal(payload);
  out.text(") ");
}

/** What tcpdump calls those that are cut short. */
const truncated: Readonly<Record<number, string>> = {
  [HOP_BY_HOP]: "hbhopt",
  [DESTINATION]: "dstopt",
  [ROUTING]: "rt6",
  [FRAGMENT]: "frag6",
};

/** The extension headers, and what follows them. Each is at least eight bytes long, so that they end. */
function printHeaders(context: Context, first: number, from: number, length: number): void {
  const { out, bytes, options } = context;
  let next = first;
  let at = from;
  let left = length;
  let isFragment = false;
  for (;;) {
    if (next !== HOP_BY_HOP && next !== DESTINATION && next !== ROUTING && next !== FRAGMENT)
      return context.layers.ipProtocol(context, next, at, left, isFragment);
    if (!has(context, at, 2)) return printTruncated(context, truncated[next] as string);
    const size = next === FRAGMENT ? 8 : ((bytes[at + 1] as number) + 1) * 8;
    const following = bytes[at] as number;
    if (next === HOP_BY_HOP || next === DESTINATION) {
      if (!has(context, at, size)) return printTruncated(context, truncated[next] as string);
      out.text(next === HOP_BY_HOP ? "HBH " : "DSTOPT ");
    } else if (next === ROUTING) {
      if (!printRouting(context, at)) return printTruncated(context, "rt6");
    } else {
      if (!has(context, at, 8)) return printTruncated(context, "frag6");
      isFragment = true;
      const fragment = u16(bytes, at + 2);
      out.text("frag (");
      if (options.verbose > 0) {
        out.text("0x");
        out.hex(u32(bytes, at + 4), 8);
        out.byte(0x3a);
      }
      out.decimal(fragment & 0xfff8);
      out.byte(0x7c);
      out.decimal(left - 8);
      out.text(")");
      if ((fragment & 0xfff8) !== 0) return;
      out.byte(0x20);
    }
    if (!has(context, at, size)) return printTruncated(context, "ip6");
    next = following;
    at += size;
    left -= size;
    if (left < 0) return printTruncated(context, "ip6");
  }
}

/** RFC 8200, section 4.4; addresses are shown of type 0, RFC 5095, and of type 2, RFC 6275. */
function printRouting(context: Context, at: number): boolean {
  const { out, bytes } = context;
  if (!has(context, at, 4)) return false;
  const length = bytes[at + 1] as number;
  const type = bytes[at + 2] as number;
  out.text("RT6 (len=");
  out.decimal(length);
  out.text(", type=");
  out.decimal(type);
  if (type === 0) out.text(" [Deprecated]");
  out.text(", segleft=");
  const left = bytes[at + 3] as number;
  out.decimal(left);
  if (type === 0 && context.options.verbose > 0) {
    if (!has(context, at, 8)) return false;
    out.text(", rsv=0x");
    out.hex(u32(bytes, at + 4));
  }
  if (type === 0 || type === 2)
    for (let entry = 0; entry < length >>> 1; entry++) {
      const address = at + 8 + entry * 16;
      if (!has(context, address, 16)) return false;
      out.text(", [");
      out.decimal(entry);
      out.text("]");
      out.ipv6(bytes, address);
      // Checksums are of where the packet goes in the end.
      if (left > 0) context.destination = address;
    }
  out.text(") ");
  return true;
}

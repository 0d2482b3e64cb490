import { checksumRest, pseudoHeader, rightChecksum, sumWords } from "../checksum.js";
import { type Context, has, printTruncated } from "../context.js";
import { u16, u32 } from "../field.js";
import { printDump } from "../hex-dump.js";
import { printMld } from "./mld.js";
import { printNeighbourDiscovery } from "./neighbour-discovery.js";
import { IPPROTO_ICMPV6 } from "./protocol-number.js";

// RFC 4443
const UNREACHABLE = 1;
const TOO_BIG = 2;
const TIME_EXCEEDED = 3;
const PARAMETER_PROBLEM = 4;
const ECHO_REQUEST = 128;
const ECHO_REPLY = 129;
/** RFC 2710, RFC 4861, RFC 3810 */
const MLD_QUERY = 130;
const MLD_DONE = 132;
const ROUTER_SOLICITATION = 133;
const REDIRECT = 137;
const MLDV2_REPORT = 143;
const MTRACE_RESPONSE = 200;

const names: Readonly<Record<number, string>> = {
  [UNREACHABLE]: "destination unreachable",
  [TOO_BIG]: "packet too big",
  [TIME_EXCEEDED]: "time exceeded in-transit",
  [PARAMETER_PROBLEM]: "parameter problem",
  [ECHO_REQUEST]: "echo request",
  [ECHO_REPLY]: "echo reply",
  [MLD_QUERY]: "multicast listener query",
  131: "multicast listener report",
  [MLD_DONE]: "multicast listener done",
  [ROUTER_SOLICITATION]: "router solicitation",
  134: "router advertisement",
  135: "neighbor solicitation",
  136: "neighbor advertisement",
  [REDIRECT]: "redirect",
  138: "router renumbering",
  139: "node information query",
  140: "node information reply",
  141: "inverse neighbor solicitation",
  142: "inverse neighbor advertisement",
  [MLDV2_REPORT]: "multicast listener report v2",
  144: "dhaad request",
  145: "dhaad reply",
  146: "mobile router solicitation",
  147: "mobile router advertisement",
  [MTRACE_RESPONSE]: "mtrace response",
  201: "mtrace message",
};

const unreachable = [
  "unreachable route",
  // With a blank of its own in tcpdump.
  " unreachable prohibited",
  "beyond scope",
  "unreachable address",
  "unreachable port",
];

const parameterProblems = ["erroneous", "next header", "option", "incomplete header chain"];

export function printIcmp6(context: Context, start: number, length: number, isFragment: boolean): void {
  const { out, bytes, options } = context;
  if (!has(context, start, 2)) return printTruncated(context, "icmp6");
  if (options.verbose > 0 && !isFragment && has(context, start, length))
    printChecksum(context, start, length);
  const type = bytes[start] as number;
  const isDiscovery = type >= ROUTER_SOLICITATION && type <= REDIRECT;
  out.text("ICMP6, ");
  const name = names[type];
  if (name !== undefined) out.text(name);
  else {
    out.text("unknown icmp6 type (");
    out.decimal(type);
    out.text(")");
  }
  if (options.verbose > 0 && isDiscovery) printLength(context, length);
  if (!printMessage(context, start, length, type)) return printTruncated(context, "icmp6");
  const isUnknownCode = type === UNREACHABLE && (bytes[start + 1] as number) >= unreachable.length;
  const isOpaque = name === undefined || type >= MTRACE_RESPONSE;
  if (isOpaque) printLength(context, length);
  if (!isOpaque && !isUnknownCode) {
    if (options.verbose === 0) printLength(context, length);
  } else if (options.verbose < 2) printDump(context, start, Math.min(start + length, context.end), false);
}

function printLength({ out }: Context, length: number): void {
  out.text(", length ");
  out.decimal(length);
}

/** False if it is cut short. */
function printMessage(context: Context, start: number, length: number, type: number): boolean {
  const { out, bytes } = context;
  const code = bytes[start + 1] as number;
  if (type >= ROUTER_SOLICITATION && type <= REDIRECT) return printNeighbourDiscovery(context, start, length);
  if ((type >= MLD_QUERY && type <= MLD_DONE) || type === MLDV2_REPORT)
    return printMld(context, start, length);
  switch (type) {
    case UNREACHABLE:
      return printUnreachable(context, start, code);
    case TOO_BIG:
      if (!has(context, start, 8)) return false;
      out.text(", mtu ");
      out.decimal(u32(bytes, start + 4));
      return true;
    case TIME_EXCEEDED:
      if (code === 0) {
        if (!has(context, start, 48)) return false;
        out.text(" for ");
        out.ipv6(bytes, start + 32);
      } else if (code === 1) out.text(" (reassembly)");
      else {
        out.text(", unknown code (");
        out.decimal(code);
        out.text(")");
      }
      return true;
    case PARAMETER_PROBLEM: {
      if (!has(context, start, 8)) return false;
      const words = parameterProblems[code];
      if (words === undefined) {
        out.text(", code-#");
        out.decimal(code);
        return true;
      }
      out.text(", ");
      out.text(words);
      out.text(" - octet ");
      out.decimal(u32(bytes, start + 4));
      return true;
    }
    case ECHO_REQUEST:
    case ECHO_REPLY:
      if (!has(context, start, 8)) return false;
      out.text(", id ");
      out.decimal(u16(bytes, start + 4));
      out.text(", seq ");
      out.decimal(u16(bytes, start + 6));
      return true;
    default:
      return true;
  }
}

function printUnreachable(context: Context, start: number, code: number): boolean {
  const { out, bytes } = context;
  out.text(", ");
  const words = unreachable[code];
  if (words !== undefined) out.text(words);
  else {
    out.text("unknown unreach code (");
    out.decimal(code);
    out.text(")");
  }
  const quoted = start + 8;
  if (!has(context, quoted, 40)) return false;
  if (code === 4) {
    if (!has(context, quoted, 44)) return false;
    const protocol = bytes[quoted + 6] as number;
    out.text(", ");
    out.ipv6(bytes, quoted + 24);
    out.text(protocol === 6 ? " tcp port " : protocol === 17 ? " udp port " : " protocol ");
    if (protocol !== 6 && protocol !== 17) {
      out.decimal(protocol);
      out.text(" port ");
    }
    out.decimal(u16(bytes, quoted + 42));
    if (protocol !== 6 && protocol !== 17) out.text(" unreachable");
    return true;
  }
  if (code > 4) return true;
  out.byte(0x20);
  out.ipv6(bytes, quoted + 24);
  if (code === 2) {
    out.text(", source address ");
    out.ipv6(bytes, quoted + 8);
  }
  return true;
}

function printChecksum(context: Context, start: number, length: number): void {
  const { out, bytes } = context;
  const rest = checksumRest(
    pseudoHeader(context, IPPROTO_ICMPV6, length) + sumWords(bytes, start, start + length),
  );
  if (rest === 0) return out.text("[icmp6 sum ok] ");
  const found = u16(bytes, start + 2);
  out.text("[bad icmp6 cksum 0x");
  out.hex(found, 4);
  out.text(" -> 0x");
  out.hex(rightChecksum(found, rest), 4);
  out.text("!] ");
}

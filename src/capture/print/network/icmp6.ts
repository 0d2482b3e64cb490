import * as icmp6 from "../../../wire/packet/network/icmp6/icmp6-header.js";
import { isNeighbourDiscovery } from "../../../wire/packet/network/icmp6/neighbour-discovery.js";
import { rightChecksum } from "../../../wire/packet/network/internet-checksum.js";
import * as ipv6 from "../../../wire/packet/network/ipv6.js";
import { IPPROTO_ICMPV6, IPPROTO_TCP, IPPROTO_UDP } from "../../../wire/packet/network/protocol-number.js";
import * as udp from "../../../wire/packet/transport/udp.js";
import { transportChecksum } from "../checksum.js";
import { type Context, has, printTruncated } from "../context.js";
import { printDump } from "../hex-dump.js";
import { printMld } from "./mld.js";
import { printNeighbourDiscovery } from "./neighbour-discovery.js";

const names: Readonly<Record<number, string>> = {
  [icmp6.ICMP6_DST_UNREACH]: "destination unreachable",
  [icmp6.ICMP6_PACKET_TOO_BIG]: "packet too big",
  [icmp6.ICMP6_TIME_EXCEEDED]: "time exceeded in-transit",
  [icmp6.ICMP6_PARAM_PROB]: "parameter problem",
  [icmp6.ICMP6_ECHO_REQUEST]: "echo request",
  [icmp6.ICMP6_ECHO_REPLY]: "echo reply",
  [icmp6.MLD_LISTENER_QUERY]: "multicast listener query",
  [icmp6.MLD_LISTENER_REPORT]: "multicast listener report",
  [icmp6.MLD_LISTENER_REDUCTION]: "multicast listener done",
  [icmp6.ND_ROUTER_SOLICIT]: "router solicitation",
  [icmp6.ND_ROUTER_ADVERT]: "router advertisement",
  [icmp6.ND_NEIGHBOR_SOLICIT]: "neighbor solicitation",
  [icmp6.ND_NEIGHBOR_ADVERT]: "neighbor advertisement",
  [icmp6.ND_REDIRECT]: "redirect",
  [icmp6.ICMP6_ROUTER_RENUMBERING]: "router renumbering",
  [icmp6.ICMP6_NI_QUERY]: "node information query",
  [icmp6.ICMP6_NI_REPLY]: "node information reply",
  [icmp6.IND_SOLICIT]: "inverse neighbor solicitation",
  [icmp6.IND_ADVERT]: "inverse neighbor advertisement",
  [icmp6.MLD2_LISTENER_REPORT]: "multicast listener report v2",
  [icmp6.DHAAD_REQUEST]: "dhaad request",
  [icmp6.DHAAD_REPLY]: "dhaad reply",
  [icmp6.MOBILE_PREFIX_SOLICIT]: "mobile router solicitation",
  [icmp6.MOBILE_PREFIX_ADVERT]: "mobile router advertisement",
  [icmp6.MLD_MTRACE_RESP]: "mtrace response",
  [icmp6.MLD_MTRACE]: "mtrace message",
};

/** tcpdump's texts, by code. Other codes are unknown. */
const unreachable: Readonly<Record<number, string>> = {
  [icmp6.ICMP6_DST_UNREACH_NOROUTE]: "unreachable route",
  // tcpdump's text begins with a blank.
  [icmp6.ICMP6_DST_UNREACH_ADMIN]: " unreachable prohibited",
  [icmp6.ICMP6_DST_UNREACH_BEYONDSCOPE]: "beyond scope",
  [icmp6.ICMP6_DST_UNREACH_ADDR]: "unreachable address",
  [icmp6.ICMP6_DST_UNREACH_NOPORT]: "unreachable port",
};

/** tcpdump's texts, by code. */
const parameterProblems: Readonly<Record<number, string>> = {
  [icmp6.ICMP6_PARAMPROB_HEADER]: "erroneous",
  [icmp6.ICMP6_PARAMPROB_NEXTHEADER]: "next header",
  [icmp6.ICMP6_PARAMPROB_OPTION]: "option",
  [icmp6.ICMP6_PARAMPROB_FRAGHDRCHAIN]: "incomplete header chain",
};

export function printIcmp6(context: Context, start: number, length: number, isFragment: boolean): void {
  const { out, bytes, options } = context;
  if (!has(context, start, icmp6.field.checksum)) return printTruncated(context, "icmp6");
  if (options.verbose > 0 && !isFragment && has(context, start, length))
    printChecksum(context, start, length);
  const type = icmp6.type(bytes, start);
  out.text("ICMP6, ");
  const name = names[type];
  if (name !== undefined) out.text(name);
  else {
    out.text("unknown icmp6 type (");
    out.decimal(type);
    out.text(")");
  }
  if (options.verbose > 0 && isNeighbourDiscovery(type)) printLength(context, length);
  if (!printMessage(context, start, length, type)) return printTruncated(context, "icmp6");
  const isUnknownCode =
    type === icmp6.ICMP6_DST_UNREACH && unreachable[icmp6.code(bytes, start)] === undefined;
  const isOpaque = name === undefined || type >= icmp6.MLD_MTRACE_RESP;
  if (isOpaque) printLength(context, length);
  if (!isOpaque && !isUnknownCode) {
    if (options.verbose === 0) printLength(context, length);
  } else if (options.verbose < 2) printDump(context, start, Math.min(start + length, context.end), false);
}

function printLength({ out }: Context, length: number): void {
  out.text(", length ");
  out.decimal(length);
}

/** Prints the message's contents. Returns false if it is truncated. */
function printMessage(context: Context, start: number, length: number, type: number): boolean {
  const { out, bytes } = context;
  if (isNeighbourDiscovery(type)) return printNeighbourDiscovery(context, start, length);
  const code = icmp6.code(bytes, start);
  const quoted = start + icmp6.field.data;
  switch (type) {
    case icmp6.MLD_LISTENER_QUERY:
    case icmp6.MLD_LISTENER_REPORT:
    case icmp6.MLD_LISTENER_REDUCTION:
    case icmp6.MLD2_LISTENER_REPORT:
      return printMld(context, start, length);
    case icmp6.ICMP6_DST_UNREACH:
      return printUnreachable(context, quoted, code);
    case icmp6.ICMP6_PACKET_TOO_BIG:
      if (!has(context, start, icmp6.field.data)) return false;
      out.text(", mtu ");
      out.decimal(icmp6.mtu(bytes, start));
      return true;
    case icmp6.ICMP6_TIME_EXCEEDED:
      if (code === icmp6.ICMP6_TIME_EXCEED_TRANSIT) {
        if (!has(context, quoted, ipv6.IPV6_SIZE)) return false;
        out.text(" for ");
        out.ipv6(bytes, quoted + ipv6.field.destination);
      } else if (code === icmp6.ICMP6_TIME_EXCEED_REASSEMBLY) out.text(" (reassembly)");
      else {
        out.text(", unknown code (");
        out.decimal(code);
        out.text(")");
      }
      return true;
    case icmp6.ICMP6_PARAM_PROB: {
      if (!has(context, start, icmp6.field.data)) return false;
      const words = parameterProblems[code];
      if (words === undefined) {
        out.text(", code-#");
        out.decimal(code);
        return true;
      }
      out.text(", ");
      out.text(words);
      out.text(" - octet ");
      out.decimal(icmp6.pointer(bytes, start));
      return true;
    }
    case icmp6.ICMP6_ECHO_REQUEST:
    case icmp6.ICMP6_ECHO_REPLY:
      if (!has(context, start, icmp6.field.data)) return false;
      out.text(", id ");
      out.decimal(icmp6.identifier(bytes, start));
      out.text(", seq ");
      out.decimal(icmp6.sequenceNumber(bytes, start));
      return true;
    default:
      return true;
  }
}

/**
 * Prints a Destination Unreachable message.
 * @param quoted offset of the packet that could not be delivered
 */
function printUnreachable(context: Context, quoted: number, code: number): boolean {
  const { out, bytes } = context;
  out.text(", ");
  const words = unreachable[code];
  if (words !== undefined) out.text(words);
  else {
    out.text("unknown unreach code (");
    out.decimal(code);
    out.text(")");
  }
  if (!has(context, quoted, ipv6.IPV6_SIZE)) return false;
  if (code === icmp6.ICMP6_DST_UNREACH_NOPORT) return printUnreachablePort(context, quoted);
  if (words === undefined) return true;
  out.byte(0x20);
  out.ipv6(bytes, quoted + ipv6.field.destination);
  if (code === icmp6.ICMP6_DST_UNREACH_BEYONDSCOPE) {
    out.text(", source address ");
    out.ipv6(bytes, quoted + ipv6.field.source);
  }
  return true;
}

function printUnreachablePort(context: Context, quoted: number): boolean {
  const { out, bytes } = context;
  // TCP's ports have the same offsets as UDP's. tcpdump reads ports at these offsets whatever the protocol is.
  const ports = quoted + ipv6.IPV6_SIZE;
  if (!has(context, ports, udp.field.length)) return false;
  const protocol = ipv6.nextHeader(bytes, quoted);
  const isKnown = protocol === IPPROTO_TCP || protocol === IPPROTO_UDP;
  out.text(", ");
  out.ipv6(bytes, quoted + ipv6.field.destination);
  out.text(!isKnown ? " protocol " : protocol === IPPROTO_TCP ? " tcp port " : " udp port ");
  if (!isKnown) {
    out.decimal(protocol);
    out.text(" port ");
  }
  out.decimal(udp.destinationPort(bytes, ports));
  if (!isKnown) out.text(" unreachable");
  return true;
}

function printChecksum(context: Context, start: number, length: number): void {
  const { out, bytes } = context;
  const rest = transportChecksum(context, IPPROTO_ICMPV6, start, length);
  if (rest === 0) return out.text("[icmp6 sum ok] ");
  const found = icmp6.checksum(bytes, start);
  out.text("[bad icmp6 cksum 0x");
  out.hex(found, 4);
  out.text(" -> 0x");
  out.hex(rightChecksum(found, rest), 4);
  out.text("!] ");
}

import { readBe32 } from "../../../wire/network-order.js";
import * as icmp from "../../../wire/packet/network/icmp.js";
import { internetChecksum, rightChecksum } from "../../../wire/packet/network/internet-checksum.js";
import * as ipv4 from "../../../wire/packet/network/ipv4.js";
import { IPPROTO_TCP, IPPROTO_UDP } from "../../../wire/packet/network/protocol-number.js";
import * as udp from "../../../wire/packet/transport/udp.js";
import { type Context, has, printTruncated } from "../context.js";
import { printIpv4 } from "./ipv4.js";

const names: Readonly<Record<number, string>> = {
  [icmp.ICMP_ECHO_REPLY]: "echo reply",
  [icmp.ICMP_DESTINATION_UNREACHABLE]: "unreachable",
  [icmp.ICMP_SOURCE_QUENCH]: "source quench",
  [icmp.ICMP_REDIRECT]: "redirect",
  [icmp.ICMP_ECHO]: "echo request",
  [icmp.ICMP_ROUTER_SOLICITATION]: "router solicitation",
  [icmp.ICMP_TIME_EXCEEDED]: "time exceeded",
  [icmp.ICMP_PARAMETER_PROBLEM]: "parameter problem",
  [icmp.ICMP_TIMESTAMP]: "time stamp request",
  [icmp.ICMP_TIMESTAMP_REPLY]: "time stamp reply",
  [icmp.ICMP_INFORMATION_REQUEST]: "information request",
  [icmp.ICMP_INFORMATION_REPLY]: "information reply",
  [icmp.ICMP_ADDRESS_MASK_REQUEST]: "address mask request",
};

/** By code: the text before and after the unreachable address. */
const unreachable: Readonly<Record<number, readonly [string, string]>> = {
  [icmp.ICMP_NET_UNREACH]: ["net ", " unreachable"],
  [icmp.ICMP_HOST_UNREACH]: ["host ", " unreachable"],
  [icmp.ICMP_SR_FAILED]: ["", " unreachable - source route failed"],
  [icmp.ICMP_NET_UNKNOWN]: ["net ", " unreachable - unknown"],
  [icmp.ICMP_HOST_UNKNOWN]: ["host ", " unreachable - unknown"],
  [icmp.ICMP_HOST_ISOLATED]: ["", " unreachable - source host isolated"],
  [icmp.ICMP_NET_ANO]: ["net ", " unreachable - admin prohibited"],
  [icmp.ICMP_HOST_ANO]: ["host ", " unreachable - admin prohibited"],
  [icmp.ICMP_NET_UNR_TOS]: ["net ", " unreachable - tos prohibited"],
  [icmp.ICMP_HOST_UNR_TOS]: ["host ", " unreachable - tos prohibited"],
  [icmp.ICMP_PKT_FILTERED]: ["host ", " unreachable - admin prohibited filter"],
  [icmp.ICMP_PREC_VIOLATION]: ["host ", " unreachable - host precedence violation"],
  [icmp.ICMP_PREC_CUTOFF]: ["host ", " unreachable - precedence cutoff"],
};

/** By code: the text before and after the redirected address. */
const redirects: Readonly<Record<number, readonly [string, string]>> = {
  [icmp.ICMP_REDIR_NET]: ["redirect", " to net "],
  [icmp.ICMP_REDIR_HOST]: ["redirect", " to host "],
  [icmp.ICMP_REDIR_NETTOS]: ["redirect-tos", " to net "],
  [icmp.ICMP_REDIR_HOSTTOS]: ["redirect-tos", " to host "],
};

export function printIcmp(context: Context, start: number, length: number, isFragment: boolean): void {
  const { out, bytes, options } = context;
  if (!has(context, start, icmp.field.checksum)) return printTruncated(context, "icmp");
  const type = icmp.type(bytes, start);
  const code = icmp.code(bytes, start);
  const before = out.length;
  out.text("ICMP ");
  if (!printMessage(context, start, type, code)) {
    // tcpdump prints nothing of a truncated message.
    out.length = before;
    return printTruncated(context, "icmp");
  }
  out.text(", length ");
  out.decimal(length);
  if (options.verbose > 0 && !isFragment && has(context, start, length))
    printChecksum(context, start, length);
  if (options.verbose >= 1 && hasQuotedPacket(type))
    printQuoted(context, start + icmp.field.data, length - icmp.ICMP_SIZE);
}

/** Prints the message's contents. Returns false if it is truncated. */
function printMessage(context: Context, start: number, type: number, code: number): boolean {
  const { out, bytes } = context;
  switch (type) {
    case icmp.ICMP_ECHO:
    case icmp.ICMP_ECHO_REPLY:
      if (!has(context, start, icmp.ICMP_SIZE)) return false;
      out.text(type === icmp.ICMP_ECHO ? "echo request, id " : "echo reply, id ");
      out.decimal(icmp.identifier(bytes, start));
      out.text(", seq ");
      out.decimal(icmp.sequenceNumber(bytes, start));
      return true;
    case icmp.ICMP_DESTINATION_UNREACHABLE:
      return printUnreachable(context, start, code);
    case icmp.ICMP_REDIRECT:
      return printRedirect(context, start, code);
    case icmp.ICMP_ROUTER_ADVERTISEMENT:
      return printRouterAdvertisement(context, start);
    case icmp.ICMP_TIME_EXCEEDED:
      if (quotedDestination(context, start) < 0) return false;
      if (code === icmp.ICMP_EXC_TTL) out.text("time exceeded in-transit");
      else if (code === icmp.ICMP_EXC_FRAGTIME) out.text("ip reassembly time exceeded");
      else {
        out.text("time exceeded-#");
        out.decimal(code);
      }
      return true;
    case icmp.ICMP_PARAMETER_PROBLEM:
      if (code !== 0) {
        out.text("parameter problem - code ");
        out.decimal(code);
      } else {
        if (!has(context, start, icmp.field.pointer + 1)) return false;
        out.text("parameter problem - octet ");
        out.decimal(icmp.pointer(bytes, start));
      }
      return true;
    case icmp.ICMP_ADDRESS_MASK_REPLY:
      if (!has(context, start + icmp.field.addressMask, 4)) return false;
      out.text("address mask is 0x");
      out.hex(icmp.addressMask(bytes, start), 8);
      return true;
    case icmp.ICMP_TIMESTAMP:
      if (!has(context, start, icmp.ICMP_SIZE)) return false;
      printTimestamp(context, start, "query");
      return true;
    case icmp.ICMP_TIMESTAMP_REPLY:
      if (!has(context, start, icmp.timestamps.size)) return false;
      printTimestamp(context, start, "reply");
      out.text(": org ");
      printTimeOfDay(context, start + icmp.timestamps.originate);
      out.text(", recv ");
      printTimeOfDay(context, start + icmp.timestamps.receive);
      out.text(", xmit ");
      printTimeOfDay(context, start + icmp.timestamps.transmit);
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

/** Returns the offset of the quoted packet's destination address; -1 if it was not captured. */
function quotedDestination(context: Context, start: number): number {
  const quoted = start + icmp.field.data;
  return has(context, quoted, ipv4.IPV4_SIZE) ? quoted + ipv4.field.destination : -1;
}

function printRedirect(context: Context, start: number, code: number): boolean {
  const { out, bytes } = context;
  const address = quotedDestination(context, start);
  if (address < 0) return false;
  const words = redirects[code];
  out.text(words?.[0] ?? "redirect-#");
  if (!words) out.decimal(code);
  out.byte(0x20);
  out.ipv4(bytes, address);
  out.text(words?.[1] ?? " to ");
  out.ipv4(bytes, start + icmp.field.gatewayAddress);
  return true;
}

function printTimestamp({ out, bytes }: Context, start: number, kind: string): void {
  out.text("time stamp ");
  out.text(kind);
  out.text(" id ");
  out.decimal(icmp.identifier(bytes, start));
  out.text(" seq ");
  out.decimal(icmp.sequenceNumber(bytes, start));
}

/** RFC 1256. */
function printRouterAdvertisement(context: Context, start: number): boolean {
  const { out, bytes } = context;
  out.text("router advertisement lifetime ");
  if (!has(context, start, icmp.ICMP_SIZE)) return false;
  const lifetime = icmp.routerLifetime(bytes, start);
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
  const count = icmp.routerCount(bytes, start);
  const words = icmp.routerEntryWords(bytes, start);
  out.byte(0x20);
  out.decimal(count);
  out.byte(0x3a);
  if (words * 4 !== icmp.entry.size) {
    out.text(" [size ");
    out.decimal(words);
    out.text("]");
    return true;
  }
  for (let entry = 0; entry < count; entry++) {
    const at = start + icmp.advertisement.entries + entry * icmp.entry.size;
    if (!has(context, at, icmp.entry.size)) return false;
    out.text(" {");
    out.ipv4(bytes, at + icmp.entry.address);
    out.byte(0x20);
    out.decimal(readBe32(bytes, at + icmp.entry.preference));
    out.text("}");
  }
  return true;
}

function printUnreachable(context: Context, start: number, code: number): boolean {
  const { out, bytes } = context;
  const address = quotedDestination(context, start);
  if (address < 0) return false;
  const quoted = start + icmp.field.data;
  switch (code) {
    case icmp.ICMP_FRAG_NEEDED: {
      out.ipv4(bytes, address);
      const mtu = icmp.nextHopMtu(bytes, start);
      out.text(" unreachable - need to frag");
      if (mtu > 0) {
        out.text(" (mtu ");
        out.decimal(mtu);
        out.text(")");
      }
      return true;
    }
    case icmp.ICMP_PROT_UNREACH:
      out.ipv4(bytes, address);
      out.text(" protocol ");
      out.decimal(ipv4.protocol(bytes, quoted));
      out.text(" unreachable");
      return true;
    case icmp.ICMP_PORT_UNREACH: {
      // TCP's ports have the same offsets as UDP's. tcpdump reads ports at these offsets whatever the protocol is.
      const ports = quoted + ipv4.ipv4HeaderLength(bytes, quoted);
      if (!has(context, ports, udp.field.length)) return false;
      const protocol = ipv4.protocol(bytes, quoted);
      const isKnown = protocol === IPPROTO_TCP || protocol === IPPROTO_UDP;
      out.ipv4(bytes, address);
      out.text(!isKnown ? " protocol " : protocol === IPPROTO_TCP ? " tcp" : " udp");
      if (!isKnown) out.decimal(protocol);
      out.text(" port ");
      out.decimal(udp.destinationPort(bytes, ports));
      out.text(" unreachable");
      return true;
    }
  }
  const words = unreachable[code];
  out.text(words?.[0] ?? "");
  out.ipv4(bytes, address);
  out.text(words?.[1] ?? " unreachable - #");
  if (!words) out.decimal(code);
  return true;
}

/** Prints a time of day, given in milliseconds since midnight. */
function printTimeOfDay({ out, bytes }: Context, at: number): void {
  const milliseconds = readBe32(bytes, at);
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
  const rest = internetChecksum(bytes, start, start + length);
  if (rest === 0) return;
  const found = icmp.checksum(bytes, start);
  out.text(" (wrong icmp cksum ");
  out.hex(found);
  out.text(" (->");
  out.hex(rightChecksum(found, rest));
  out.text(")!)");
}

function hasQuotedPacket(type: number): boolean {
  switch (type) {
    case icmp.ICMP_DESTINATION_UNREACHABLE:
    case icmp.ICMP_SOURCE_QUENCH:
    case icmp.ICMP_REDIRECT:
    case icmp.ICMP_TIME_EXCEEDED:
    case icmp.ICMP_PARAMETER_PROBLEM:
      return true;
    default:
      return false;
  }
}

function printQuoted(context: Context, start: number, length: number): void {
  const { out, bytes } = context;
  out.text("\n\t");
  const total = has(context, start, ipv4.field.identification) ? ipv4.totalLength(bytes, start) : length;
  context.depth++;
  printIpv4(context, start, total);
  context.depth--;
}

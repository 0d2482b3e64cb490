import { internetChecksum, rightChecksum } from "../../../wire/packet/network/internet-checksum.js";
import * as ipv4 from "../../../wire/packet/network/ipv4.js";
import { IPV6_VERSION } from "../../../wire/packet/network/ipv6.js";
import { type Context, has, printTruncated } from "../context.js";
import { printAddresses } from "../transport/addresses.js";
import { printIpOptions } from "./ip-options.js";
import { hasOwnAddresses, protocolName } from "./protocol-name.js";

/** By the value of the ECN field (RFC 3168). */
const congestion = ["", ",ECT(1)", ",ECT(0)", ",CE"];

/**
 * Prints an IPv4 packet.
 * @param length number of bytes from the header on, according to the lower layer
 */
export function printIpv4(context: Context, start: number, length: number): void {
  const { out, bytes, options, end } = context;
  if (!has(context, start, 1)) return printTruncated(context, "ip");
  const version = ipv4.version(bytes, start);
  if (version !== ipv4.IPVERSION) {
    out.text("IP");
    out.decimal(version);
    if (version === IPV6_VERSION) out.text(", wrong link-layer encapsulation");
    return out.text(" (invalid)");
  }
  if (!options.link) out.text("IP ");
  if (!has(context, start, ipv4.IPV4_SIZE)) return printTruncated(context, "ip");
  const headerSize = ipv4.ipv4HeaderLength(bytes, start);
  if (headerSize < ipv4.IPV4_SIZE) {
    out.text("bad-hlen ");
    out.decimal(headerSize);
    return;
  }
  if (length < headerSize) {
    out.text("truncated-ip ");
    out.decimal(length);
    return;
  }
  const total = ipv4.totalLength(bytes, start);
  if (length < total) {
    out.text("truncated-ip - ");
    out.decimal(total - length);
    out.text(" bytes missing! ");
  }
  if (total < headerSize) {
    out.text("bad-len ");
    out.decimal(total);
    return;
  }
  context.end = Math.min(end, start + total);
  printDatagram(context, start, headerSize, total);
  context.end = end;
}

function printDatagram(context: Context, start: number, headerSize: number, total: number): void {
  const { out, bytes, options } = context;
  const fragment = ipv4.fragment(bytes, start);
  const protocol = ipv4.protocol(bytes, start);
  const outerStart = context.ipStart;
  const outerVersion = context.ipVersion;
  context.ipStart = start;
  context.ipVersion = 4;
  if (options.verbose > 0 && !printHeader(context, start, headerSize)) {
    printAddresses(context);
    printTruncated(context, "ip");
  } else if ((fragment & ipv4.IP_OFFMASK) === 0) {
    if (!hasOwnAddresses(protocol)) printAddresses(context);
    if (!has(context, start, headerSize)) {
      out.text(" [remaining caplen(");
      out.decimal(context.end - start);
      out.text(") < header length(");
      out.decimal(headerSize);
      out.text(")]");
      printTruncated(context, "ip");
    } else
      context.layers.ipProtocol(
        context,
        protocol,
        start + headerSize,
        total - headerSize,
        (fragment & ipv4.IP_MF) !== 0,
      );
  } else {
    printAddresses(context);
    out.text("ip-proto-");
    out.decimal(protocol);
  }
  context.ipStart = outerStart;
  context.ipVersion = outerVersion;
}

/**
 * Prints "(tos 0x0, ttl 64, id 1, offset 0, flags [DF], proto TCP (6), length 60)" and a line feed, if wanted. Returns
 * false if the header is truncated.
 */
function printHeader(context: Context, start: number, headerSize: number): boolean {
  const { out, bytes, options } = context;
  const tos = ipv4.services(bytes, start);
  out.text("(tos 0x");
  out.hex(tos);
  out.text(congestion[tos & 3] as string);
  const ttl = ipv4.timeToLive(bytes, start);
  if (ttl > 0) {
    out.text(", ttl ");
    out.decimal(ttl);
  }
  const fragment = ipv4.fragment(bytes, start);
  out.text(", id ");
  out.decimal(ipv4.identification(bytes, start));
  out.text(", offset ");
  out.decimal((fragment & ipv4.IP_OFFMASK) * 8);
  out.text(", flags [");
  printFlags(context, fragment);
  const protocol = ipv4.protocol(bytes, start);
  out.text("], proto ");
  out.text(protocolName(protocol));
  out.text(" (");
  out.decimal(protocol);
  out.text("), length ");
  out.decimal(ipv4.totalLength(bytes, start));
  let isWhole = true;
  if (headerSize > ipv4.IPV4_SIZE) {
    out.text(", options (");
    isWhole = printIpOptions(context, start + ipv4.IPV4_SIZE, headerSize - ipv4.IPV4_SIZE);
    if (!isWhole) out.text(" [truncated-option]");
    out.text(")");
  }
  if (options.verifyChecksums && has(context, start, headerSize)) {
    const rest = internetChecksum(bytes, start, start + headerSize);
    if (rest !== 0) {
      const found = ipv4.checksum(bytes, start);
      out.text(", bad cksum ");
      out.hex(found);
      out.text(" (->");
      out.hex(rightChecksum(found, rest));
      out.text(")!");
    }
  }
  out.text(options.ipOneLine ? ") " : ")\n    ");
  return isWhole;
}

function printFlags({ out }: Context, fragment: number): void {
  let separator = "";
  if (fragment & ipv4.IP_MF) {
    out.text("+");
    separator = ", ";
  }
  if (fragment & ipv4.IP_DF) {
    out.text(separator);
    out.text("DF");
    separator = ", ";
  }
  if (fragment & ipv4.IP_RF) {
    out.text(separator);
    out.text("rsvd");
    separator = ", ";
  }
  if (separator === "") out.text("none");
}

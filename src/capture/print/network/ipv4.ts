import { checksumRest, rightChecksum, sumWords } from "../checksum.js";
import { type Context, has, printTruncated } from "../context.js";
import { u16 } from "../field.js";
import { printAddresses } from "../transport/addresses.js";
import { printIpOptions } from "./ip-options.js";
import { hasOwnAddresses, protocolName } from "./protocol-number.js";

const HEADER_SIZE = 20;
const MORE_FRAGMENTS = 0x2000;
const OFFSET = 0x1fff;

// RFC 791, section 3.1
const field = { tos: 1, length: 2, id: 4, fragment: 6, ttl: 8, protocol: 9, checksum: 10 };
const congestion = ["", ",ECT(1)", ",ECT(0)", ",CE"];

/** @param length bytes that there are from the header on, by the lower layer's word */
export function printIpv4(context: Context, start: number, length: number): void {
  const { out, bytes, options, end } = context;
  if (!has(context, start, 1)) return printTruncated(context, "ip");
  const version = (bytes[start] as number) >>> 4;
  if (version !== 4) {
    out.text("IP");
    out.decimal(version);
    if (version === 6) out.text(", wrong link-layer encapsulation");
    return out.text(" (invalid)");
  }
  if (!options.link) out.text("IP ");
  if (!has(context, start, HEADER_SIZE)) return printTruncated(context, "ip");
  const headerSize = ((bytes[start] as number) & 0xf) * 4;
  if (headerSize < HEADER_SIZE) {
    out.text("bad-hlen ");
    out.decimal(headerSize);
    return;
  }
  if (length < headerSize) {
    out.text("truncated-ip ");
    out.decimal(length);
    return;
  }
  const total = u16(bytes, start + field.length);
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
  const fragment = u16(bytes, start + field.fragment);
  const protocol = bytes[start + field.protocol] as number;
  const outerStart = context.ipStart;
  const outerVersion = context.ipVersion;
  context.ipStart = start;
  context.ipVersion = 4;
  if (options.verbose > 0 && !printHeader(context, start, headerSize)) {
    printAddresses(context);
    printTruncated(context, "ip");
  } else if ((fragment & OFFSET) === 0) {
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
        (fragment & MORE_FRAGMENTS) !== 0,
      );
  } else {
    out.ipv4(bytes, start + 12);
    out.text(" > ");
    out.ipv4(bytes, start + 16);
    out.text(": ip-proto-");
    out.decimal(protocol);
  }
  context.ipStart = outerStart;
  context.ipVersion = outerVersion;
}

/** "(tos 0x0, ttl 64, id 1, offset 0, flags [DF], proto TCP (6), length 60)" and a new line; false if it is cut short. */
function printHeader(context: Context, start: number, headerSize: number): boolean {
  const { out, bytes } = context;
  const tos = bytes[start + field.tos] as number;
  out.text("(tos 0x");
  out.hex(tos);
  out.text(congestion[tos & 3] as string);
  const ttl = bytes[start + field.ttl] as number;
  if (ttl > 0) {
    out.text(", ttl ");
    out.decimal(ttl);
  }
  const fragment = u16(bytes, start + field.fragment);
  out.text(", id ");
  out.decimal(u16(bytes, start + field.id));
  out.text(", offset ");
  out.decimal((fragment & OFFSET) * 8);
  out.text(", flags [");
  printFlags(context, fragment);
  const protocol = bytes[start + field.protocol] as number;
  out.text("], proto ");
  out.text(protocolName(protocol));
  out.text(" (");
  out.decimal(protocol);
  out.text("), length ");
  out.decimal(u16(bytes, start + field.length));
  let isWhole = true;
  if (headerSize > HEADER_SIZE) {
    out.text(", options (");
    isWhole = printIpOptions(context, start + HEADER_SIZE, headerSize - HEADER_SIZE);
    if (!isWhole) out.text(" [truncated-option]");
    out.text(")");
  }
  if (has(context, start, headerSize)) {
    const rest = checksumRest(sumWords(bytes, start, start + headerSize));
    if (rest !== 0) {
      const found = u16(bytes, start + field.checksum);
      out.text(", bad cksum ");
      out.hex(found);
      out.text(" (->");
      out.hex(rightChecksum(found, rest));
      out.text(")!");
    }
  }
  out.text(")\n    ");
  return isWhole;
}

function printFlags({ out }: Context, fragment: number): void {
  let separator = "";
  if (fragment & 0x2000) {
    out.text("+");
    separator = ", ";
  }
  if (fragment & 0x4000) {
    out.text(separator);
    out.text("DF");
    separator = ", ";
  }
  if (fragment & 0x8000) {
    out.text(separator);
    out.text("rsvd");
    separator = ", ";
  }
  if (separator === "") out.text("none");
}

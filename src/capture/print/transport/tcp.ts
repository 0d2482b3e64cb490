import { rightChecksum } from "../../../wire/packet/network/internet-checksum.js";
import { IPPROTO_TCP } from "../../../wire/packet/network/protocol-number.js";
import * as tcp from "../../../wire/packet/transport/tcp.js";
import { transportChecksum } from "../checksum.js";
import { type Context, has, printTruncated } from "../context.js";
import { printAddresses, printEndpoints } from "./addresses.js";
import { printTcpOptions } from "./tcp-options.js";
import { printTcpPayload } from "./tcp-payload.js";

/** In the order in which tcpdump prints them. It has no letter for AE. */
const flagLetters = [
  [tcp.TH_FIN, "F"],
  [tcp.TH_SYN, "S"],
  [tcp.TH_RST, "R"],
  [tcp.TH_PUSH, "P"],
  [tcp.TH_ACK, "."],
  [tcp.TH_URG, "U"],
  [tcp.TH_ECE, "E"],
  [tcp.TH_CWR, "W"],
] as const;

/** "Flags [P.]" for each combination. */
const flagTexts = Array.from({ length: tcp.TH_AE }, (_, flags) => {
  const letters = flagLetters.filter(([flag]) => flags & flag).map(([, letter]) => letter);
  return `Flags [${letters.join("") || "none"}]`;
});

/**
 * Prints a TCP segment.
 * @param length number of the segment's bytes on the wire, including the header
 */
export function printTcp(context: Context, start: number, length: number, isFragment: boolean): void {
  const { out, bytes, options } = context;
  if (!has(context, start, tcp.field.sequenceNumber)) {
    printAddresses(context);
    return out.text("[|tcp]");
  }
  const source = tcp.sourcePort(bytes, start);
  const destination = tcp.destinationPort(bytes, start);
  printEndpoints(context, IPPROTO_TCP, source, destination);
  if (!has(context, start, tcp.TCP_SIZE)) return printTruncated(context, "tcp");
  const headerSize = tcp.tcpHeaderLength(bytes, start);
  if (headerSize < tcp.TCP_SIZE) return printBadHeader(context, headerSize, length, true);
  if (options.quiet) {
    out.text("tcp ");
    out.decimal((length - headerSize) >>> 0);
    if (headerSize > length) printBadHeader(context, headerSize, length, false);
    return;
  }
  const flags = tcp.flags(bytes, start) & ~tcp.TH_AE;
  out.text(flagTexts[flags] as string);
  let sequence = tcp.sequenceNumber(bytes, start);
  let acknowledgement = tcp.acknowledgmentNumber(bytes, start);
  const { sequences } = context;
  const isRelative = !options.absoluteSequence && (flags & tcp.TH_ACK) !== 0;
  if (isRelative) {
    const isKnown = sequences.find(
      bytes,
      context.ipStart,
      context.ipVersion,
      start,
      (flags & tcp.TH_SYN) !== 0,
    );
    if (isKnown) {
      sequence = (sequence - sequences.sequence) >>> 0;
      acknowledgement = (acknowledgement - sequences.acknowledgement) >>> 0;
    }
  }
  if (headerSize > length) return printBadHeader(context, headerSize, length, false);
  if (options.verbose > 0 && options.verifyChecksums && !isFragment) printChecksum(context, start, length);
  const payload = length - headerSize;
  if (options.verbose > 1 || payload > 0 || flags & (tcp.TH_SYN | tcp.TH_FIN | tcp.TH_RST)) {
    out.text(", seq ");
    out.decimal(sequence);
    if (payload > 0) {
      out.byte(0x3a);
      out.decimal((sequence + payload) >>> 0);
    }
  }
  if (flags & tcp.TH_ACK) {
    out.text(", ack ");
    out.decimal(acknowledgement);
  }
  out.text(", win ");
  out.decimal(tcp.window(bytes, start));
  if (flags & tcp.TH_URG) {
    out.text(", urg ");
    out.decimal(tcp.urgentPointer(bytes, start));
  }
  const sackBase = isRelative ? sequences.acknowledgement : 0;
  if (headerSize > tcp.TCP_SIZE) {
    const isWhole = printTcpOptions(context, start + tcp.TCP_SIZE, headerSize - tcp.TCP_SIZE, sackBase);
    if (!isWhole) return;
  }
  out.text(", length ");
  out.decimal(payload);
  if (payload > 0)
    printTcpPayload(context, start + headerSize, payload, source, destination, (flags & tcp.TH_RST) !== 0);
}

function printBadHeader({ out }: Context, size: number, length: number, isShort: boolean): void {
  if (isShort) {
    out.text(" tcp ");
    out.decimal((length - size) >>> 0);
  }
  out.text(" [bad hdr length ");
  out.decimal(size);
  out.text(isShort ? " - too short, < " : " - too long, > ");
  out.decimal(isShort ? tcp.TCP_SIZE : length);
  out.text("]");
}

function printChecksum(context: Context, start: number, length: number): void {
  const { out, bytes } = context;
  if (!has(context, start, length)) return;
  const found = tcp.checksum(bytes, start);
  const rest = transportChecksum(context, IPPROTO_TCP, start, length);
  out.text(", cksum 0x");
  out.hex(found, 4);
  if (rest === 0) return out.text(" (correct)");
  out.text(" (incorrect -> 0x");
  out.hex(rightChecksum(found, rest), 4);
  out.text(")");
}

import { checksumRest, pseudoHeader, rightChecksum, sumWords } from "../checksum.js";
import { type Context, has, printTruncated } from "../context.js";
import { u16, u32 } from "../field.js";
import { IPPROTO_TCP } from "../network/protocol-number.js";
import { printAddresses, printEndpoints } from "./addresses.js";
import { printTcpOptions } from "./tcp-options.js";
import { printTcpPayload } from "./tcp-payload.js";

const HEADER_SIZE = 20;

// RFC 9293, section 3.1
const field = {
  destination: 2,
  sequence: 4,
  acknowledgement: 8,
  offset: 12,
  flags: 13,
  window: 14,
  checksum: 16,
  urgent: 18,
};
const FIN = 0x01;
const SYN = 0x02;
const RST = 0x04;
const ACK = 0x10;
const URG = 0x20;
/** In the order in which tcpdump names them. */
const flagLetters = [
  [FIN, "F"],
  [SYN, "S"],
  [RST, "R"],
  [0x08, "P"],
  [ACK, "."],
  [URG, "U"],
  [0x40, "E"],
  [0x80, "W"],
] as const;

/** "Flags [P.]" for each of the 256. */
const flagTexts = Array.from({ length: 256 }, (_, flags) => {
  const letters = flagLetters.filter(([flag]) => flags & flag).map(([, letter]) => letter);
  return `Flags [${letters.join("") || "none"}]`;
});

/** @param length bytes that the segment had, header and all */
export function printTcp(context: Context, start: number, length: number, isFragment: boolean): void {
  const { out, bytes, options } = context;
  if (!has(context, start, 4)) {
    printAddresses(context);
    return out.text("[|tcp]");
  }
  const source = u16(bytes, start);
  const destination = u16(bytes, start + field.destination);
  printEndpoints(context, IPPROTO_TCP, source, destination);
  if (!has(context, start, HEADER_SIZE)) return printTruncated(context, "tcp");
  const headerSize = ((bytes[start + field.offset] as number) >>> 4) * 4;
  if (headerSize < HEADER_SIZE) return printBadHeader(context, headerSize, length, true);
  if (options.quiet) {
    out.text("tcp ");
    out.decimal((length - headerSize) >>> 0);
    if (headerSize > length) printBadHeader(context, headerSize, length, false);
    return;
  }
  const flags = u16(bytes, start + field.offset) & 0xff;
  out.text(flagTexts[flags] as string);
  let sequence = u32(bytes, start + field.sequence);
  let acknowledgement = u32(bytes, start + field.acknowledgement);
  const { sequences } = context;
  const isRelative = !options.absoluteSequence && (flags & ACK) !== 0;
  if (isRelative) {
    const isKnown = sequences.find(bytes, context.ipStart, context.ipVersion, start, (flags & SYN) !== 0);
    if (isKnown) {
      sequence = (sequence - sequences.sequence) >>> 0;
      acknowledgement = (acknowledgement - sequences.acknowledgement) >>> 0;
    }
  }
  if (headerSize > length) return printBadHeader(context, headerSize, length, false);
  if (options.verbose > 0 && !isFragment) printChecksum(context, start, length);
  const payload = length - headerSize;
  if (options.verbose > 1 || payload > 0 || flags & (SYN | FIN | RST)) {
    out.text(", seq ");
    out.decimal(sequence);
    if (payload > 0) {
      out.byte(0x3a);
      out.decimal((sequence + payload) >>> 0);
    }
  }
  if (flags & ACK) {
    out.text(", ack ");
    out.decimal(acknowledgement);
  }
  out.text(", win ");
  out.decimal(u16(bytes, start + field.window));
  if (flags & URG) {
    out.text(", urg ");
    out.decimal(u16(bytes, start + field.urgent));
  }
  const sackBase = isRelative ? sequences.acknowledgement : 0;
  if (headerSize > HEADER_SIZE) {
    const isWhole = printTcpOptions(context, start + HEADER_SIZE, headerSize - HEADER_SIZE, sackBase);
    if (!isWhole) return;
  }
  out.text(", length ");
  out.decimal(payload);
  if (payload > 0)
    printTcpPayload(context, start + headerSize, payload, source, destination, (flags & RST) !== 0);
}

function printBadHeader({ out }: Context, size: number, length: number, isShort: boolean): void {
  if (isShort) {
    out.text(" tcp ");
    out.decimal((length - size) >>> 0);
  }
  out.text(" [bad hdr length ");
  out.decimal(size);
  out.text(isShort ? " - too short, < " : " - too long, > ");
  out.decimal(isShort ? HEADER_SIZE : length);
  out.text("]");
}

function printChecksum(context: Context, start: number, length: number): void {
  const { out, bytes } = context;
  if (!has(context, start, length)) return;
  const found = u16(bytes, start + field.checksum);
  const rest = checksumRest(
    pseudoHeader(context, IPPROTO_TCP, length) + sumWords(bytes, start, start + length),
  );
  out.text(", cksum 0x");
  out.hex(found, 4);
  if (rest === 0) return out.text(" (correct)");
  out.text(" (incorrect -> 0x");
  out.hex(rightChecksum(found, rest), 4);
  out.text(")");
}

import { type Context, has, printTruncated } from "../context.js";
import { u16 } from "../field.js";
import { printDump } from "../hex-dump.js";
import { etherTypeName } from "../link/ether-type.js";

// RFC 826, RFC 903, RFC 2390
const field = { hardware: 0, protocol: 2, hardwareLength: 4, protocolLength: 5, operation: 6 };
const HEADER_SIZE = 8;
const ETHERTYPE_IP = 0x0800;
const ETHERTYPE_TRAIL = 0x1000;

const REQUEST = 1;
const REPLY = 2;
const REVERSE_REQUEST = 3;
const REVERSE_REPLY = 4;
const INVERSE_REQUEST = 8;
const INVERSE_REPLY = 9;

const operations: Readonly<Record<number, string>> = {
  [REQUEST]: "Request",
  [REPLY]: "Reply",
  [REVERSE_REQUEST]: "Reverse Request",
  [REVERSE_REPLY]: "Reverse Reply",
  [INVERSE_REQUEST]: "Inverse Request",
  [INVERSE_REPLY]: "Inverse Reply",
  10: "NACK Reply",
};

// https://www.iana.org/assignments/arp-parameters
const hardwareNames: Readonly<Record<number, string>> = {
  1: "Ethernet",
  6: "TokenRing",
  7: "ArcNet",
  15: "FrameRelay",
  16: "ATM",
  19: "ATM",
  23: "Strip",
  24: "IEEE 1394",
};

/** @param length bytes behind the Ethernet header */
export function printArp(context: Context, start: number, length: number): void {
  const { out, bytes, options } = context;
  if (!has(context, start, HEADER_SIZE)) return printTruncated(context, "arp");
  const hardwareLength = bytes[start + field.hardwareLength] as number;
  const protocolLength = bytes[start + field.protocolLength] as number;
  if (!has(context, start, HEADER_SIZE + 2 * (hardwareLength + protocolLength)))
    return printTruncated(context, "arp");
  if (!options.link) out.text("ARP, ");
  const protocol = u16(bytes, start + field.protocol);
  const isIp = protocol === ETHERTYPE_IP || protocol === ETHERTYPE_TRAIL;
  const isOdd = !isIp || protocolLength !== 4 || hardwareLength === 0;
  if (isOdd || options.verbose > 0) printKinds(context, start);
  if (!isOdd || options.verbose > 0) {
    const operation = u16(bytes, start + field.operation);
    printOperation(context, operation);
    if (!printAddresses(context, operation, start, isIp)) return printDump(context, start, context.end, true);
  }
  out.text(", length ");
  out.decimal(length);
}

/** "Ethernet (len 6), IPv4 (len 4)" */
function printKinds({ out, bytes }: Context, start: number): void {
  const hardware = u16(bytes, start + field.hardware);
  const name = hardwareNames[hardware];
  if (name !== undefined) out.text(name);
  else {
    out.text("Unknown Hardware (");
    out.decimal(hardware);
    out.text(")");
  }
  out.text(" (len ");
  out.decimal(bytes[start + field.hardwareLength] as number);
  out.text("), ");
  const protocol = u16(bytes, start + field.protocol);
  const known = etherTypeName(protocol);
  if (known !== undefined) out.text(known);
  else {
    out.text("Unknown Protocol (0x");
    out.hex(protocol, 4);
    out.text(")");
  }
  out.text(" (len ");
  out.decimal(bytes[start + field.protocolLength] as number);
  out.text(")");
}

function printOperation({ out, options }: Context, operation: number): void {
  if (options.verbose > 0) out.text(", ");
  const name = operations[operation];
  if (name !== undefined) out.text(name);
  else {
    out.text("Unknown (");
    out.decimal(operation);
    out.text(")");
  }
  out.byte(0x20);
}

/** Who asks for whom; false for an operation of which nothing is known. */
function printAddresses(context: Context, operation: number, start: number, isIp: boolean): boolean {
  const { out, bytes } = context;
  const hardwareLength = bytes[start + field.hardwareLength] as number;
  const protocolLength = bytes[start + field.protocolLength] as number;
  const sender = start + HEADER_SIZE;
  const senderProtocol = sender + hardwareLength;
  const target = senderProtocol + protocolLength;
  const targetProtocol = target + hardwareLength;
  switch (operation) {
    case REQUEST:
      out.text("who-has ");
      printProtocol(context, targetProtocol, protocolLength, isIp);
      if (!isZero(bytes, target, hardwareLength)) {
        out.text(" (");
        printHardware(context, target, hardwareLength);
        out.text(")");
      }
      out.text(" tell ");
      printProtocol(context, senderProtocol, protocolLength, isIp);
      return true;
    case REPLY:
      printProtocol(context, senderProtocol, protocolLength, isIp);
      out.text(" is-at ");
      printHardware(context, sender, hardwareLength);
      return true;
    case REVERSE_REQUEST:
    case INVERSE_REQUEST:
      out.text("who-is ");
      printHardware(context, target, hardwareLength);
      out.text(" tell ");
      printHardware(context, sender, hardwareLength);
      return true;
    case REVERSE_REPLY:
      printHardware(context, target, hardwareLength);
      out.text(" at ");
      printProtocol(context, targetProtocol, protocolLength, isIp);
      return true;
    case INVERSE_REPLY:
      printHardware(context, sender, hardwareLength);
      out.text(" at ");
      printProtocol(context, senderProtocol, protocolLength, isIp);
      return true;
    default:
      return false;
  }
}

function printProtocol({ out, bytes }: Context, at: number, size: number, isIp: boolean): void {
  if (!isIp) out.text("<wrong proto type>");
  else if (size === 4) out.ipv4(bytes, at);
  else out.text("<wrong len>");
}

function printHardware({ out, bytes }: Context, at: number, size: number): void {
  if (size === 0) out.text("<empty>");
  for (let index = 0; index < size; index++) {
    if (index > 0) out.byte(0x3a);
    out.hex(bytes[at + index] as number, 2);
  }
}

function isZero(bytes: Uint8Array, at: number, size: number): boolean {
  for (let index = 0; index < size; index++) if (bytes[at + index] !== 0) return false;
  return true;
}

import { ETH_P_IP, ETHERTYPE_TRAIL } from "../../../wire/packet/link/ether-type.js";
import * as arp from "../../../wire/packet/network/arp.js";
import { type Context, has, printTruncated } from "../context.js";
import { printDump } from "../hex-dump.js";
import { etherTypeName } from "../link/ether-type.js";

const operations: Readonly<Record<number, string>> = {
  [arp.ARP_REQUEST]: "Request",
  [arp.ARP_REPLY]: "Reply",
  [arp.RARP_REQUEST]: "Reverse Request",
  [arp.RARP_REPLY]: "Reverse Reply",
  [arp.INARP_REQUEST]: "Inverse Request",
  [arp.INARP_REPLY]: "Inverse Reply",
  [arp.ARP_NAK]: "NACK Reply",
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

/**
 * Prints an ARP message.
 * @param length number of bytes on the wire after the Ethernet header
 */
export function printArp(context: Context, start: number, length: number): void {
  const { out, bytes, options } = context;
  if (!has(context, start, arp.ARP_HEADER_SIZE) || !has(context, start, arp.size(bytes, start)))
    return printTruncated(context, "arp");
  if (!options.link) out.text("ARP, ");
  const protocol = arp.protocolType(bytes, start);
  // There are more EtherTypes for trailer encapsulation. tcpdump recognizes only this one.
  const isIp = protocol === ETH_P_IP || protocol === ETHERTYPE_TRAIL;
  const isOdd = !isIp || arp.protocolLength(bytes, start) !== 4 || arp.hardwareLength(bytes, start) === 0;
  if (isOdd || options.verbose > 0) printKinds(context, start);
  if (!isOdd || options.verbose > 0) {
    const operation = arp.operation(bytes, start);
    printOperation(context, operation);
    if (!printAddresses(context, operation, start, isIp)) return printDump(context, start, context.end, true);
  }
  out.text(", length ");
  out.decimal(length);
}

/** Prints "Ethernet (len 6), IPv4 (len 4)". */
function printKinds({ out, bytes }: Context, start: number): void {
  const hardware = arp.hardwareType(bytes, start);
  const name = hardwareNames[hardware];
  if (name !== undefined) out.text(name);
  else {
    out.text("Unknown Hardware (");
    out.decimal(hardware);
    out.text(")");
  }
  out.text(" (len ");
  out.decimal(arp.hardwareLength(bytes, start));
  out.text("), ");
  const protocol = arp.protocolType(bytes, start);
  const known = etherTypeName(protocol);
  if (known !== undefined) out.text(known);
  else {
    out.text("Unknown Protocol (0x");
    out.hex(protocol, 4);
    out.text(")");
  }
  out.text(" (len ");
  out.decimal(arp.protocolLength(bytes, start));
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

/** Prints the addresses of a message. Returns false for an unknown operation. */
function printAddresses(context: Context, operation: number, start: number, isIp: boolean): boolean {
  const { out, bytes } = context;
  const hardwareLength = arp.hardwareLength(bytes, start);
  const protocolLength = arp.protocolLength(bytes, start);
  const sender = start + arp.field.senderHardwareAddress;
  const senderProtocol = arp.senderProtocolAt(bytes, start);
  const target = arp.targetHardwareAt(bytes, start);
  const targetProtocol = arp.targetProtocolAt(bytes, start);
  switch (operation) {
    case arp.ARP_REQUEST:
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
    case arp.ARP_REPLY:
      printProtocol(context, senderProtocol, protocolLength, isIp);
      out.text(" is-at ");
      printHardware(context, sender, hardwareLength);
      return true;
    case arp.RARP_REQUEST:
    case arp.INARP_REQUEST:
      out.text("who-is ");
      printHardware(context, target, hardwareLength);
      out.text(" tell ");
      printHardware(context, sender, hardwareLength);
      return true;
    case arp.RARP_REPLY:
      printHardware(context, target, hardwareLength);
      out.text(" at ");
      printProtocol(context, targetProtocol, protocolLength, isIp);
      return true;
    case arp.INARP_REPLY:
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

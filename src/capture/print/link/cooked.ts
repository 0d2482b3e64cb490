import { MAC_SIZE } from "../../../wire/hardware-address.js";
import {
  PACKET_BROADCAST,
  PACKET_HOST,
  PACKET_MULTICAST,
  PACKET_OTHERHOST,
  PACKET_OUTGOING,
} from "../../../wire/kernel/socket-address.js";
import * as sll from "../../../wire/packet/link/sll.js";
import * as sll2 from "../../../wire/packet/link/sll2.js";
import { type Context, has, printTruncated } from "../context.js";
import { printHexDump } from "../hex-dump.js";
import { etherTypeName } from "./ether-type.js";

/** Returns tcpdump's name of a `sll_pkttype`, padded to three characters. */
export function directionName(packetType: number): string {
  switch (packetType) {
    case PACKET_HOST:
      return "In ";
    case PACKET_BROADCAST:
      return "B  ";
    case PACKET_MULTICAST:
      return "M  ";
    case PACKET_OTHERHOST:
      return "P  ";
    case PACKET_OUTGOING:
      return "Out";
    default:
      return "?  ";
  }
}

/** Prints a packet of LINKTYPE_LINUX_SLL, with a header of 16 bytes. */
export function printSll(context: Context, start: number, length: number): void {
  if (!has(context, start, sll.SLL_SIZE)) return printTruncated(context, "sll");
  const { out, bytes, options } = context;
  const type = sll.etherType(bytes, start);
  if (options.link) {
    out.text(directionName(sll.packetType(bytes, start)));
    out.byte(0x20);
    printHardwareAddress(context, start + sll.field.address, sll.addressLength(bytes, start));
    if (!options.quiet) printTypeAndLength(context, type, length);
  }
  printPayload(context, type, start + sll.SLL_SIZE, length - sll.SLL_SIZE, length);
}

/** Prints a packet of LINKTYPE_LINUX_SLL2, with a header of 20 bytes that contains the interface index. */
export function printSll2(context: Context, start: number, length: number): void {
  if (!has(context, start, sll2.SLL2_SIZE)) return printTruncated(context, "sll2");
  const { out, bytes, options } = context;
  const type = sll2.etherType(bytes, start);
  out.text("ifindex ");
  out.decimal(sll2.interfaceIndex(bytes, start));
  out.byte(0x20);
  out.text(directionName(sll2.packetType(bytes, start)));
  out.byte(0x20);
  if (options.link) {
    printHardwareAddress(context, start + sll2.field.address, sll2.addressLength(bytes, start));
    printTypeAndLength(context, type, length);
  }
  printPayload(context, type, start + sll2.SLL2_SIZE, length - sll2.SLL2_SIZE, length);
}

function printHardwareAddress({ out, bytes }: Context, at: number, size: number): void {
  if (size !== MAC_SIZE) return;
  out.mac(bytes, at);
  out.text(", ");
}

function printTypeAndLength({ out }: Context, type: number, length: number): void {
  out.text("ethertype ");
  out.text(etherTypeName(type) ?? "Unknown");
  out.text(" (0x");
  out.hex(type, 4);
  out.text("), length ");
  out.decimal(length);
  out.text(": ");
}

function printPayload(context: Context, type: number, start: number, length: number, total: number): void {
  if (context.layers.etherType(context, type, start, length)) return;
  if (!context.options.link) printTypeAndLength(context, type, total);
  printHexDump(context, start, context.end);
}

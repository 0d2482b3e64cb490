import { readBe16, readBe32 } from "../../../wire/network-order.js";
import { type Context, has, printTruncated } from "../context.js";
import { printHexDump } from "../hex-dump.js";
import { etherTypeName } from "./ether-type.js";

/** `sll_pkttype` as tcpdump names it, three letters wide. */
const directions = ["In ", "B  ", "M  ", "P  ", "Out"];

export function directionName(packetType: number): string {
  return directions[packetType] ?? "?  ";
}

const SLL_SIZE = 16;
const SLL2_SIZE = 20;

/** LINKTYPE_LINUX_SLL: a header of 16 bytes in front of the packet. */
export function printSll(context: Context, start: number, length: number): void {
  if (!has(context, start, SLL_SIZE)) return printTruncated(context, "sll");
  const { out, bytes, options } = context;
  const direction = directionName(readBe16(bytes, start));
  const type = readBe16(bytes, start + 14);
  if (options.link) {
    out.text(direction);
    out.byte(0x20);
    printHardwareAddress(context, start + 6, readBe16(bytes, start + 4));
    if (!options.quiet) printTypeAndLength(context, type, length);
  }
  printPayload(context, type, start + SLL_SIZE, length - SLL_SIZE, length);
}

/** LINKTYPE_LINUX_SLL2: 20 bytes, with the interface. */
export function printSll2(context: Context, start: number, length: number): void {
  if (!has(context, start, SLL2_SIZE)) return printTruncated(context, "sll2");
  const { out, bytes, options } = context;
  const type = readBe16(bytes, start);
  out.text("ifindex ");
  out.decimal(readBe32(bytes, start + 4));
  out.byte(0x20);
  out.text(directionName(bytes[start + 10] as number));
  out.byte(0x20);
  if (options.link) {
    printHardwareAddress(context, start + 12, bytes[start + 11] as number);
    printTypeAndLength(context, type, length);
  }
  printPayload(context, type, start + SLL2_SIZE, length - SLL2_SIZE, length);
}

function printHardwareAddress({ out, bytes }: Context, at: number, size: number): void {
  if (size !== 6) return;
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

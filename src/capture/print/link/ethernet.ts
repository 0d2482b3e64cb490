import { type Context, has, printTruncated } from "../context.js";
import { u16 } from "../field.js";
import { printHexDump } from "../hex-dump.js";
import { ETHERTYPE_8021Q, printType } from "./ether-type.js";
import { printLlc } from "./llc.js";

// IEEE 802.3, clause 3
const HEADER_SIZE = 14;
const MAX_LENGTH = 1500;
const ADDRESSES_SIZE = 12;

function isVlan(type: number): boolean {
  return type === ETHERTYPE_8021Q || type === 0x88a8 || type === 0x9100 || type === 0x9200;
}

/** @param length bytes that the frame had on the wire */
export function printEthernet(context: Context, start: number, length: number): void {
  const { out, bytes, options } = context;
  if (length < HEADER_SIZE || !has(context, start, HEADER_SIZE)) return printTruncated(context, "ether");
  if (options.link) printAddresses(context, start);
  let at = start + ADDRESSES_SIZE;
  let type = u16(bytes, at);
  at += 2;
  let left = length - HEADER_SIZE;
  let hasLength = false;
  while (isVlan(type)) {
    if (options.link) {
      printType(context, type);
      if (hasLength) out.text(", ");
      else printLength(context, length);
      hasLength = true;
    }
    if (!has(context, at, 4) || left < 4) return printTruncated(context, "vlan");
    if (options.link) printTag(context, u16(bytes, at));
    type = u16(bytes, at + 2);
    at += 4;
    left -= 4;
  }
  context.payload = at;
  if (type <= MAX_LENGTH) {
    const shorter = Math.min(type, left);
    const { end } = context;
    context.end = Math.min(end, at + shorter);
    if (options.link) {
      out.text("802.3");
      if (!hasLength) printLength(context, shorter);
      else out.text(", ");
    }
    printLlc(context, at, shorter, start);
    context.end = end;
    return;
  }
  if (options.link) {
    printType(context, type);
    if (hasLength) out.text(", ");
    else printLength(context, length);
  }
  if (context.layers.etherType(context, type, at, left)) return;
  if (!options.link) {
    printAddresses(context, start);
    printType(context, type);
    printLength(context, length);
  }
  printHexDump(context, at, context.end);
}

function printAddresses({ out, bytes }: Context, start: number): void {
  out.mac(bytes, start + 6);
  out.text(" > ");
  if (isBroadcast(bytes, start)) out.text("ff:ff:ff:ff:ff:ff");
  else out.mac(bytes, start);
  out.text(", ");
}

function isBroadcast(bytes: Uint8Array, at: number): boolean {
  for (let index = 0; index < 6; index++) if (bytes[at + index] !== 0xff) return false;
  return true;
}

function printLength({ out }: Context, length: number): void {
  out.text(", length ");
  out.decimal(length);
  out.text(": ");
}

function printTag({ out }: Context, control: number): void {
  out.text("vlan ");
  out.decimal(control & 0xfff);
  out.text(", p ");
  out.decimal(control >>> 13);
  if (control & 0x1000) out.text(", DEI");
  out.text(", ");
}

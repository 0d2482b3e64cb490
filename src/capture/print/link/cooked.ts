import { MAC_SIZE } from "../../../wire/hardware-address.js";
import {
  PACKET_BROADCAST,
  PACKET_HOST,
  PACKET_MULTICAST,
  PACKET_OTHERHOST,
  PACKET_OUTGOING,
} from "../../../wire/kernel/socket-address.js";
import { ETH_P_802_2, ETH_P_802_3, ETH_P_8021Q } from "../../../wire/packet/link/ether-type.js";
import { ETH_DATA_LEN } from "../../../wire/packet/link/ethernet.js";
import * as sll from "../../../wire/packet/link/sll.js";
import * as sll2 from "../../../wire/packet/link/sll2.js";
import { VLAN_SIZE, etherType as vlanEtherType } from "../../../wire/packet/link/vlan.js";
import { type Context, has, printTruncated } from "../context.js";
import { printHexDump } from "../hex-dump.js";
import type { LineWriter } from "../line-writer.js";
import { etherTypeName } from "./ether-type.js";
import { printLlc } from "./llc.js";
import { printTag } from "./vlan.js";

/** The width of the names of directions. */
const DIRECTION_WIDTH = 3;

/** Returns tcpdump's name of a `sll_pkttype`. */
function directionName(packetType: number): string {
  switch (packetType) {
    case PACKET_HOST:
      return "In";
    case PACKET_BROADCAST:
      return "B";
    case PACKET_MULTICAST:
      return "M";
    case PACKET_OTHERHOST:
      return "P";
    case PACKET_OUTGOING:
      return "Out";
    default:
      return "?";
  }
}

/** Prints the name of an interface, and the direction of a packet. */
export function printInterface(out: LineWriter, name: Uint8Array, packetType: number): void {
  out.untrusted(name, 0, name.length);
  out.byte(0x20);
  const direction = directionName(packetType);
  out.text(direction);
  pad(out, DIRECTION_WIDTH + 1 - direction.length);
}

function pad(out: LineWriter, count: number): void {
  for (let left = count; left > 0; left--) out.byte(0x20);
}

/** Prints a packet of LINKTYPE_LINUX_SLL, with a header of 16 bytes. */
export function printSll(context: Context, start: number, length: number): void {
  if (!has(context, start, sll.SLL_SIZE)) return printShort(context, "sll", start);
  const type = sll.etherType(context.bytes, start);
  printCooked(context, printSllHeader, type, start, sll.SLL_SIZE, length);
}

/** Prints "Out 02:00:00:00:00:01 ethertype IPv4 (0x0800), length 44: ". */
function printSllHeader(context: Context, start: number, length: number): void {
  const { out, bytes } = context;
  const direction = directionName(sll.packetType(bytes, start));
  pad(out, DIRECTION_WIDTH - direction.length);
  out.text(direction);
  out.byte(0x20);
  printHardwareAddress(context, start + sll.field.address, sll.addressLength(bytes, start));
  printTypeAndLength(context, sll.etherType(bytes, start), length);
}

/** Prints a packet of LINKTYPE_LINUX_SLL2, with a header of 20 bytes that contains the interface index. */
export function printSll2(context: Context, start: number, length: number): void {
  if (!has(context, start, sll2.SLL2_SIZE)) return printShort(context, "sll2", start);
  const { out, bytes, names } = context;
  printInterface(out, names.bytesOf(sll2.interfaceIndex(bytes, start)), sll2.packetType(bytes, start));
  printCooked(context, printSll2Header, sll2.etherType(bytes, start), start, sll2.SLL2_SIZE, length);
}

/** Prints "ifindex 2 02:00:00:00:00:01 ethertype IPv4 (0x0800), length 48: ". */
function printSll2Header(context: Context, start: number, length: number): void {
  const { out, bytes } = context;
  out.text("ifindex ");
  out.decimal(sll2.interfaceIndex(bytes, start));
  out.byte(0x20);
  printHardwareAddress(context, start + sll2.field.address, sll2.addressLength(bytes, start));
  printTypeAndLength(context, sll2.etherType(bytes, start), length);
}

function printHardwareAddress({ out, bytes }: Context, at: number, size: number): void {
  if (size !== MAC_SIZE) return;
  out.mac(bytes, at);
  out.byte(0x20);
}

function printTypeAndLength({ out, options }: Context, type: number, length: number): void {
  if (options.quiet) return;
  if (type === ETH_P_802_3) out.text("802.3");
  else if (type === ETH_P_802_2) out.text("802.2");
  else {
    out.text("ethertype ");
    out.text(etherTypeName(type) ?? "Unknown");
    out.text(" (0x");
    out.hex(type, 4);
    out.text(")");
  }
  out.text(", length ");
  out.decimal(length);
  out.text(": ");
}

/**
 * Prints what follows the interface's name: the header with `-e`, VLAN tags, and the payload.
 * @param etherType the type in the header of the cooked packet
 * @param size the length of that header
 */
function printCooked(
  context: Context,
  printHeader: (context: Context, start: number, length: number) => void,
  etherType: number,
  start: number,
  size: number,
  length: number,
): void {
  const { out, bytes, options } = context;
  if (options.link) printHeader(context, start, length);
  let type = etherType;
  let at = start + size;
  let left = length - size;
  while (type === ETH_P_8021Q) {
    if (!has(context, at, VLAN_SIZE) || left < VLAN_SIZE) return printShort(context, "vlan", context.end);
    if (options.link) printTag(context, at);
    type = vlanEtherType(bytes, at);
    // A length instead of a type: LLC follows.
    if (type <= ETH_DATA_LEN) type = ETH_P_802_2;
    if (!options.quiet) {
      out.text("ethertype ");
      out.text(etherTypeName(type) ?? "Unknown");
      out.text(", ");
    }
    at += VLAN_SIZE;
    left -= VLAN_SIZE;
  }
  context.payload = at;
  if (type === ETH_P_802_2) {
    // Of a payload that isn't decoded, tcpdump's -x shows the LLC header too, unlike on Ethernet.
    if (!printLlc(context, at, left, undefined)) context.payload = at;
    return;
  }
  if (type > ETH_DATA_LEN) {
    if (context.layers.etherType(context, type, at, left)) return;
    if (!options.link) printHeader(context, start, left + size);
  }
  printHexDump(context, at, context.end);
}

/**
 * Prints the mark of a header that ends too early.
 * @param payload where `-x` begins
 */
function printShort(context: Context, protocol: string, payload: number): void {
  context.payload = payload;
  printTruncated(context, protocol);
}

import { type Context, has, printTruncated } from "../context.js";
import { u16 } from "../field.js";
import { printHexDump } from "../hex-dump.js";
import { printType } from "./ether-type.js";
import { printStp } from "./stp.js";

const STP = 0x42;
const SNAP = 0xaa;
/** Unnumbered information. */
const UI = 0x03;
/** The bits of control that only unnumbered frames have both. */
const UNNUMBERED = 0x03;
const HEADER_SIZE = 3;
const SNAP_SIZE = 5;
/** OUI of encapsulated Ethernet, RFC 1042. */
const ENCAPSULATED = 0;

/** What tcpdump calls the service access points. */
const points: Readonly<Record<number, string>> = {
  0: "Null",
  2: "Global",
  6: "IP",
  14: "Proway-LAN",
  66: "STP",
  126: "ISO-8208",
  128: "XNS",
  142: "EIA RS-511",
  170: "SNAP",
  188: "Banyan Vines",
  224: "IPX",
  240: "NetBeui",
  244: "LANman",
  254: "OSI",
  255: "Global",
};

/** Unnumbered commands and responses, without the poll/final bit. */
const unnumbered: Readonly<Record<number, string>> = {
  3: "ui",
  99: "ua",
  67: "disc",
  15: "dm",
  111: "sabme",
  227: "test",
  175: "xid",
  135: "frmr",
};

/**
 * IEEE 802.2: what a frame with a length instead of a type carries.
 * @param frame where the Ethernet header is
 */
export function printLlc(context: Context, start: number, length: number, frame: number): void {
  const { bytes, options } = context;
  const size = headerSize(context, start);
  if (length < size || !has(context, start, size)) {
    printTruncated(context, "llc");
    return printHexDump(context, start, context.end);
  }
  const destination = bytes[start] as number;
  const source = bytes[start + 1] as number;
  const control = bytes[start + 2] as number;
  context.payload = start + size;
  if (destination === SNAP && source === SNAP && control === UI)
    return printSnap(context, start + HEADER_SIZE, length - HEADER_SIZE, frame);
  if (options.link) printHeader(context, start);
  if (destination === STP && source === STP && control === UI)
    return printStp(context.out, bytes, start + HEADER_SIZE, context.end, length - HEADER_SIZE, options);
  printOther(context, start, length, frame);
}

/** How long the header is: only unnumbered frames have one byte of control. */
function headerSize({ bytes, end }: Context, start: number): number {
  return start + 2 < end && ((bytes[start + 2] as number) & UNNUMBERED) !== UNNUMBERED ? 4 : HEADER_SIZE;
}

function controlOf(context: Context, start: number): number {
  const { bytes } = context;
  const low = bytes[start + 2] as number;
  return headerSize(context, start) === HEADER_SIZE ? low : (bytes[start + 3] as number) * 256 + low;
}

function printHeader(context: Context, start: number): void {
  const { out, bytes } = context;
  const destination = bytes[start] as number;
  const source = bytes[start + 1] as number;
  out.text("LLC, dsap ");
  printPoint(out, destination & 0xfe);
  out.text(destination & 1 ? " Group" : " Individual");
  out.text(", ssap ");
  printPoint(out, source & 0xfe);
  out.text(source & 1 ? " Response" : " Command");
  out.text(", ctrl 0x");
  out.hex(controlOf(context, start), headerSize(context, start) === HEADER_SIZE ? 2 : 4);
  out.text(": ");
}

function printPoint(out: Context["out"], point: number): void {
  out.text(points[point] ?? "Unknown");
  out.text(" (0x");
  out.hex(point, 2);
  out.text(")");
}

function printSnap(context: Context, start: number, length: number, frame: number): void {
  const { out, bytes, options } = context;
  if (length < SNAP_SIZE || !has(context, start, SNAP_SIZE)) return printTruncated(context, "snap");
  const oui = ((bytes[start] as number) << 16) | u16(bytes, start + 1);
  const type = u16(bytes, start + 3);
  if (options.link) {
    printHeader(context, start - HEADER_SIZE);
    if (oui === ENCAPSULATED) {
      out.text("oui Ethernet (0x000000), ");
      printType(context, type);
    } else {
      out.text("oui Unknown (0x");
      out.hex(oui, 6);
      out.text("), pid Unknown (0x");
      out.hex(type, 4);
      out.text(")");
    }
    out.text(", length ");
    out.decimal(length - SNAP_SIZE);
    out.text(": ");
  }
  context.payload = start + SNAP_SIZE;
  if (oui === ENCAPSULATED && context.layers.etherType(context, type, start + SNAP_SIZE, length - SNAP_SIZE))
    return;
  if (!options.link) {
    printFrame(context, frame);
    out.text("SNAP, oui 0x");
    out.hex(oui, 6);
    out.text(", pid 0x");
    out.hex(type, 4);
    out.text(", length ");
    out.decimal(length - SNAP_SIZE);
    out.text(": ");
  }
  printHexDump(context, start + SNAP_SIZE, context.end);
}

/** "NetBeui Unnumbered, sabme, Flags [Final], length 7" */
function printOther(context: Context, start: number, length: number, frame: number): void {
  const { out, bytes, options } = context;
  const destination = bytes[start] as number;
  const source = bytes[start + 1] as number;
  const isUnnumbered = headerSize(context, start) === HEADER_SIZE;
  const control = controlOf(context, start);
  if (!options.link) {
    printFrame(context, frame);
    const name = points[destination & 0xfe];
    if (name !== undefined && (destination & 0xfe) === (source & 0xfe)) out.text(name);
    else {
      out.text(name ?? "Unknown DSAP 0x");
      if (name === undefined) out.hex(destination & 0xfe, 2);
    }
    out.byte(0x20);
  }
  if (isUnnumbered) {
    out.text("Unnumbered, ");
    out.text(unnumbered[control & 0xef] ?? "unknown");
    printPollFinal(out, source, (control & 0x10) !== 0);
  } else if ((control & 3) === 1) {
    out.text("Supervisory, ");
    out.text(["Receiver Ready", "Receiver not Ready", "Reject", "?"][(control >>> 2) & 3] as string);
    out.text(", rcv seq ");
    out.decimal((control >>> 9) & 0x7f);
    printPollFinal(out, source, (control & 0x100) !== 0);
  } else {
    out.text("Information, send seq ");
    out.decimal((control >>> 1) & 0x7f);
    out.text(", rcv seq ");
    out.decimal((control >>> 9) & 0x7f);
    printPollFinal(out, source, (control & 0x100) !== 0);
  }
  out.text(", length ");
  out.decimal(length);
  printHexDump(context, start, context.end);
}

/** tcpdump names response and poll/final bit together. */
function printPollFinal(out: Context["out"], source: number, isPollFinal: boolean): void {
  const isResponse = (source & 1) !== 0;
  out.text(", Flags [");
  out.text(isResponse ? (isPollFinal ? "Final" : "Response") : isPollFinal ? "Poll" : "Command");
  out.text("]");
}

function printFrame({ out, bytes }: Context, frame: number): void {
  out.mac(bytes, frame + 6);
  out.text(" > ");
  out.mac(bytes, frame);
  out.byte(0x20);
}

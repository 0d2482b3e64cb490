import * as ethernet from "../../../wire/packet/link/ethernet.js";
import * as llc from "../../../wire/packet/link/llc.js";
import { type Context, has, printTruncated } from "../context.js";
import { printHexDump } from "../hex-dump.js";
import { printType } from "./ether-type.js";
import { printStp } from "./stp.js";

/** tcpdump's names of the service access points. */
const points: Readonly<Record<number, string>> = {
  [llc.LLC_SAP_NULL]: "Null",
  [llc.LLC_SAP_LLC]: "Global",
  [llc.LLC_SAP_IP]: "IP",
  [llc.LLC_SAP_PNM]: "Proway-LAN",
  [llc.LLC_SAP_BSPAN]: "STP",
  [llc.LLC_SAP_8208]: "ISO-8208",
  [llc.LLC_SAP_3COM]: "XNS",
  [llc.LLC_SAP_PRO]: "EIA RS-511",
  [llc.LLC_SAP_SNAP]: "SNAP",
  [llc.LLC_SAP_BANYAN]: "Banyan Vines",
  [llc.LLC_SAP_IPX]: "IPX",
  [llc.LLC_SAP_NETBEUI]: "NetBeui",
  [llc.LLC_SAP_LANMGR]: "LANman",
  [llc.LLC_SAP_OSI]: "OSI",
  [llc.LLC_SAP_GLOBAL]: "Global",
};

/** tcpdump's names of unnumbered commands and responses. */
const unnumbered: Readonly<Record<number, string>> = {
  [llc.LLC_UI]: "ui",
  [llc.LLC_UA]: "ua",
  [llc.LLC_DISC]: "disc",
  [llc.LLC_DM]: "dm",
  [llc.LLC_SABME]: "sabme",
  [llc.LLC_TEST]: "test",
  [llc.LLC_XID]: "xid",
  [llc.LLC_FRMR]: "frmr",
};

/** tcpdump's names of supervisory frames, by function. */
const supervisory = ["Receiver Ready", "Receiver not Ready", "Reject", "?"];

/**
 * Prints the payload of a frame with a length instead of an EtherType (IEEE 802.2).
 * @param frame offset of the Ethernet header, or undefined without one
 * @returns whether the payload is decoded
 */
export function printLlc(
  context: Context,
  start: number,
  length: number,
  frame: number | undefined,
): boolean {
  const { bytes, options } = context;
  const size = headerSize(context, start);
  if (length < size || !has(context, start, size)) {
    printTruncated(context, "llc");
    printHexDump(context, start, context.end);
    return false;
  }
  const next = start + size;
  context.payload = next;
  if (llc.hasSnap(bytes, start)) return printSnap(context, start, length, frame);
  if (options.link) printHeader(context, start);
  if (isStp(bytes, start)) {
    printStp(context.out, bytes, next, context.end, length - size, options);
    return true;
  }
  printOther(context, start, length, frame);
  return false;
}

/** Returns the length of the LLC header, which depends on the control field if that was captured. */
function headerSize(context: Context, start: number): number {
  const isKnown = has(context, start, llc.LLC_SIZE);
  return isKnown ? llc.headerLength(context.bytes, start) : llc.LLC_SIZE;
}

function isStp(bytes: Uint8Array, start: number): boolean {
  return (
    llc.dsap(bytes, start) === llc.LLC_SAP_BSPAN &&
    llc.ssap(bytes, start) === llc.LLC_SAP_BSPAN &&
    llc.control(bytes, start) === llc.LLC_UI
  );
}

function printHeader({ out, bytes }: Context, start: number): void {
  const destination = llc.dsap(bytes, start);
  const source = llc.ssap(bytes, start);
  out.text("LLC, dsap ");
  printPoint(out, destination);
  out.text(destination & llc.LLC_GROUP_OR_RESPONSE ? " Group" : " Individual");
  out.text(", ssap ");
  printPoint(out, source);
  out.text(source & llc.LLC_GROUP_OR_RESPONSE ? " Response" : " Command");
  out.text(", ctrl 0x");
  out.hex(llc.control(bytes, start), llc.isUnnumbered(bytes, start) ? 2 : 4);
  out.text(": ");
}

function printPoint(out: Context["out"], address: number): void {
  const point = address & ~llc.LLC_GROUP_OR_RESPONSE;
  out.text(points[point] ?? "Unknown");
  out.text(" (0x");
  out.hex(point, 2);
  out.text(")");
}

/**
 * Prints a SNAP header, which follows the LLC header, and its payload.
 * @param header offset of the LLC header
 * @param length number of bytes on the wire from the LLC header on
 * @returns whether the payload is decoded
 */
function printSnap(context: Context, header: number, length: number, frame: number | undefined): boolean {
  const { out, bytes, options } = context;
  const start = header + llc.LLC_SIZE;
  const payload = start + llc.snap.size;
  const left = length - llc.LLC_SIZE - llc.snap.size;
  if (left < 0 || !has(context, start, llc.snap.size)) {
    printTruncated(context, "snap");
    return false;
  }
  const oui = llc.snapOrganization(bytes, start);
  const type = llc.snapProtocolId(bytes, start);
  if (options.link) {
    printHeader(context, header);
    if (oui === llc.OUI_ENCAPSULATED_ETHERNET) {
      out.text("oui Ethernet (0x000000), ");
      printType(context, type);
    } else {
      out.text("oui Unknown (0x");
      out.hex(oui, 6);
      out.text("), pid Unknown (0x");
      out.hex(type, 4);
      out.text(")");
    }
    printLength(context, left);
    out.text(": ");
  }
  context.payload = payload;
  if (oui === llc.OUI_ENCAPSULATED_ETHERNET && context.layers.etherType(context, type, payload, left))
    return true;
  if (!options.link) {
    printFrame(context, frame);
    out.text("SNAP, oui 0x");
    out.hex(oui, 6);
    out.text(", pid 0x");
    out.hex(type, 4);
    printLength(context, left);
    out.text(": ");
  }
  printHexDump(context, payload, context.end);
  return false;
}

function printLength({ out }: Context, length: number): void {
  out.text(", length ");
  out.decimal(length);
}

/** Prints "NetBeui Unnumbered, sabme, Flags [Final], length 7". */
function printOther(context: Context, start: number, length: number, frame: number | undefined): void {
  const { out, bytes, options } = context;
  const source = llc.ssap(bytes, start);
  if (!options.link) printNames(context, start, frame);
  if (llc.isUnnumbered(bytes, start)) {
    const control = llc.control(bytes, start);
    out.text("Unnumbered, ");
    out.text(unnumbered[control & ~llc.LLC_UNNUMBERED_POLL_FINAL] ?? "unknown");
    printPollFinal(out, source, (control & llc.LLC_UNNUMBERED_POLL_FINAL) !== 0);
  } else {
    const control = llc.control(bytes, start);
    if (llc.isSupervisory(control)) {
      out.text("Supervisory, ");
      out.text(supervisory[llc.supervisoryFunction(control)] as string);
    } else {
      out.text("Information, send seq ");
      out.decimal(llc.sendSequence(control));
    }
    out.text(", rcv seq ");
    out.decimal(llc.receiveSequence(control));
    printPollFinal(out, source, (control & llc.LLC_POLL_FINAL) !== 0);
  }
  printLength(context, length);
  printHexDump(context, start, context.end);
}

/** Prints the frame's addresses and the name of the destination service access point. */
function printNames(context: Context, start: number, frame: number | undefined): void {
  const { out, bytes } = context;
  const destination = llc.dsap(bytes, start) & ~llc.LLC_GROUP_OR_RESPONSE;
  printFrame(context, frame);
  const name = points[destination];
  if (name === undefined) {
    out.text("Unknown DSAP 0x");
    out.hex(destination, 2);
  } else out.text(name);
  out.byte(0x20);
}

/** Prints the response bit and the poll/final bit, which tcpdump combines into one name. */
function printPollFinal(out: Context["out"], source: number, isPollFinal: boolean): void {
  const isResponse = (source & llc.LLC_GROUP_OR_RESPONSE) !== 0;
  out.text(", Flags [");
  out.text(isResponse ? (isPollFinal ? "Final" : "Response") : isPollFinal ? "Poll" : "Command");
  out.text("]");
}

function printFrame({ out, bytes }: Context, frame: number | undefined): void {
  if (frame === undefined) return;
  out.mac(bytes, frame + ethernet.field.source);
  out.text(" > ");
  out.mac(bytes, frame + ethernet.field.destination);
  out.byte(0x20);
}

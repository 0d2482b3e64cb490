import { u16, u32 } from "../field.js";
import type { LineWriter } from "../line-writer.js";

const PAD = 0;
const END = 255;
const MESSAGE_TYPE = 53;
const PARAMETER_REQUEST = 55;
const CLIENT_ID = 61;

type Kind = "addresses" | "text" | "seconds" | "u8" | "u16" | "u32" | "hex" | "pairs" | "flag";

// RFC 2132 and later ones, https://www.iana.org/assignments/bootp-dhcp-parameters, as tcpdump names them
const table: Readonly<Record<number, readonly [name: string, kind: Kind]>> = {
  1: ["Subnet-Mask", "addresses"],
  2: ["Time-Zone", "u32"],
  3: ["Default-Gateway", "addresses"],
  4: ["Time-Server", "addresses"],
  5: ["IEN-Name-Server", "addresses"],
  6: ["Domain-Name-Server", "addresses"],
  7: ["LOG", "addresses"],
  8: ["CS", "addresses"],
  9: ["LPR-Server", "addresses"],
  12: ["Hostname", "text"],
  13: ["BS", "u16"],
  15: ["Domain-Name", "text"],
  17: ["RP", "text"],
  19: ["IPF", "flag"],
  23: ["TTL", "u8"],
  26: ["MTU", "u16"],
  28: ["BR", "addresses"],
  33: ["Static-Route", "pairs"],
  40: ["YD", "text"],
  41: ["YS", "addresses"],
  42: ["NTP", "addresses"],
  43: ["Vendor-Option", "hex"],
  44: ["Netbios-Name-Server", "addresses"],
  46: ["Netbios-Node", "hex"],
  47: ["Netbios-Scope", "text"],
  50: ["Requested-IP", "addresses"],
  51: ["Lease-Time", "u32"],
  54: ["Server-ID", "addresses"],
  56: ["MSG", "text"],
  57: ["MSZ", "u16"],
  58: ["RN", "u32"],
  59: ["RB", "u32"],
  60: ["Vendor-Class", "text"],
  66: ["TFTP", "text"],
  67: ["BF", "text"],
};

const messageTypes = ["", "Discover", "Offer", "Request", "Decline", "ACK", "NACK", "Release", "Inform"];

/** One line an option, as `-v` has it. */
export function printDhcpOptions(
  out: LineWriter,
  bytes: Uint8Array,
  from: number,
  end: number,
  verbose: number,
): void {
  out.text("\n\t  Vendor-rfc1048 Extensions\n\t    Magic Cookie 0x63825363");
  for (let at = from; at < end; ) {
    const code = bytes[at] as number;
    if (code === PAD) {
      at++;
      continue;
    }
    if (code === END) return;
    if (at + 2 > end) return out.text(" [|bootp]");
    const length = bytes[at + 1] as number;
    if (at + 2 + length > end) return out.text(" [|bootp]");
    printOption(out, bytes, code, at + 2, length, verbose);
    at += 2 + length;
  }
}

function printOption(
  out: LineWriter,
  bytes: Uint8Array,
  code: number,
  at: number,
  length: number,
  _verbose: number,
): void {
  const entry = table[code];
  out.text("\n\t    ");
  const name =
    code === MESSAGE_TYPE
      ? "DHCP-Message"
      : code === PARAMETER_REQUEST
        ? "Parameter-Request"
        : code === CLIENT_ID
          ? "Client-ID"
          : entry?.[0];
  out.text(name ?? "Unknown");
  out.text(" (");
  out.decimal(code);
  out.text("), length ");
  out.decimal(length);
  out.text(": ");
  if (code === MESSAGE_TYPE && length === 1) {
    const type = bytes[at] as number;
    const word = messageTypes[type];
    if (word) return out.text(word);
    return out.decimal(type);
  }
  if (code === CLIENT_ID && length === 7 && bytes[at] === 1) {
    out.text("ether ");
    return out.mac(bytes, at + 1);
  }
  if (code === PARAMETER_REQUEST) return printRequested(out, bytes, at, length);
  printValue(out, bytes, at, length, entry?.[1] ?? "hex");
}

function printRequested(out: LineWriter, bytes: Uint8Array, at: number, length: number): void {
  for (let index = 0; index < length; index++) {
    // Four to a line.
    out.text(index % 4 === 0 ? "\n\t      " : ", ");
    const code = bytes[at + index] as number;
    out.text(table[code]?.[0] ?? "Unknown");
    out.text(" (");
    out.decimal(code);
    out.text(")");
  }
}

function printValue(out: LineWriter, bytes: Uint8Array, at: number, length: number, kind: Kind): void {
  switch (kind) {
    case "addresses":
      for (let offset = 0; offset + 4 <= length; offset += 4) {
        if (offset > 0) out.byte(0x2c);
        out.ipv4(bytes, at + offset);
      }
      return;
    case "text":
      out.byte(0x22);
      out.untrusted(bytes, at, at + length);
      out.byte(0x22);
      return;
    case "u8":
      if (length === 1) return out.decimal(bytes[at] as number);
      break;
    case "u16":
      if (length === 2) return out.decimal(u16(bytes, at));
      break;
    case "u32":
    case "seconds":
      if (length === 4) return out.decimal(u32(bytes, at));
      break;
    case "flag":
      if (length === 1) return out.text(bytes[at] === 1 ? "Y" : "N");
      break;
    case "pairs":
      for (let offset = 0; offset + 8 <= length; offset += 8) {
        if (offset > 0) out.byte(0x2c);
        out.text("(");
        out.ipv4(bytes, at + offset);
        out.byte(0x3a);
        out.ipv4(bytes, at + offset + 4);
        out.text(")");
      }
      return;
  }
  for (let index = 0; index < length; index++) {
    if (index > 0) out.byte(0x2e);
    out.decimal(bytes[at + index] as number);
  }
}

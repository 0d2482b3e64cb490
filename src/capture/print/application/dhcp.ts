import { u16, u32 } from "../field.js";
import type { LineWriter } from "../line-writer.js";
import type { PrintProtocol } from "../options.js";
import { printDhcpOptions } from "./dhcp-options.js";

// RFC 951, RFC 2131
const REQUEST = 1;
const REPLY = 2;
const MAGIC = 0x63825363;
const MINIMUM_SIZE = 236;
const field = {
  hardware: 1,
  hardwareLength: 2,
  hops: 3,
  transaction: 4,
  seconds: 8,
  flags: 10,
  client: 12,
  your: 16,
  server: 20,
  gateway: 24,
  clientHardware: 28,
  serverName: 44,
  file: 108,
  vendor: 236,
};

export const printDhcp: PrintProtocol = (out, bytes, start, end, length, { verbose }) => {
  if (start + field.hardwareLength + 1 > end) return out.text(" [|bootp]");
  const operation = bytes[start] as number;
  const hardwareLength = bytes[start + field.hardwareLength] as number;
  const isEthernet = bytes[start + field.hardware] === 1 && hardwareLength === 6;
  out.text("BOOTP/DHCP, ");
  out.text(operation === REQUEST ? "Request" : operation === REPLY ? "Reply" : "unknown (0x");
  if (operation !== REQUEST && operation !== REPLY) {
    out.hex(operation, 2);
    out.text(")");
  }
  if (isEthernet && operation === REQUEST) {
    if (start + field.clientHardware + 6 > end) return out.text(" [|bootp]");
    out.text(" from ");
    out.mac(bytes, start + field.clientHardware);
  }
  out.text(", length ");
  out.decimal(length);
  if (verbose === 0) return;
  if (start + MINIMUM_SIZE > end) return out.text(" [|bootp]");
  printHeader(out, bytes, start, isEthernet);
  printStrings(out, bytes, start);
  const vendor = start + field.vendor;
  if (vendor + 4 > end) return out.text(" [|bootp]");
  if (u32(bytes, vendor) === MAGIC) printDhcpOptions(out, bytes, vendor + 4, end, verbose);
};

function printHeader(out: LineWriter, bytes: Uint8Array, start: number, isEthernet: boolean): void {
  const hops = bytes[start + field.hops] as number;
  const seconds = u16(bytes, start + field.seconds);
  if (bytes[start + field.hardware] !== 1) {
    out.text(", htype ");
    out.decimal(bytes[start + field.hardware] as number);
  }
  if (bytes[start + field.hardware] === 1 && bytes[start + field.hardwareLength] !== 6) {
    out.text(", hlen ");
    out.decimal(bytes[start + field.hardwareLength] as number);
  }
  if (hops > 0) {
    out.text(", hops ");
    out.decimal(hops);
  }
  const transaction = u32(bytes, start + field.transaction);
  if (transaction !== 0) {
    out.text(", xid 0x");
    out.hex(transaction);
  }
  if (seconds > 0) {
    out.text(", secs ");
    out.decimal(seconds);
  }
  const flags = u16(bytes, start + field.flags);
  out.text(", Flags [");
  out.text(flags & 0x8000 ? "Broadcast" : "none");
  out.text("]");
  printAddress(out, bytes, start + field.client, "\n\t  Client-IP ");
  printAddress(out, bytes, start + field.your, "\n\t  Your-IP ");
  printAddress(out, bytes, start + field.server, "\n\t  Server-IP ");
  printAddress(out, bytes, start + field.gateway, "\n\t  Gateway-IP ");
  if (!isEthernet) return;
  out.text("\n\t  Client-Ethernet-Address ");
  out.mac(bytes, start + field.clientHardware);
}

function printAddress(out: LineWriter, bytes: Uint8Array, at: number, name: string): void {
  if (u32(bytes, at) === 0) return;
  out.text(name);
  out.ipv4(bytes, at);
}

function printStrings(out: LineWriter, bytes: Uint8Array, start: number): void {
  printString(out, bytes, start + field.serverName, start + field.file, '\n\t  sname "');
  printString(out, bytes, start + field.file, start + field.vendor, '\n\t  file "');
}

function printString(out: LineWriter, bytes: Uint8Array, from: number, to: number, name: string): void {
  if (bytes[from] === 0) return;
  let end = from;
  while (end < to && bytes[end] !== 0) end++;
  out.text(name);
  out.untrusted(bytes, from, end);
  out.text('"');
}

import { MAC_SIZE } from "../../../wire/hardware-address.js";
import { ARPHRD_ETHER } from "../../../wire/kernel/rtnetlink/arphrd.js";
import { readBe32 } from "../../../wire/network-order.js";
import * as dhcp from "../../../wire/packet/application/dhcp.js";
import type { LineWriter } from "../line-writer.js";
import type { PrintProtocol } from "../options.js";
import { printDhcpOptions } from "./dhcp-options.js";

export const printDhcp: PrintProtocol = (out, bytes, start, end, length, { verbose }) => {
  if (start + dhcp.field.hlen + 1 > end) return out.text(" [|bootp]");
  const operation = dhcp.op(bytes, start);
  const isEthernet = dhcp.isEthernet(bytes, start);
  out.text("BOOTP/DHCP, ");
  if (operation === dhcp.BOOTREQUEST) out.text("Request");
  else if (operation === dhcp.BOOTREPLY) out.text("Reply");
  else {
    out.text("unknown (0x");
    out.hex(operation, 2);
    out.text(")");
  }
  if (isEthernet && operation === dhcp.BOOTREQUEST) {
    if (start + dhcp.field.chaddr + MAC_SIZE > end) return out.text(" [|bootp]");
    out.text(" from ");
    out.mac(bytes, start + dhcp.field.chaddr);
  }
  out.text(", length ");
  out.decimal(length);
  if (verbose === 0) return;
  if (start + dhcp.field.cookie > end) return out.text(" [|bootp]");
  printHeader(out, bytes, start, isEthernet, verbose > 1);
  printString(out, bytes, start + dhcp.field.sname, start + dhcp.field.file, '\n\t  sname "');
  printString(out, bytes, start + dhcp.field.file, start + dhcp.field.cookie, '\n\t  file "');
  if (start + dhcp.field.options > end) return out.text(" [|bootp]");
  if (dhcp.cookie(bytes, start) === dhcp.MAGIC_COOKIE)
    printDhcpOptions(out, bytes, start + dhcp.field.options, end);
};

function printHeader(
  out: LineWriter,
  bytes: Uint8Array,
  start: number,
  isEthernet: boolean,
  withFlags: boolean,
): void {
  const type = dhcp.htype(bytes, start);
  const hops = dhcp.hops(bytes, start);
  const seconds = dhcp.secs(bytes, start);
  if (type !== ARPHRD_ETHER) {
    out.text(", htype ");
    out.decimal(type);
  } else if (!isEthernet) {
    out.text(", hlen ");
    out.decimal(dhcp.hlen(bytes, start));
  }
  if (hops > 0) {
    out.text(", hops ");
    out.decimal(hops);
  }
  const transaction = dhcp.xid(bytes, start);
  if (transaction !== 0) {
    out.text(", xid 0x");
    out.hex(transaction);
  }
  if (seconds > 0) {
    out.text(", secs ");
    out.decimal(seconds);
  }
  out.text(", Flags [");
  out.text(dhcp.flags(bytes, start) & dhcp.BROADCAST ? "Broadcast" : "none");
  out.text("]");
  if (withFlags) {
    out.text(" (0x");
    out.hex(dhcp.flags(bytes, start), 4);
    out.text(")");
  }
  printAddress(out, bytes, start + dhcp.field.ciaddr, "\n\t  Client-IP ");
  printAddress(out, bytes, start + dhcp.field.yiaddr, "\n\t  Your-IP ");
  printAddress(out, bytes, start + dhcp.field.siaddr, "\n\t  Server-IP ");
  printAddress(out, bytes, start + dhcp.field.giaddr, "\n\t  Gateway-IP ");
  if (!isEthernet) return;
  out.text("\n\t  Client-Ethernet-Address ");
  out.mac(bytes, start + dhcp.field.chaddr);
}

function printAddress(out: LineWriter, bytes: Uint8Array, at: number, name: string): void {
  if (readBe32(bytes, at) === 0) return;
  out.text(name);
  out.ipv4(bytes, at);
}

function printString(out: LineWriter, bytes: Uint8Array, from: number, to: number, name: string): void {
  if (bytes[from] === 0) return;
  let end = from;
  while (end < to && bytes[end] !== 0) end++;
  out.text(name);
  out.untrusted(bytes, from, end);
  out.text('"');
}

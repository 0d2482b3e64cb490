import { IPV4_ADDRESS_SIZE } from "../../../wire/inet-address.js";
import { readBe16, readBe32 } from "../../../wire/network-order.js";
import { MAGIC_COOKIE } from "../../../wire/packet/application/dhcp.js";
import * as option from "../../../wire/packet/application/dhcp-option.js";
import type { LineWriter } from "../line-writer.js";

type Kind = "addresses" | "text" | "u8" | "u16" | "u32" | "hex" | "pairs" | "flag";

/** tcpdump's names and formats. {@link printOption} handles options that aren't listed here. */
const table: Readonly<Record<number, readonly [name: string, kind: Kind]>> = {
  [option.code.subnetMask]: ["Subnet-Mask", "addresses"],
  [option.code.timeOffset]: ["Time-Zone", "u32"],
  [option.code.router]: ["Default-Gateway", "addresses"],
  [option.code.timeServer]: ["Time-Server", "addresses"],
  [option.code.nameServer]: ["IEN-Name-Server", "addresses"],
  [option.code.domainNameServer]: ["Domain-Name-Server", "addresses"],
  [option.code.logServer]: ["LOG", "addresses"],
  [option.code.cookieServer]: ["CS", "addresses"],
  [option.code.lprServer]: ["LPR-Server", "addresses"],
  [option.code.hostName]: ["Hostname", "text"],
  [option.code.bootFileSize]: ["BS", "u16"],
  [option.code.domainName]: ["Domain-Name", "text"],
  [option.code.rootPath]: ["RP", "text"],
  [option.code.ipForwarding]: ["IPF", "flag"],
  [option.code.defaultTtl]: ["TTL", "u8"],
  [option.code.interfaceMtu]: ["MTU", "u16"],
  [option.code.broadcastAddress]: ["BR", "addresses"],
  [option.code.staticRoute]: ["Static-Route", "pairs"],
  [option.code.nisDomain]: ["YD", "text"],
  [option.code.nisServers]: ["YS", "addresses"],
  [option.code.ntpServers]: ["NTP", "addresses"],
  [option.code.vendorSpecific]: ["Vendor-Option", "hex"],
  [option.code.netbiosNameServer]: ["Netbios-Name-Server", "addresses"],
  [option.code.netbiosNodeType]: ["Netbios-Node", "hex"],
  [option.code.netbiosScope]: ["Netbios-Scope", "text"],
  [option.code.requestedAddress]: ["Requested-IP", "addresses"],
  [option.code.leaseTime]: ["Lease-Time", "u32"],
  [option.code.serverIdentifier]: ["Server-ID", "addresses"],
  [option.code.message]: ["MSG", "text"],
  [option.code.maximumMessageSize]: ["MSZ", "u16"],
  [option.code.renewalTime]: ["RN", "u32"],
  [option.code.rebindingTime]: ["RB", "u32"],
  [option.code.vendorClassIdentifier]: ["Vendor-Class", "text"],
  [option.code.tftpServerName]: ["TFTP", "text"],
  [option.code.bootFileName]: ["BF", "text"],
};

const messageTypes: Readonly<Record<number, string>> = {
  [option.DHCPDISCOVER]: "Discover",
  [option.DHCPOFFER]: "Offer",
  [option.DHCPREQUEST]: "Request",
  [option.DHCPDECLINE]: "Decline",
  [option.DHCPACK]: "ACK",
  [option.DHCPNAK]: "NACK",
  [option.DHCPRELEASE]: "Release",
  [option.DHCPINFORM]: "Inform",
};

/** Prints one line per option, as with `-v`. */
export function printDhcpOptions(out: LineWriter, bytes: Uint8Array, from: number, end: number): void {
  out.text("\n\t  Vendor-rfc1048 Extensions\n\t    Magic Cookie 0x");
  out.hex(MAGIC_COOKIE);
  for (let at = from; at < end; ) {
    const code = bytes[at] as number;
    if (code === option.PAD) {
      at++;
      continue;
    }
    if (code === option.END) return;
    const next = option.optionEnd(bytes, at, end);
    if (next < 0) return out.text(" [|bootp]");
    printOption(out, bytes, code, at + option.OPTION_HEADER_SIZE, option.dataLength(bytes, at));
    at = next;
  }
}

function printOption(out: LineWriter, bytes: Uint8Array, code: number, at: number, length: number): void {
  const entry = table[code];
  out.text("\n\t    ");
  const name =
    code === option.code.messageType
      ? "DHCP-Message"
      : code === option.code.parameterRequestList
        ? "Parameter-Request"
        : code === option.code.clientIdentifier
          ? "Client-ID"
          : entry?.[0];
  out.text(name ?? "Unknown");
  out.text(" (");
  out.decimal(code);
  out.text("), length ");
  out.decimal(length);
  out.text(": ");
  if (code === option.code.messageType && length === 1) {
    const type = bytes[at] as number;
    const word = messageTypes[type];
    if (word !== undefined) return out.text(word);
    return out.decimal(type);
  }
  if (code === option.code.clientIdentifier && option.isEthernetClient(bytes, at, length)) {
    out.text("ether ");
    return out.mac(bytes, at + option.clientIdentifier.identifier);
  }
  if (code === option.code.parameterRequestList) return printRequested(out, bytes, at, length);
  printValue(out, bytes, at, length, entry?.[1] ?? "hex");
}

function printRequested(out: LineWriter, bytes: Uint8Array, at: number, length: number): void {
  for (let index = 0; index < length; index++) {
    // Four per line.
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
      for (let offset = 0; offset + IPV4_ADDRESS_SIZE <= length; offset += IPV4_ADDRESS_SIZE) {
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
      if (length === 2) return out.decimal(readBe16(bytes, at));
      break;
    case "u32":
      if (length === 4) return out.decimal(readBe32(bytes, at));
      break;
    case "flag":
      if (length === 1) return out.text(bytes[at] === 1 ? "Y" : "N");
      break;
    case "pairs":
      for (let offset = 0; offset + 2 * IPV4_ADDRESS_SIZE <= length; offset += 2 * IPV4_ADDRESS_SIZE) {
        if (offset > 0) out.byte(0x2c);
        out.text("(");
        out.ipv4(bytes, at + offset);
        out.byte(0x3a);
        out.ipv4(bytes, at + offset + IPV4_ADDRESS_SIZE);
        out.text(")");
      }
      return;
  }
  for (let index = 0; index < length; index++) {
    if (index > 0) out.byte(0x2e);
    out.decimal(bytes[at + index] as number);
  }
}

import { MAC_SIZE } from "../../../wire/hardware-address.js";
import { ETH_P_8021AD, ETH_P_8021Q, ETH_P_QINQ1, ETH_P_QINQ2 } from "../../../wire/packet/link/ether-type.js";
import * as ethernet from "../../../wire/packet/link/ethernet.js";
import * as vlan from "../../../wire/packet/link/vlan.js";
import { type Context, has, printTruncated } from "../context.js";
import { printHexDump } from "../hex-dump.js";
import { printType } from "./ether-type.js";
import { printLlc } from "./llc.js";
import { printTag } from "./vlan.js";

/** Reports whether tcpdump treats an EtherType as that of a VLAN tag. */
function isVlan(type: number): boolean {
  return type === ETH_P_8021Q || type === ETH_P_8021AD || type === ETH_P_QINQ1 || type === ETH_P_QINQ2;
}

/**
 * Prints an Ethernet frame.
 * @param length number of the frame's bytes on the wire
 */
export function printEthernet(context: Context, start: number, length: number): void {
  const { out, bytes, options } = context;
  if (length < ethernet.ETHERNET_SIZE || !has(context, start, ethernet.ETHERNET_SIZE))
    return printTruncated(context, "ether");
  if (options.link) printAddresses(context, start);
  let type = ethernet.etherType(bytes, start);
  let at = start + ethernet.ETHERNET_SIZE;
  let left = length - ethernet.ETHERNET_SIZE;
  let hasLength = false;
  while (isVlan(type)) {
    if (options.link) {
      printType(context, type);
      if (hasLength) out.text(", ");
      else printLength(context, length);
      hasLength = true;
    }
    if (!has(context, at, vlan.VLAN_SIZE) || left < vlan.VLAN_SIZE) return printTruncated(context, "vlan");
    if (options.link) printTag(context, at);
    type = vlan.etherType(bytes, at);
    at += vlan.VLAN_SIZE;
    left -= vlan.VLAN_SIZE;
  }
  context.payload = at;
  if (type <= ethernet.ETH_DATA_LEN) {
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
  out.mac(bytes, start + ethernet.field.source);
  out.text(" > ");
  const destination = start + ethernet.field.destination;
  if (isBroadcast(bytes, destination)) out.text("ff:ff:ff:ff:ff:ff");
  else out.mac(bytes, destination);
  out.text(", ");
}

function isBroadcast(bytes: Uint8Array, at: number): boolean {
  for (let index = 0; index < MAC_SIZE; index++) if (bytes[at + index] !== 0xff) return false;
  return true;
}

function printLength({ out }: Context, length: number): void {
  out.text(", length ");
  out.decimal(length);
  out.text(": ");
}

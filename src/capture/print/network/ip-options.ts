import { IPV4_ADDRESS_SIZE } from "../../../wire/inet-address.js";
import * as ipv4Option from "../../../wire/packet/network/ipv4-option.js";
import { type Context, has } from "../context.js";

const names: Readonly<Record<number, string>> = {
  [ipv4Option.IPOPT_EOL]: "EOL",
  [ipv4Option.IPOPT_NOP]: "NOP",
  [ipv4Option.IPOPT_TS]: "timestamp",
  [ipv4Option.IPOPT_TR]: "traceroute",
  [ipv4Option.IPOPT_SECURITY]: "security",
  [ipv4Option.IPOPT_RR]: "RR",
  [ipv4Option.IPOPT_SSRR]: "SSRR",
  [ipv4Option.IPOPT_LSRR]: "LSRR",
  [ipv4Option.IPOPT_RA]: "RA",
};

/** Prints the options of an IPv4 header (RFC 791). Returns false if they are truncated. */
export function printIpOptions(context: Context, start: number, size: number): boolean {
  const { out, bytes } = context;
  let separator = "";
  for (let at = start, left = size; left > 0; ) {
    out.text(separator);
    separator = ",";
    if (!has(context, at, 1)) return false;
    const kind = ipv4Option.type(bytes, at);
    const name = names[kind];
    if (name === undefined) {
      out.text("unknown ");
      out.decimal(kind);
    } else out.text(name);
    let length: number = ipv4Option.field.length;
    if (!ipv4Option.hasNoLength(kind)) {
      if (!has(context, at, ipv4Option.field.data)) return false;
      length = ipv4Option.length(bytes, at);
      if (length < ipv4Option.field.data) {
        printBadLength(context, length);
        return true;
      }
    }
    if (length > left) {
      printBadLength(context, length);
      return true;
    }
    if (!has(context, at, length)) return false;
    switch (kind) {
      case ipv4Option.IPOPT_RA:
        printAlert(context, at, length);
        break;
      case ipv4Option.IPOPT_RR:
      case ipv4Option.IPOPT_SSRR:
      case ipv4Option.IPOPT_LSRR:
        printRoute(context, at, length);
        break;
      case ipv4Option.IPOPT_EOL:
        return true;
    }
    at += length;
    left -= length;
  }
  return true;
}

function printBadLength({ out }: Context, length: number): void {
  out.text(" [bad length ");
  out.decimal(length);
  out.text("]");
}

function printAlert(context: Context, at: number, length: number): void {
  const { out, bytes } = context;
  if (length < ipv4Option.alert.size) return;
  if (length !== ipv4Option.alert.size) return printBadLength(context, length);
  const value = ipv4Option.alertValue(bytes, at);
  if (value === 0) return;
  out.text(" value ");
  out.decimal(value);
}

function printRoute(context: Context, at: number, length: number): void {
  const { out, bytes } = context;
  const { addresses } = ipv4Option.route;
  if (length < addresses) return printBadLength(context, length);
  if ((length - addresses) % IPV4_ADDRESS_SIZE !== 0) printBadLength(context, length);
  const pointer = ipv4Option.routePointer(bytes, at);
  if (pointer < addresses || (pointer - addresses) % IPV4_ADDRESS_SIZE !== 0) {
    out.text(" [bad ptr ");
    out.decimal(pointer + 1);
    out.text("]");
  }
  for (let offset: number = addresses; offset + IPV4_ADDRESS_SIZE <= length; offset += IPV4_ADDRESS_SIZE) {
    out.byte(0x20);
    if (pointer > offset) out.byte(0x5e);
    out.ipv4(bytes, at + offset);
  }
}

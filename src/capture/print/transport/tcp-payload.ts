import { DNS_PORT, TCP_LENGTH_SIZE, tcpLength } from "../../../wire/packet/application/dns.js";
import { printDns } from "../application/dns.js";
import type { Context } from "../context.js";
import { has } from "../context.js";

/** The most bytes of a reset's data to print (RFC 9293, section 3.5.3). */
const MAX_RESET_DATA = 30;

/** Prints the payload of a segment if tcpdump decodes it. */
export function printTcpPayload(
  context: Context,
  start: number,
  length: number,
  source: number,
  destination: number,
  isReset: boolean,
): void {
  const { out, bytes, end, options } = context;
  if (isReset) {
    if (options.verbose > 0) printResetData(context, start, length);
    return;
  }
  if (source !== DNS_PORT && destination !== DNS_PORT) return;
  if (length <= TCP_LENGTH_SIZE || !has(context, start, TCP_LENGTH_SIZE)) return;
  const size = tcpLength(bytes, start);
  out.byte(0x20);
  if (size > length - TCP_LENGTH_SIZE) return;
  printDns(out, bytes, start + TCP_LENGTH_SIZE, end, size, options);
}

function printResetData({ out, bytes, end }: Context, start: number, length: number): void {
  out.text(" [RST");
  out.text(length > MAX_RESET_DATA ? "+" : "");
  out.byte(0x20);
  const stop = Math.min(start + Math.min(length, MAX_RESET_DATA), end);
  for (let at = start; at < stop; at++) {
    const byte = bytes[at] as number;
    out.byte(byte >= 0x20 && byte < 0x7f ? byte : 0x2e);
  }
  out.text("]");
}

import { printDhcp } from "../application/dhcp.js";
import { printDhcp6 } from "../application/dhcp6.js";
import { printDns } from "../application/dns.js";
import type { Context } from "../context.js";
import type { PrintProtocol } from "../options.js";

const MDNS = 5353;

/** By either port, https://www.iana.org/assignments/service-names-port-numbers. */
const printers: ReadonlyMap<number, PrintProtocol> = new Map<number, PrintProtocol>([
  [53, printDns],
  [67, printDhcp],
  [68, printDhcp],
  [546, printDhcp6],
  [547, printDhcp6],
]);

/**
 * Prints what a datagram carries, where its ports say what that is.
 * @returns false if they don't, and nothing is printed
 */
export function printUdpPayload(
  { out, bytes, end, options }: Context,
  start: number,
  length: number,
  source: number,
  destination: number,
): boolean {
  if (source === MDNS || destination === MDNS) {
    printDns(out, bytes, start, end, length, options, true);
    return true;
  }
  const print = printers.get(source) ?? printers.get(destination);
  print?.(out, bytes, start, end, length, options);
  return print !== undefined;
}

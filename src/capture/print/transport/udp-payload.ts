import { DHCP_CLIENT_PORT, DHCP_SERVER_PORT } from "../../../wire/packet/application/dhcp.js";
import { DHCP6_CLIENT_PORT, DHCP6_SERVER_PORT } from "../../../wire/packet/application/dhcp6.js";
import { DNS_PORT, MDNS_PORT } from "../../../wire/packet/application/dns.js";
import { printDhcp } from "../application/dhcp.js";
import { printDhcp6 } from "../application/dhcp6.js";
import { printDns } from "../application/dns.js";
import type { Context } from "../context.js";
import type { PrintProtocol } from "../options.js";

/** By source or destination port (https://www.iana.org/assignments/service-names-port-numbers). */
const printers: ReadonlyMap<number, PrintProtocol> = new Map<number, PrintProtocol>([
  [DNS_PORT, printDns],
  [DHCP_SERVER_PORT, printDhcp],
  [DHCP_CLIENT_PORT, printDhcp],
  [DHCP6_CLIENT_PORT, printDhcp6],
  [DHCP6_SERVER_PORT, printDhcp6],
]);

/**
 * Prints the payload of a datagram if one of its ports identifies the protocol.
 * @returns false if neither does; nothing is printed then
 */
export function printUdpPayload(
  { out, bytes, end, options }: Context,
  start: number,
  length: number,
  source: number,
  destination: number,
): boolean {
  if (source === MDNS_PORT || destination === MDNS_PORT) {
    printDns(out, bytes, start, end, length, options, true);
    return true;
  }
  const print = printers.get(source) ?? printers.get(destination);
  print?.(out, bytes, start, end, length, options);
  return print !== undefined;
}

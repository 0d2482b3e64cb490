import { printLldp } from "../application/lldp.js";
import type { Context } from "../context.js";
import { printArp } from "../network/arp.js";
import { printIpv4 } from "../network/ipv4.js";
import { printIpv6 } from "../network/ipv6.js";
import {
  ETHERTYPE_ARP,
  ETHERTYPE_IP,
  ETHERTYPE_IPV6,
  ETHERTYPE_LLDP,
  ETHERTYPE_REVARP,
} from "./ether-type.js";

/**
 * Prints what a frame carries, by its EtherType.
 * @param length bytes that there are, on the wire
 * @returns false for one that tcpdump shows as bytes
 */
export function printEthertype(context: Context, type: number, start: number, length: number): boolean {
  switch (type) {
    case ETHERTYPE_IP:
      printIpv4(context, start, length);
      return true;
    case ETHERTYPE_IPV6:
      printIpv6(context, start, length);
      return true;
    case ETHERTYPE_ARP:
    case ETHERTYPE_REVARP:
      printArp(context, start, length);
      return true;
    case ETHERTYPE_LLDP: {
      const { out, bytes, end, options } = context;
      printLldp(out, bytes, start, end, length, options);
      return true;
    }
    default:
      return false;
  }
}

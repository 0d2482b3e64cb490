import {
  ETH_P_ARP,
  ETH_P_IP,
  ETH_P_IPV6,
  ETH_P_LLDP,
  ETH_P_RARP,
} from "../../../wire/packet/link/ether-type.js";
import { printLldp } from "../application/lldp.js";
import type { Context } from "../context.js";
import { printArp } from "../network/arp.js";
import { printIpv4 } from "../network/ipv4.js";
import { printIpv6 } from "../network/ipv6.js";

/**
 * Prints a frame's payload according to its EtherType.
 * @param length number of payload bytes on the wire
 * @returns false for an EtherType whose payload tcpdump prints as bytes
 */
export function printEthertype(context: Context, type: number, start: number, length: number): boolean {
  switch (type) {
    case ETH_P_IP:
      printIpv4(context, start, length);
      return true;
    case ETH_P_IPV6:
      printIpv6(context, start, length);
      return true;
    case ETH_P_ARP:
    case ETH_P_RARP:
      printArp(context, start, length);
      return true;
    case ETH_P_LLDP: {
      const { out, bytes, end, options } = context;
      printLldp(out, bytes, start, end, length, options);
      return true;
    }
    default:
      return false;
  }
}

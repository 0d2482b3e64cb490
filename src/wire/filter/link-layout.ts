import {
  LINKTYPE_ETHERNET,
  LINKTYPE_LINUX_SLL,
  LINKTYPE_LINUX_SLL2,
  LINKTYPE_RAW,
} from "../file/linktype.js";
import { SKF_AD_IFINDEX, SKF_AD_PKTTYPE, SKF_AD_PROTOCOL } from "../kernel/bpf/classic.js";
import { ETHERNET_SIZE, field as ethernet } from "../packet/link/ethernet.js";
import { SLL_SIZE, field as sll } from "../packet/link/sll.js";
import { SLL2_SIZE, field as sll2 } from "../packet/link/sll2.js";
import type { LoadSize, Term, Terms } from "./term.js";

/** Where a program finds what the link layer says about a packet. */
export interface LinkLayout {
  /** Whether the packets begin with an Ethernet header. */
  readonly isEthernet: boolean;
  /** Loads the protocol of the network layer; undefined where packets begin with an IP header. */
  readonly etherType: ((terms: Terms, shift: number) => Term) | undefined;
  /** Offset of the network layer's header. */
  readonly network: number;
  /** Whether `link[…]` of libpcap's language works: packets in cooked sockets don't have the link layer's header. */
  readonly hasHeader: boolean;
  /** Whether the program runs in a socket, where the kernel's metadata are known. */
  readonly isSocket: boolean;
  /** Loads the packet's type (`PACKET_*`), which says whether it was sent or received. */
  readonly packetType: ((terms: Terms) => Term) | undefined;
  /** Loads the index of the interface. */
  readonly interfaceIndex: ((terms: Terms) => Term) | undefined;
}

const at =
  (size: LoadSize, offset: number) =>
  (terms: Terms, shift = 0): Term =>
    terms.load(size, offset + shift);
const metadata =
  (offset: number) =>
  (terms: Terms): Term =>
    terms.ancillary(offset);

/** What a socket's program can ask the kernel, whatever the link is. */
const socket = {
  isSocket: true,
  packetType: metadata(SKF_AD_PKTTYPE),
  interfaceIndex: metadata(SKF_AD_IFINDEX),
} as const;
const file = { isSocket: false, packetType: undefined, interfaceIndex: undefined } as const;

/**
 * Returns the layout for a link type, or undefined if it isn't known here.
 * @param forFile whether the packets are those of a capture file. Sockets differ for cooked packets: their programs see
 *   packets from the network layer's header on, and load the rest as metadata
 */
export function linkLayout(linkType: number, forFile: boolean): LinkLayout | undefined {
  const place = forFile ? file : socket;
  switch (linkType) {
    case LINKTYPE_ETHERNET:
      return {
        ...place,
        isEthernet: true,
        etherType: at(2, ethernet.etherType),
        network: ETHERNET_SIZE,
        hasHeader: true,
      };
    case LINKTYPE_LINUX_SLL:
      if (!forFile) return cooked;
      return {
        ...file,
        isEthernet: false,
        etherType: at(2, sll.etherType),
        network: SLL_SIZE,
        hasHeader: true,
        packetType: at(2, sll.packetType),
      };
    case LINKTYPE_LINUX_SLL2:
      if (!forFile) return cooked;
      return {
        ...file,
        isEthernet: false,
        etherType: at(2, sll2.etherType),
        network: SLL2_SIZE,
        hasHeader: true,
        packetType: at(1, sll2.packetType),
        interfaceIndex: at(4, sll2.interfaceIndex),
      };
    case LINKTYPE_RAW:
      return { ...place, isEthernet: false, etherType: undefined, network: 0, hasHeader: true };
    default:
      return undefined;
  }
}

const cooked: LinkLayout = {
  ...socket,
  isEthernet: false,
  etherType: metadata(SKF_AD_PROTOCOL),
  network: 0,
  hasHeader: false,
};

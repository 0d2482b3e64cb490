import { isoTime, type Packet } from "../../capture/packet.js";
import { PromiscError } from "../../errors.js";
import * as bpf from "../../wire/kernel/bpf/classic.js";
import { ETH_P_ARP, ETH_P_IPV6 } from "../../wire/packet/link/ether-type.js";
import * as ethernet from "../../wire/packet/link/ethernet.js";
import * as arp from "../../wire/packet/network/arp.js";
import * as icmp6 from "../../wire/packet/network/icmp6/icmp6.js";
import type { NdOption } from "../../wire/packet/network/icmp6/nd-option.js";
import * as ipv6 from "../../wire/packet/network/ipv6.js";
import { IPPROTO_ICMPV6 } from "../../wire/packet/network/protocol-number.js";

const { BPF_B, BPF_H, ifEqual, load } = bpf;
const { ETHERNET_SIZE } = ethernet;

/** How many bytes of each frame are kept. Claims are short. */
export const CLAIM_SNAP_LENGTH = 512;

/** The filter `arp or (icmp6 and ip6[40] >= 134 and ip6[40] <= 136)`, which needs no libpcap to compile it. */
export const claimFilter: readonly bpf.Instruction[] = [
  load(BPF_H, ethernet.field.etherType),
  ifEqual(ETH_P_ARP, 6, 0),
  ifEqual(ETH_P_IPV6, 0, 6),
  load(BPF_B, ETHERNET_SIZE + ipv6.field.nextHeader),
  ifEqual(IPPROTO_ICMPV6, 0, 4),
  load(BPF_B, ETHERNET_SIZE + ipv6.IPV6_SIZE + icmp6.field.type),
  // Router advertisements (134) up to neighbour advertisements (136).
  bpf.jump(bpf.BPF_JGE, icmp6.ND_ROUTER_ADVERT, 0, 2),
  bpf.jump(bpf.BPF_JGT, icmp6.ND_NEIGHBOR_ADVERT, 1, 0),
  bpf.accept(CLAIM_SNAP_LENGTH),
  bpf.accept(0),
];

const NOBODY = new Set(["0.0.0.0", "::"]);

/** A frame's claim that an IP address is at a hardware address. Every host that receives it may believe it. */
export interface AddressClaim {
  /** When the kernel received it: ISO 8601 UTC, with nanoseconds. */
  readonly time: string;
  /** The same time in milliseconds since 1970. */
  readonly at: number;
  readonly address: string;
  readonly mac: string;
  /**
   * The Ethernet source of the frame. It equals `mac` unless the frame is forged, or sent on behalf of another host.
   */
  readonly source: string;
  readonly how:
    | "ARP request"
    | "ARP reply"
    | "ARP announcement"
    | "neighbour solicitation"
    | "neighbour advertisement"
    | "router advertisement";
}

/**
 * Reads what an ARP or neighbour discovery frame claims.
 * @returns undefined if it claims nothing or is malformed
 */
export function readClaim(packet: Packet): AddressClaim | undefined {
  const { bytes, start, capturedLength } = packet;
  const end = start + capturedLength;
  try {
    const { source, etherType } = ethernet.readEthernet(bytes, start, end);
    const network = start + ETHERNET_SIZE;
    const found =
      etherType === ETH_P_ARP
        ? readArpClaim(bytes, network, end)
        : etherType === ETH_P_IPV6
          ? readNdClaim(bytes, network, end, source)
          : undefined;
    if (!found || NOBODY.has(found.address)) return undefined;
    const at = packet.seconds * 1000 + packet.nanoseconds / 1e6;
    return { ...found, source, at, time: isoTime(packet) };
  } catch (error) {
    // The network can send anything.
    if (error instanceof PromiscError && error.code === "malformed") return undefined;
    throw error;
  }
}

type ClaimedAddress = Pick<AddressClaim, "address" | "mac" | "how">;

/** By RFC 826, a receiver takes over the sender's addresses from any packet. */
function readArpClaim(bytes: Uint8Array, at: number, end: number): ClaimedAddress | undefined {
  const {
    senderProtocolAddress: address,
    senderHardwareAddress: mac,
    targetProtocolAddress,
  } = arp.readArp(bytes, at, end);
  if (!arp.isEtherArp(bytes, at)) return undefined;
  if (address === targetProtocolAddress) return { address, mac, how: "ARP announcement" };
  return { address, mac, how: arp.operation(bytes, at) === arp.ARP_REQUEST ? "ARP request" : "ARP reply" };
}

/**
 * By RFC 4861, 7.2, solicitations and advertisements say which link-layer address an IP address has. Router
 * advertisements do so too.
 */
function readNdClaim(bytes: Uint8Array, at: number, end: number, sender: string): ClaimedAddress | undefined {
  const { nextHeader, source } = ipv6.readIpv6(bytes, at, end);
  if (nextHeader !== IPPROTO_ICMPV6) return undefined;
  const message = icmp6.readIcmp6(bytes, at + ipv6.IPV6_SIZE, end);
  switch (message.message) {
    case "neighbour-advertisement": {
      const mac = optionOf(message.options, "target-link-layer-address") ?? sender;
      return { address: message.targetAddress, mac, how: "neighbour advertisement" };
    }
    case "neighbour-solicitation": {
      const mac = optionOf(message.options, "source-link-layer-address");
      return mac === undefined ? undefined : { address: source, mac, how: "neighbour solicitation" };
    }
    case "router-advertisement": {
      const mac = optionOf(message.options, "source-link-layer-address") ?? sender;
      return { address: source, mac, how: "router advertisement" };
    }
    default:
      return undefined;
  }
}

function optionOf(options: readonly NdOption[], which: NdOption["option"]): string | undefined {
  for (const option of options) if (option.option === which && "address" in option) return option.address;
  return undefined;
}

import type { Packet } from "../../capture/packet.js";
import { PromiscError } from "../../errors.js";
import type { Instruction } from "../../wire/kernel/bpf/classic.js";
import * as bpf from "../../wire/kernel/bpf/classic.js";
import { ARPHRD_ETHER } from "../../wire/kernel/rtnetlink/arphrd.js";
import { ETH_P_ARP, ETH_P_IP, ETH_P_IPV6 } from "../../wire/packet/link/ether-type.js";
import { ETHERNET_SIZE, readEthernet } from "../../wire/packet/link/ethernet.js";
import { readArp } from "../../wire/packet/network/arp.js";
import { ND_NEIGHBOR_ADVERT, readIcmp6 } from "../../wire/packet/network/icmp6/icmp6.js";
import type { NdOption } from "../../wire/packet/network/icmp6/nd-option.js";
import { IPV6_SIZE, readIpv6 } from "../../wire/packet/network/ipv6.js";
import { IPPROTO_ICMPV6 } from "../../wire/packet/network/protocol-number.js";

// Where they are in an Ethernet frame.
const ETHER_TYPE = 12;
const IPV6_NEXT_HEADER = 20;
const ICMP6_TYPE = 54;
/** The first of those that claim something, up to neighbour advertisements: router advertisements. */
const ND_ROUTER_ADVERT = 134;
/** Of each frame so much is kept: claims are short. */
export const CLAIM_SNAP_LENGTH = 512;

const load = (size: number, k: number): Instruction => bpf.statement(bpf.BPF_LD | size | bpf.BPF_ABS, k);

/** `arp or (icmp6 and ip6[40] >= 134 and ip6[40] <= 136)`, without libpcap to compile it. */
export const claimFilter: readonly Instruction[] = [
  load(bpf.BPF_H, ETHER_TYPE),
  bpf.jump(bpf.BPF_JEQ, ETH_P_ARP, 6, 0),
  bpf.jump(bpf.BPF_JEQ, ETH_P_IPV6, 0, 6),
  load(bpf.BPF_B, IPV6_NEXT_HEADER),
  bpf.jump(bpf.BPF_JEQ, IPPROTO_ICMPV6, 0, 4),
  load(bpf.BPF_B, ICMP6_TYPE),
  bpf.jump(bpf.BPF_JGE, ND_ROUTER_ADVERT, 0, 2),
  bpf.jump(bpf.BPF_JGT, ND_NEIGHBOR_ADVERT, 1, 0),
  bpf.accept(CLAIM_SNAP_LENGTH),
  bpf.accept(0),
];

const NOBODY = new Set(["0.0.0.0", "::"]);

/** A frame says that an IP address is at a hardware address: whoever hears it may believe so. */
export interface AddressClaim {
  /** ISO 8601 UTC, nanoseconds: when the kernel received it. */
  readonly time: string;
  /** … and in milliseconds since 1970. */
  readonly at: number;
  readonly address: string;
  readonly mac: string;
  /** Who sent the frame: the same, unless it is forged, or sent for another. */
  readonly source: string;
  readonly how:
    | "ARP request"
    | "ARP reply"
    | "ARP announcement"
    | "neighbour solicitation"
    | "neighbour advertisement"
    | "router advertisement";
}

/** What a frame of ARP or neighbour discovery claims; undefined if nothing, or if it is malformed. */
export function readClaim(packet: Packet): AddressClaim | undefined {
  const { bytes, start, capturedLength } = packet;
  const end = start + capturedLength;
  try {
    const { source, etherType } = readEthernet(bytes, start, end);
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
    // Whatever the network pleases to send.
    if (error instanceof PromiscError && error.code === "malformed") return undefined;
    throw error;
  }
}

type ClaimedAddress = Pick<AddressClaim, "address" | "mac" | "how">;

/** RFC 826 has the receiver take the sender's addresses from any packet. */
function readArpClaim(bytes: Uint8Array, at: number, end: number): ClaimedAddress | undefined {
  const arp = readArp(bytes, at, end);
  if (arp.protocolType !== ETH_P_IP || arp.hardwareType !== ARPHRD_ETHER) return undefined;
  const {
    senderProtocolAddress: address,
    senderHardwareAddress: mac,
    targetProtocolAddress,
    operation,
  } = arp;
  if (!address.includes(".") || mac.length !== 17) return undefined;
  const isAnnouncement = address === targetProtocolAddress;
  return {
    address,
    mac,
    how: isAnnouncement ? "ARP announcement" : operation === 1 ? "ARP request" : "ARP reply",
  };
}

/** RFC 4861, 7.2: a solicitation and an advertisement tell whose link-layer address is which, and so does a router's. */
function readNdClaim(bytes: Uint8Array, at: number, end: number, sender: string): ClaimedAddress | undefined {
  const { nextHeader, source } = readIpv6(bytes, at, end);
  if (nextHeader !== IPPROTO_ICMPV6) return undefined;
  const message = readIcmp6(bytes, at + IPV6_SIZE, end);
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

function isoTime({ seconds, nanoseconds }: Packet): string {
  return new Date(seconds * 1000).toISOString().replace("000Z", `${String(nanoseconds).padStart(9, "0")}Z`);
}

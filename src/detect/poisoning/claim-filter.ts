import type { Instruction } from "../../wire/kernel/bpf/classic.js";
import * as bpf from "../../wire/kernel/bpf/classic.js";
import { ETH_P_ARP, ETH_P_IPV6 } from "../../wire/packet/link/ether-type.js";
import { ND_NEIGHBOR_ADVERT } from "../../wire/packet/network/icmp6/icmp6.js";
import { IPPROTO_ICMPV6 } from "../../wire/packet/network/protocol-number.js";

// Where they are in an Ethernet frame.
const ETHER_TYPE = 12;
const IPV6_NEXT_HEADER = 20;
const ICMP6_TYPE = 54;
/** The first of those that claim something, up to neighbour advertisements: router advertisements. */
const ND_ROUTER_ADVERT = 134;
/** Of each frame so much is kept: claims are short. */
export const SNAP_LENGTH = 512;

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
  bpf.accept(SNAP_LENGTH),
  bpf.accept(0),
];

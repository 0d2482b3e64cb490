import type { Instruction } from "../../../wire/kernel/bpf/classic.js";
import * as bpf from "../../../wire/kernel/bpf/classic.js";
import { ETH_P_ARP, ETH_P_IP, ETH_P_IPV6 } from "../../../wire/packet/link/ether-type.js";
import { ARP_REPLY } from "../../../wire/packet/network/arp.js";
import { IPPROTO_ICMP, IPPROTO_ICMPV6 } from "../../../wire/packet/network/protocol-number.js";

// Where they are in an Ethernet frame.
const ETHER_TYPE = 12;
const ARP_OPERATION = 20;
const IPV4_PROTOCOL = 23;
const IPV6_NEXT_HEADER = 20;

const load = (size: number, k: number): Instruction => bpf.statement(bpf.BPF_LD | size | bpf.BPF_ABS, k);
const ifEqual = (k: number, jt: number, jf: number): Instruction => bpf.jump(bpf.BPF_JEQ, k, jt, jf);

/** Passes what may be an answer: `arp[6:2] = 2 or icmp or (ip6 and icmp6)`, without libpcap to compile it. */
export const replyFilter: readonly Instruction[] = [
  load(bpf.BPF_H, ETHER_TYPE),
  ifEqual(ETH_P_ARP, 0, 2),
  load(bpf.BPF_H, ARP_OPERATION),
  ifEqual(ARP_REPLY, 6, 7),
  ifEqual(ETH_P_IP, 0, 2),
  load(bpf.BPF_B, IPV4_PROTOCOL),
  ifEqual(IPPROTO_ICMP, 3, 4),
  ifEqual(ETH_P_IPV6, 0, 3),
  load(bpf.BPF_B, IPV6_NEXT_HEADER),
  ifEqual(IPPROTO_ICMPV6, 0, 1),
  bpf.accept(0xffff),
  bpf.accept(0),
];

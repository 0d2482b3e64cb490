import * as bpf from "../../../wire/kernel/bpf/classic.js";
import { ETH_P_ARP, ETH_P_IP, ETH_P_IPV6 } from "../../../wire/packet/link/ether-type.js";
import * as ethernet from "../../../wire/packet/link/ethernet.js";
import * as arp from "../../../wire/packet/network/arp.js";
import * as ipv4 from "../../../wire/packet/network/ipv4.js";
import * as ipv6 from "../../../wire/packet/network/ipv6.js";
import { IPPROTO_ICMP, IPPROTO_ICMPV6 } from "../../../wire/packet/network/protocol-number.js";

const { BPF_B, BPF_H, ifEqual, load } = bpf;
const { ETHERNET_SIZE } = ethernet;

/**
 * The filter `arp[6:2] = 2 or icmp or (ip6 and icmp6)`, which passes possible answers and needs no libpcap to compile
 * it.
 */
export const replyFilter: readonly bpf.Instruction[] = [
  load(BPF_H, ethernet.field.etherType),
  ifEqual(ETH_P_ARP, 0, 2),
  load(BPF_H, ETHERNET_SIZE + arp.field.operation),
  ifEqual(arp.ARP_REPLY, 6, 7),
  ifEqual(ETH_P_IP, 0, 2),
  load(BPF_B, ETHERNET_SIZE + ipv4.field.protocol),
  ifEqual(IPPROTO_ICMP, 3, 4),
  ifEqual(ETH_P_IPV6, 0, 3),
  load(BPF_B, ETHERNET_SIZE + ipv6.field.nextHeader),
  ifEqual(IPPROTO_ICMPV6, 0, 1),
  bpf.accept(0xffff),
  bpf.accept(0),
];

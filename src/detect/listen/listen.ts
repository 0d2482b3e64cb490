import { openCapture } from "../../capture/live/capture.js";
import type { Instruction } from "../../wire/bpf/classic.js";
import * as bpf from "../../wire/bpf/classic.js";
import { ND_NEIGHBOR_ADVERT } from "../../wire/icmp6/icmp6.js";
import { ETH_P_ARP, ETH_P_IPV6 } from "../../wire/link/ether-type.js";
import { IPPROTO_ICMPV6 } from "../../wire/network/protocol-number.js";
import { readClaim } from "./claim.js";
import type { PoisoningFinding } from "./finding.js";
import { Ledger } from "./ledger.js";
import { readSurroundings } from "./surroundings.js";

// Where they are in an Ethernet frame.
const ETHER_TYPE = 12;
const IPV6_NEXT_HEADER = 20;
const ICMP6_TYPE = 54;
/** The first of those that claim something, up to neighbour advertisements: router advertisements. */
const ND_ROUTER_ADVERT = 134;
const SNAP_LENGTH = 512;
const BUFFER_SIZE = 4 * 1024 * 1024;

const load = (size: number, k: number): Instruction => ({
  code: bpf.BPF_LD | size | bpf.BPF_ABS,
  jt: 0,
  jf: 0,
  k,
});
const jump = (condition: number, k: number, jt: number, jf: number): Instruction => ({
  code: bpf.BPF_JMP | condition | bpf.BPF_K,
  jt,
  jf,
  k,
});
const [accept] = bpf.acceptAll(SNAP_LENGTH) as [Instruction];
const [refuse] = bpf.acceptAll(0) as [Instruction];

/** `arp or (icmp6 and ip6[40] >= 134 and ip6[40] <= 136)`, without libpcap to compile it. */
const claims: readonly Instruction[] = [
  load(bpf.BPF_H, ETHER_TYPE),
  jump(bpf.BPF_JEQ, ETH_P_ARP, 6, 0),
  jump(bpf.BPF_JEQ, ETH_P_IPV6, 0, 6),
  load(bpf.BPF_B, IPV6_NEXT_HEADER),
  jump(bpf.BPF_JEQ, IPPROTO_ICMPV6, 0, 4),
  load(bpf.BPF_B, ICMP6_TYPE),
  jump(bpf.BPF_JGE, ND_ROUTER_ADVERT, 0, 2),
  jump(bpf.BPF_JGT, ND_NEIGHBOR_ADVERT, 1, 0),
  accept,
  refuse,
];

export interface ListenOptions {
  readonly interface: string;
  /** Ends it. */
  readonly signal?: AbortSignal;
}

/**
 * Listens to what ARP and neighbour discovery say on a link, and tells of what poisoning would explain: that is how one
 * sniffs on a switch. It sends nothing and makes nothing promiscuous, so it hears what is for everyone and for this host.
 * It begins at once, and ends with the signal.
 * @throws PromiscError `privilege` without CAP_NET_RAW, `no-interface`, `usage` if it isn't Ethernet, `kernel` if it is
 *   down
 */
export function listenForPoisoning(options: ListenOptions): AsyncGenerator<PoisoningFinding, void> {
  const { interface: name, signal } = options;
  const operation = `listen on ${name}`;
  const ledger = new Ledger(readSurroundings(name, operation));
  const capture = openCapture(name, {
    filter: claims,
    promiscuous: false,
    direction: "in",
    immediate: true,
    snapLength: SNAP_LENGTH,
    bufferSize: BUFFER_SIZE,
    ...(signal ? { signal } : {}),
  });
  return tell(capture, ledger);
}

async function* tell(
  capture: ReturnType<typeof openCapture>,
  ledger: Ledger,
): AsyncGenerator<PoisoningFinding, void> {
  for await (const batch of capture)
    while (batch.next()) {
      const claim = readClaim(batch.packet);
      if (claim) yield* ledger.hear(claim);
    }
}

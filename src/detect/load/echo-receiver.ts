import { RingBatch } from "../../capture/live/ring-batch.js";
import type { Packet } from "../../capture/packet.js";
import { DisposableList } from "../../linux/ffi/disposable-list.js";
import { PacketRing } from "../../linux/packet/packet-ring.js";
import * as bpf from "../../wire/kernel/bpf/classic.js";
import { ETH_P_IP, ETH_P_IPV6 } from "../../wire/packet/link/ether-type.js";
import { ETHERNET_SIZE } from "../../wire/packet/link/ethernet.js";
import { IPV6_SIZE } from "../../wire/packet/network/ipv6.js";
import { IPPROTO_ICMP, IPPROTO_ICMPV6 } from "../../wire/packet/network/protocol-number.js";

const BUFFER_SIZE = 1024 * 1024;
/** Milliseconds. */
const BLOCK_TIMEOUT_MS = 1;
const SNAP_LENGTH = 2 ** 18;

/**
 * Has echo messages of one identifier handed over, those that leave too, with the kernel's timestamps: both ends of a
 * round trip are told by one clock, and neither waits for this process. It doesn't make the interface promiscuous.
 */
export class EchoReceiver implements Disposable {
  readonly #resources = new DisposableList();
  readonly #ring: PacketRing;
  readonly #batch = new RingBatch({
    interfaceId: 0,
    snapLength: SNAP_LENGTH,
    header: "ethernet",
    filter: undefined,
  });
  readonly #use: (packet: Packet) => void;

  /**
   * @param operation what it is for, after "cannot" in an error
   * @param use called from the event loop; the packet is valid until it returns
   */
  constructor(index: number, identifier: number, operation: string, use: (packet: Packet) => void) {
    this.#use = use;
    this.#ring = this.#resources.add(
      new PacketRing({
        index,
        operation,
        cooked: false,
        promiscuous: false,
        filter: echoFilter(identifier),
        bufferSize: BUFFER_SIZE,
        blockTimeout: BLOCK_TIMEOUT_MS,
      }),
    );
    try {
      this.#ring.listen();
      this.#resources.add(this.#ring.watch(() => this.#take()));
    } catch (error) {
      this[Symbol.dispose]();
      throw error;
    }
  }

  #take(): void {
    for (let block = this.#ring.ready(); block; block = this.#ring.ready()) {
      this.#batch.open(block);
      while (this.#batch.next()) this.#use(this.#batch.packet);
      this.#batch.close();
      this.#ring.release();
    }
    // An error that nobody takes would have this called for ever; what it says, sending says too.
    this.#ring.takeError();
  }

  [Symbol.dispose](): void {
    this.#resources[Symbol.dispose]();
  }
}

/** Offsets in an Ethernet frame of the type, the IPv4 fields, IPv6's next header, and in a message of the identifier. */
const ETHER_TYPE = 12;
const IPV4_FRAGMENT = ETHERNET_SIZE + 6;
const IPV4_PROTOCOL = ETHERNET_SIZE + 9;
const IPV6_NEXT_HEADER = ETHERNET_SIZE + 6;
const IDENTIFIER = 4;
const FRAGMENT_OFFSET = 0x1fff;

/** Refuses all but ICMP and ICMPv6 messages with this identifier, so that the load and other traffic cost nothing here. */
export function echoFilter(identifier: number): bpf.Instruction[] {
  const load = (size: number, mode: number, k: number): bpf.Instruction =>
    bpf.statement(bpf.BPF_LD | size | mode, k);
  return [
    load(bpf.BPF_H, bpf.BPF_ABS, ETHER_TYPE),
    bpf.jump(bpf.BPF_JEQ, ETH_P_IP, 0, 7),
    load(bpf.BPF_B, bpf.BPF_ABS, IPV4_PROTOCOL),
    bpf.jump(bpf.BPF_JEQ, IPPROTO_ICMP, 0, 11),
    load(bpf.BPF_H, bpf.BPF_ABS, IPV4_FRAGMENT),
    bpf.jump(bpf.BPF_JSET, FRAGMENT_OFFSET, 9, 0),
    bpf.statement(bpf.BPF_LDX | bpf.BPF_B | bpf.BPF_MSH, ETHERNET_SIZE),
    load(bpf.BPF_H, bpf.BPF_IND, ETHERNET_SIZE + IDENTIFIER),
    bpf.jump(bpf.BPF_JEQ, identifier, 5, 6),
    bpf.jump(bpf.BPF_JEQ, ETH_P_IPV6, 0, 5),
    load(bpf.BPF_B, bpf.BPF_ABS, IPV6_NEXT_HEADER),
    bpf.jump(bpf.BPF_JEQ, IPPROTO_ICMPV6, 0, 3),
    load(bpf.BPF_H, bpf.BPF_ABS, ETHERNET_SIZE + IPV6_SIZE + IDENTIFIER),
    bpf.jump(bpf.BPF_JEQ, identifier, 0, 1),
    bpf.accept(2 ** 18),
    bpf.accept(0),
  ];
}

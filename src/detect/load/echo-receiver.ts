import { RingBatch } from "../../capture/live/ring-batch.js";
import type { Packet } from "../../capture/packet.js";
import { DisposableList } from "../../disposable-list.js";
import { PacketRing } from "../../linux/packet/packet-ring.js";
import * as bpf from "../../wire/kernel/bpf/classic.js";
import { ETH_P_IP, ETH_P_IPV6 } from "../../wire/packet/link/ether-type.js";
import * as ethernet from "../../wire/packet/link/ethernet.js";
import * as icmp from "../../wire/packet/network/icmp.js";
import * as icmp6 from "../../wire/packet/network/icmp6/icmp6-header.js";
import * as ipv4 from "../../wire/packet/network/ipv4.js";
import * as ipv6 from "../../wire/packet/network/ipv6.js";
import { IPPROTO_ICMP, IPPROTO_ICMPV6 } from "../../wire/packet/network/protocol-number.js";

const { BPF_B, BPF_H, ifEqual, load } = bpf;
const { ETHERNET_SIZE } = ethernet;

const BUFFER_SIZE = 1024 * 1024;
/** The time in milliseconds after which the kernel hands over a block that isn't full. */
const BLOCK_TIMEOUT_MS = 1;
const SNAP_LENGTH = 2 ** 18;

/**
 * Receives echo messages of one identifier, in both directions, with the kernel's timestamps. Both ends of a round trip
 * are thus measured by one clock, and neither has to wait for this process. It doesn't make the interface promiscuous.
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
   * @param operation what it is for; it follows "cannot" in an error message
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
    // An error that isn't taken would cause endless calls. Sending reports the same error.
    this.#ring.takeError();
  }

  [Symbol.dispose](): void {
    this.#resources[Symbol.dispose]();
  }
}

/**
 * Returns a filter that accepts only ICMP and ICMPv6 messages with this identifier, so that the load and other traffic
 * cost nothing here.
 */
export function echoFilter(identifier: number): bpf.Instruction[] {
  return [
    load(BPF_H, ethernet.field.etherType),
    ifEqual(ETH_P_IP, 0, 7),
    load(BPF_B, ETHERNET_SIZE + ipv4.field.protocol),
    ifEqual(IPPROTO_ICMP, 0, 11),
    load(BPF_H, ETHERNET_SIZE + ipv4.field.fragment),
    bpf.jump(bpf.BPF_JSET, ipv4.IP_OFFMASK, 9, 0),
    // Adds the length of the IPv4 header to the offset.
    bpf.statement(bpf.BPF_LDX | BPF_B | bpf.BPF_MSH, ETHERNET_SIZE),
    bpf.statement(bpf.BPF_LD | BPF_H | bpf.BPF_IND, ETHERNET_SIZE + icmp.field.identifier),
    ifEqual(identifier, 5, 6),
    ifEqual(ETH_P_IPV6, 0, 5),
    load(BPF_B, ETHERNET_SIZE + ipv6.field.nextHeader),
    ifEqual(IPPROTO_ICMPV6, 0, 3),
    load(BPF_H, ETHERNET_SIZE + ipv6.IPV6_SIZE + icmp6.field.identifier),
    ifEqual(identifier, 0, 1),
    bpf.accept(SNAP_LENGTH),
    bpf.accept(0),
  ];
}

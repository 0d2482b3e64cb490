import type { RingBlock } from "../../linux/packet/packet-ring.js";
import { hostIsLittleEndian, NO_BYTES } from "../../wire/bytes.js";
import type { PacketFilter } from "../../wire/kernel/bpf/run.js";
import {
  blockWord,
  FRAME_ADDRESS,
  frameWord,
  TP_STATUS_VLAN_TPID_VALID,
  TP_STATUS_VLAN_VALID,
} from "../../wire/kernel/packet-ring.js";
import { linkAddressField } from "../../wire/kernel/socket-address.js";
import { writeBe16 } from "../../wire/network-order.js";
import { ETH_P_8021Q } from "../../wire/packet/link/ether-type.js";
import * as ethernet from "../../wire/packet/link/ethernet.js";
import { linkAddressToSll, SLL_SIZE } from "../../wire/packet/link/sll.js";
import { linkAddressToSll2, SLL2_SIZE } from "../../wire/packet/link/sll2.js";
import { VLAN_SIZE } from "../../wire/packet/link/vlan.js";
import type { Packet, PacketBatch } from "../packet.js";

/** Offset at which a VLAN tag is inserted: between the addresses and the EtherType. */
const TAG = ethernet.field.etherType;
const NO_WORDS = new Uint32Array(NO_BYTES.buffer);
const NO_VIEW = new DataView(NO_BYTES.buffer);

export interface RingBatchOptions {
  readonly interfaceId: number;
  /** In bytes. */
  readonly snapLength: number;
  /**
   * The header before the packets: `ethernet` frames may have had a VLAN tag, and packets without a header get one of
   * `sll` or `sll2`.
   */
  readonly header: "ethernet" | "sll" | "sll2" | "other";
  /** The filter to apply here, if the kernel can't run it. */
  readonly filter: PacketFilter | undefined;
}

/**
 * Walks the frames of ring blocks in place; one object for all blocks of an interface.
 * @hideconstructor
 */
export class RingBatch implements PacketBatch {
  readonly packet: Packet;
  /**
   * How many packets were handed out, by `sll_pkttype`.
   * @internal
   */
  readonly handedOut = new Float64Array(8);
  /**
   * How many {@link RingBatchOptions.filter} refused.
   * @internal
   */
  refused = 0;
  readonly #snapLength: number;
  readonly #header: RingBatchOptions["header"];
  readonly #filter: PacketFilter | undefined;
  #bytes = NO_BYTES;
  #words: Uint32Array = NO_WORDS;
  #view: DataView = NO_VIEW;
  #left = 0;
  /** Index of the next frame's `tpacket3_hdr`, in 32-bit words. */
  #at = 0;

  constructor({ interfaceId, snapLength, header, filter }: RingBatchOptions) {
    this.#snapLength = snapLength;
    this.#header = header;
    this.#filter = filter;
    const none = { start: 0, capturedLength: 0, length: 0, seconds: 0, nanoseconds: 0, packetType: -1 };
    this.packet = { bytes: NO_BYTES, ...none, interfaceId };
  }

  /** The memory that holds all packets of this batch. */
  get bytes(): Uint8Array {
    return this.#bytes;
  }

  /** The same memory as a DataView. */
  get view(): DataView {
    return this.#view;
  }

  /**
   * Begins a block.
   * @internal
   */
  open({ bytes, words, view }: RingBlock): void {
    this.#bytes = bytes;
    this.#view = view;
    this.#words = words;
    this.#left = words[blockWord.packets] as number;
    this.#at = (words[blockWord.firstPacket] as number) / 4;
    this.packet.bytes = bytes;
  }

  /** The number of packets left in the block. */
  get left(): number {
    return this.#left;
  }

  /**
   * Ends the block: its memory is the kernel's again.
   * @internal
   */
  close(): void {
    this.#left = 0;
    this.#bytes = NO_BYTES;
    this.#words = NO_WORDS;
    this.#view = NO_VIEW;
    this.packet.bytes = NO_BYTES;
    this.packet.capturedLength = 0;
  }

  next(): boolean {
    while (this.#left > 0) {
      this.#left--;
      this.#fill();
      if (this.#filter && !this.#passes(this.#filter)) continue;
      const { packet } = this;
      if (packet.capturedLength > this.#snapLength) packet.capturedLength = this.#snapLength;
      (this.handedOut[packet.packetType & 7] as number)++;
      return true;
    }
    return false;
  }

  #fill(): void {
    const words = this.#words;
    const word = this.#at;
    const offsets = words[word + frameWord.offsets] as number;
    const frame = word * 4;
    const { packet } = this;
    this.#at = word + (words[word + frameWord.next] as number) / 4;
    packet.start = frame + firstHalf(offsets);
    packet.capturedLength = words[word + frameWord.captured] as number;
    packet.length = words[word + frameWord.length] as number;
    packet.seconds = words[word + frameWord.seconds] as number;
    packet.nanoseconds = words[word + frameWord.nanoseconds] as number;
    packet.packetType = this.#bytes[frame + FRAME_ADDRESS + linkAddressField.packetType] as number;
    if (this.#header === "ethernet") {
      const status = words[word + frameWord.status] as number;
      if (status & TP_STATUS_VLAN_VALID && packet.capturedLength >= TAG) this.#tag(word, status);
    } else if (this.#header === "sll2") {
      this.#prepend(SLL2_SIZE);
      linkAddressToSll2(this.#bytes, frame + FRAME_ADDRESS, packet.start);
    } else if (this.#header === "sll") {
      this.#prepend(SLL_SIZE);
      linkAddressToSll(this.#bytes, frame + FRAME_ADDRESS, packet.start);
    }
  }

  /** Inserts the VLAN tag, which the kernel or the network card removed, into the frame again. */
  #tag(word: number, status: number): void {
    const given = firstHalf(this.#words[word + frameWord.tagProtocol] as number);
    const protocol = status & TP_STATUS_VLAN_TPID_VALID ? given : ETH_P_8021Q;
    const control = this.#words[word + frameWord.tagControl] as number;
    const { start } = this.packet;
    this.#bytes.copyWithin(start - VLAN_SIZE, start, start + TAG);
    this.#prepend(VLAN_SIZE);
    writeBe16(this.#bytes, start - VLAN_SIZE + TAG, protocol);
    // The tag control information follows the tag's type and precedes the original EtherType.
    writeBe16(this.#bytes, start - VLAN_SIZE + TAG + 2, control);
  }

  #prepend(size: number): void {
    this.packet.start -= size;
    this.packet.capturedLength += size;
    this.packet.length += size;
  }

  #passes(filter: PacketFilter): boolean {
    const { start, capturedLength, length } = this.packet;
    if (filter.run(this.#bytes, start, capturedLength, length) > 0) return true;
    this.refused++;
    return false;
  }
}

/** Returns the 16-bit number that comes first in a word's memory. */
function firstHalf(word: number): number {
  return hostIsLittleEndian ? word & 0xffff : word >>> 16;
}

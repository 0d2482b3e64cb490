import type { RingBlock } from "../../linux/packet/packet-ring.js";
import type { PacketFilter } from "../../wire/kernel/bpf/run.js";
import {
  blockWord,
  FRAME_ADDRESS,
  frameWord,
  linkAddressField,
  TP_STATUS_VLAN_TPID_VALID,
  TP_STATUS_VLAN_VALID,
} from "../../wire/kernel/packet-ring.js";
import { SLL2_SIZE, writeSll2 } from "../../wire/packet/link/sll2.js";
import type { Packet, PacketBatch } from "../packet.js";

const isLittleEndian = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1;
/** linux/if_ether.h */
const ETH_P_8021Q = 0x8100;
const ADDRESSES_SIZE = 12;
const TAG_SIZE = 4;
const NOTHING: Uint8Array = new Uint8Array(0);
const NO_WORDS = new Uint32Array(NOTHING.buffer);
const NO_VIEW = new DataView(NOTHING.buffer);

export interface RingBatchOptions {
  readonly interfaceId: number;
  /** In bytes. */
  readonly snapLength: number;
  /** What stands before the packets: `ethernet` may have had a VLAN tag, `cooked` gets an SLL2 header. */
  readonly header: "ethernet" | "cooked" | "other";
  /** What the kernel couldn't filter. */
  readonly filter: PacketFilter | undefined;
}

/** Walks the frames of ring blocks in place; one object for all blocks of an interface. */
export class RingBatch implements PacketBatch {
  readonly packet: Packet;
  /** How many packets were handed out, by `sll_pkttype`. */
  readonly handedOut = new Float64Array(8);
  /** How many {@link RingBatchOptions.filter} refused. */
  refused = 0;
  readonly #snapLength: number;
  readonly #header: RingBatchOptions["header"];
  readonly #filter: PacketFilter | undefined;
  #bytes = NOTHING;
  #words: Uint32Array = NO_WORDS;
  #view: DataView = NO_VIEW;
  #left = 0;
  /** Where the next frame's `tpacket3_hdr` is, in words. */
  #at = 0;

  constructor({ interfaceId, snapLength, header, filter }: RingBatchOptions) {
    this.#snapLength = snapLength;
    this.#header = header;
    this.#filter = filter;
    const none = { start: 0, capturedLength: 0, length: 0, seconds: 0, nanoseconds: 0, packetType: -1 };
    this.packet = { bytes: NOTHING, ...none, interfaceId };
  }

  /** The memory in which all packets of this batch lie. */
  get bytes(): Uint8Array {
    return this.#bytes;
  }

  /** … and another view of it. */
  get view(): DataView {
    return this.#view;
  }

  /** Begins a block. */
  open({ bytes, words, view }: RingBlock): void {
    this.#bytes = bytes;
    this.#view = view;
    this.#words = words;
    this.#left = words[blockWord.packets] as number;
    this.#at = (words[blockWord.firstPacket] as number) / 4;
    this.packet.bytes = bytes;
  }

  /** How many packets of the block are still to come. */
  get left(): number {
    return this.#left;
  }

  /** Ends it: its memory is the kernel's again. */
  close(): void {
    this.#left = 0;
    this.#bytes = NOTHING;
    this.#words = NO_WORDS;
    this.#view = NO_VIEW;
    this.packet.bytes = NOTHING;
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
    packet.start = frame + (isLittleEndian ? offsets & 0xffff : offsets >>> 16);
    packet.capturedLength = words[word + frameWord.captured] as number;
    packet.length = words[word + frameWord.length] as number;
    packet.seconds = words[word + frameWord.seconds] as number;
    packet.nanoseconds = words[word + frameWord.nanoseconds] as number;
    packet.packetType = this.#bytes[frame + FRAME_ADDRESS + linkAddressField.packetType] as number;
    if (this.#header === "ethernet") {
      const status = words[word + frameWord.status] as number;
      if (status & TP_STATUS_VLAN_VALID && packet.capturedLength >= ADDRESSES_SIZE) this.#tag(word, status);
    } else if (this.#header === "cooked") {
      this.#prepend(SLL2_SIZE);
      writeSll2(this.#bytes, frame + FRAME_ADDRESS, packet.start);
    }
  }

  /** Puts the tag back into the frame, from which the kernel or the network card took it. */
  #tag(word: number, status: number): void {
    const protocols = this.#words[word + frameWord.tagProtocol] as number;
    const given = isLittleEndian ? protocols & 0xffff : protocols >>> 16;
    const protocol = status & TP_STATUS_VLAN_TPID_VALID ? given : ETH_P_8021Q;
    const control = this.#words[word + frameWord.tagControl] as number;
    const { start } = this.packet;
    this.#bytes.copyWithin(start - TAG_SIZE, start, start + ADDRESSES_SIZE);
    this.#prepend(TAG_SIZE);
    const tag = start - TAG_SIZE + ADDRESSES_SIZE;
    this.#bytes[tag] = protocol >>> 8;
    this.#bytes[tag + 1] = protocol & 0xff;
    this.#bytes[tag + 2] = (control >>> 8) & 0xff;
    this.#bytes[tag + 3] = control & 0xff;
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

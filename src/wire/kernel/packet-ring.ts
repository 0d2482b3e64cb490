import { writeU32 } from "../bytes.js";

// linux/if_packet.h; Documentation/networking/packet_mmap.rst, "Frame structure". All integers are in host byte order.

/** Size of `struct tpacket_req3`. */
export const TPACKET_REQ3_SIZE = 28;

/** `struct tpacket_req3`: the dimensions of a ring, for `PACKET_RX_RING`. */
export interface RingRequest {
  /** In bytes; a multiple of the page size. */
  blockSize: number;
  blockCount: number;
  /** In bytes. With version 3, the kernel only checks this value: frames have different sizes. */
  frameSize: number;
  /** The time in milliseconds after which the kernel passes on a block that isn't full (`tp_retire_blk_tov`). */
  blockTimeout: number;
}

/** Writes a `struct tpacket_req3` of `TPACKET_REQ3_SIZE` bytes. */
export function writeRingRequest(request: RingRequest, into: Uint8Array): void {
  const { blockSize, blockCount, frameSize, blockTimeout } = request;
  const frameCount = Math.floor(blockSize / frameSize) * blockCount;
  [blockSize, blockCount, frameSize, frameCount, blockTimeout, 0, 0].forEach((value, index) => {
    writeU32(into, index * 4, value);
  });
}

/** `struct tpacket_block_desc`: indexes of 32-bit words. */
export const blockWord = { status: 2, packets: 3, firstPacket: 4 } as const;

/** `struct tpacket3_hdr`: indexes of 32-bit words. */
export const frameWord = {
  /** The distance from this header to the next one, in bytes. */
  next: 0,
  seconds: 1,
  nanoseconds: 2,
  captured: 3,
  length: 4,
  status: 5,
  /** Two 16-bit integers: the offsets of the frame and of its payload from this header, in bytes. */
  offsets: 6,
  tagControl: 8,
  /** A 16-bit integer, then padding. */
  tagProtocol: 9,
} as const;

/** `struct tpacket_stats_v3`, which `PACKET_STATISTICS` reads: indexes of 32-bit words, and their number. */
export const statisticsWord = { packets: 0, drops: 1 } as const;
export const STATISTICS_WORDS = 3;

/** Offset of the `struct sockaddr_ll` after a `struct tpacket3_hdr`, in bytes. */
export const FRAME_ADDRESS = 48;

/** Status bit of a block: set if the block belongs to the program, clear if it belongs to the kernel. */
export const TP_STATUS_USER = 1 << 0;
/** The frame's VLAN tag was removed, and `tagControl` is valid. */
export const TP_STATUS_VLAN_VALID = 1 << 4;
/** `tagProtocol` is valid too. */
export const TP_STATUS_VLAN_TPID_VALID = 1 << 6;

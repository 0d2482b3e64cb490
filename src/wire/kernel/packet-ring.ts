import { writeU32 } from "../bytes.js";

// linux/if_packet.h, "Frame structure" of Documentation/networking/packet_mmap.rst. All in host byte order.

/** Size of `struct tpacket_req3`. */
export const TPACKET_REQ3_SIZE = 28;

/** `struct tpacket_req3`: the ring that is asked for, `PACKET_RX_RING`. */
export interface RingRequest {
  /** Bytes; whole pages. */
  blockSize: number;
  blockCount: number;
  /** Bytes; only what version 3 is checked against: its frames are as long as they are. */
  frameSize: number;
  /** Milliseconds after which a block that isn't full is handed over (`tp_retire_blk_tov`). */
  blockTimeout: number;
}

/** Writes `TPACKET_REQ3_SIZE` bytes. */
export function writeRingRequest(request: RingRequest, into: Uint8Array): void {
  const { blockSize, blockCount, frameSize, blockTimeout } = request;
  const frameCount = Math.floor(blockSize / frameSize) * blockCount;
  [blockSize, blockCount, frameSize, frameCount, blockTimeout, 0, 0].forEach((value, index) => {
    writeU32(into, index * 4, value);
  });
}

/** `struct tpacket_block_desc`, as indices of 32-bit words. */
export const blockWord = { status: 2, packets: 3, firstPacket: 4 } as const;

/** `struct tpacket3_hdr`, as indices of 32-bit words. */
export const frameWord = {
  /** Bytes from this header to the next one. */
  next: 0,
  seconds: 1,
  nanoseconds: 2,
  captured: 3,
  length: 4,
  status: 5,
  /** Two 16-bit numbers: where the frame begins, and where its payload does, in bytes from this header. */
  offsets: 6,
  tagControl: 8,
  /** A 16-bit number, then padding. */
  tagProtocol: 9,
} as const;

/** What `PACKET_STATISTICS` counts: `struct tpacket_stats_v3`, as indices of 32-bit words, and how many there are. */
export const statisticsWord = { packets: 0, drops: 1 } as const;
export const STATISTICS_WORDS = 3;

/** Where a `struct sockaddr_ll` follows a `struct tpacket3_hdr`. */
export const FRAME_ADDRESS = 48;

/** Whose a block is, a bit of its status. */
export const TP_STATUS_USER = 1 << 0;
/** The frame had a VLAN tag, which isn't in it; `tagControl` is right. */
export const TP_STATUS_VLAN_VALID = 1 << 4;
/** And so is `tagProtocol`. */
export const TP_STATUS_VLAN_TPID_VALID = 1 << 6;

import { writeU16, writeU32 } from "../bytes.js";

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

/** Where a `struct sockaddr_ll` follows a `struct tpacket3_hdr`. */
export const FRAME_ADDRESS = 48;

/** Whose a block is, a bit of its status. */
export const TP_STATUS_USER = 1 << 0;
/** The frame had a VLAN tag, which isn't in it; `tagControl` is right. */
export const TP_STATUS_VLAN_VALID = 1 << 4;
/** … and so is `tagProtocol`. */
export const TP_STATUS_VLAN_TPID_VALID = 1 << 6;

/** Size of `struct sockaddr_ll` (packet(7)). */
export const SOCKADDR_LL_SIZE = 20;

/** `struct sockaddr_ll`; the protocol is big-endian. */
export const linkAddressField = {
  family: 0,
  protocol: 2,
  index: 4,
  hardwareType: 8,
  packetType: 10,
  addressLength: 11,
  address: 12,
} as const;

/**
 * Writes the `SOCKADDR_LL_SIZE` bytes of the address that a packet socket is bound to.
 * @param family `AF_PACKET`
 * @param protocol `ETH_P_*`; 0 receives nothing
 * @param index of the interface; 0 is all of them
 */
export function writeLinkAddress(family: number, protocol: number, index: number, into: Uint8Array): void {
  into.fill(0, 0, SOCKADDR_LL_SIZE);
  writeU16(into, linkAddressField.family, family);
  into[linkAddressField.protocol] = protocol >> 8;
  into[linkAddressField.protocol + 1] = protocol & 0xff;
  writeU32(into, linkAddressField.index, index);
}

/** Size of `struct sock_fprog`. */
export const SOCK_FPROG_SIZE = 16;

/** `struct sock_fprog`, linux/filter.h: how long a program is, and where. */
export const programField = { length: 0, address: 8 } as const;

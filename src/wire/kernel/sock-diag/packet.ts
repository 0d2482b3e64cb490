import { need, readS32, readU16, readU32, writeU16, writeU32 } from "../../bytes.js";
import { AF_PACKET } from "../address-family.js";
import { type Instruction, readInstructions, SOCK_FILTER_SIZE, writeInstructions } from "../bpf/classic.js";
import {
  type AttributeCodec,
  AttributeSet,
  type AttributeValues,
  attribute,
  u32,
} from "../netlink/attribute.js";

// linux/packet_diag.h: what a request asks the kernel to report.
export const PACKET_SHOW_INFO = 0x01;
export const PACKET_SHOW_MCLIST = 0x02;
export const PACKET_SHOW_RING_CFG = 0x04;
export const PACKET_SHOW_FANOUT = 0x08;
export const PACKET_SHOW_FILTER = 0x20;

/** `struct packet_diag_info`. */
export interface PacketSocketInfo {
  /** Index of the interface that the socket is bound to; 0 for none. */
  index: number;
  /** 0, 1 or 2 for `TPACKET_V1`, `TPACKET_V2` or `TPACKET_V3`. */
  version: number;
  reserve: number;
  copyThreshold: number;
  timestamp: number;
  /** `PDI_*`. */
  flags: number;
}

const INFO_SIZE = 24;
const infoField = { index: 0, version: 4, reserve: 8, copyThreshold: 12, timestamp: 16, flags: 20 } as const;

const infoCodec: AttributeCodec<PacketSocketInfo> = {
  read(bytes, offset, length, path) {
    need(path, 0, INFO_SIZE, length);
    return {
      index: readU32(bytes, offset + infoField.index),
      version: readU32(bytes, offset + infoField.version),
      reserve: readU32(bytes, offset + infoField.reserve),
      copyThreshold: readU32(bytes, offset + infoField.copyThreshold),
      timestamp: readU32(bytes, offset + infoField.timestamp),
      flags: readU32(bytes, offset + infoField.flags),
    };
  },
  size: () => INFO_SIZE,
  write(value, into, offset) {
    writeU32(into, offset + infoField.index, value.index);
    writeU32(into, offset + infoField.version, value.version);
    writeU32(into, offset + infoField.reserve, value.reserve);
    writeU32(into, offset + infoField.copyThreshold, value.copyThreshold);
    writeU32(into, offset + infoField.timestamp, value.timestamp);
    writeU32(into, offset + infoField.flags, value.flags);
  },
};

/** `struct packet_diag_mclist`: one membership of a packet socket. */
export interface PacketMembership {
  /** Interface index. */
  index: number;
  /** How many times the socket added it. It counts as one request on the interface, whatever this number is. */
  count: number;
  /** `PACKET_MR_*`. */
  type: number;
  address: Uint8Array;
}

const MCLIST_ENTRY_SIZE = 44;
const MCLIST_ADDRESS_SIZE = 32;
const mclistField = { index: 0, count: 4, type: 8, addressLength: 10, address: 12 } as const;

const membershipsCodec: AttributeCodec<PacketMembership[]> = {
  read(bytes, offset, length, path) {
    const memberships: PacketMembership[] = [];
    for (let at = offset; at < offset + length; at += MCLIST_ENTRY_SIZE) {
      need(path, at, MCLIST_ENTRY_SIZE, offset + length);
      const addressLength = readU16(bytes, at + mclistField.addressLength);
      need(`${path} pdmc_alen`, 0, addressLength, MCLIST_ADDRESS_SIZE);
      memberships.push({
        index: readS32(bytes, at + mclistField.index),
        count: readU32(bytes, at + mclistField.count),
        type: readU16(bytes, at + mclistField.type),
        address: bytes.subarray(at + mclistField.address, at + mclistField.address + addressLength),
      });
    }
    return memberships;
  },
  size: (value) => value.length * MCLIST_ENTRY_SIZE,
  write(value, into, offset) {
    let at = offset;
    for (const membership of value) {
      into.fill(0, at, at + MCLIST_ENTRY_SIZE);
      writeU32(into, at + mclistField.index, membership.index);
      writeU32(into, at + mclistField.count, membership.count);
      writeU16(into, at + mclistField.type, membership.type);
      writeU16(into, at + mclistField.addressLength, membership.address.length);
      into.set(membership.address, at + mclistField.address);
      at += MCLIST_ENTRY_SIZE;
    }
  },
};

/** `struct packet_diag_ring`: the size of a ring of frames that the socket shares with its process. */
export interface PacketSocketRing {
  /** Bytes of each block. */
  blockSize: number;
  blocks: number;
  /** Bytes of each frame, if all frames have the same size. */
  frameSize: number;
  frames: number;
  /** Milliseconds after which the kernel hands over a block that isn't full. */
  timeout: number;
  /** Bytes of each block that the kernel leaves to the process. */
  privateSize: number;
  /** `TP_FT_*`. */
  features: number;
}

const RING_SIZE = 28;
const ringField = {
  blockSize: 0,
  blocks: 4,
  frameSize: 8,
  frames: 12,
  timeout: 16,
  privateSize: 20,
  features: 24,
} as const;

const ringCodec: AttributeCodec<PacketSocketRing> = {
  read(bytes, offset, length, path) {
    need(path, 0, RING_SIZE, length);
    return {
      blockSize: readU32(bytes, offset + ringField.blockSize),
      blocks: readU32(bytes, offset + ringField.blocks),
      frameSize: readU32(bytes, offset + ringField.frameSize),
      frames: readU32(bytes, offset + ringField.frames),
      timeout: readU32(bytes, offset + ringField.timeout),
      privateSize: readU32(bytes, offset + ringField.privateSize),
      features: readU32(bytes, offset + ringField.features),
    };
  },
  size: () => RING_SIZE,
  write(value, into, offset) {
    writeU32(into, offset + ringField.blockSize, value.blockSize);
    writeU32(into, offset + ringField.blocks, value.blocks);
    writeU32(into, offset + ringField.frameSize, value.frameSize);
    writeU32(into, offset + ringField.frames, value.frames);
    writeU32(into, offset + ringField.timeout, value.timeout);
    writeU32(into, offset + ringField.privateSize, value.privateSize);
    writeU32(into, offset + ringField.features, value.features);
  },
};

/** A fanout group: the sockets in it share the frames, so that each frame goes to one of them. */
export interface PacketSocketFanout {
  /** The group's number, from 0 to 65,535, which counts within one network namespace. */
  group: number;
  /** How frames are shared: `PACKET_FANOUT_*`, without its flags. */
  mode: number;
}

const FANOUT_SIZE = 4;

// net/packet/af_packet.c packs both numbers into one u32 in host byte order.
const fanoutCodec: AttributeCodec<PacketSocketFanout> = {
  read(bytes, offset, length, path) {
    need(path, 0, FANOUT_SIZE, length);
    const packed = readU32(bytes, offset);
    return { group: packed & 0xffff, mode: packed >>> 16 };
  },
  size: () => FANOUT_SIZE,
  write({ group, mode }, into, offset) {
    writeU32(into, offset, ((mode << 16) | group) >>> 0);
  },
};

/** A socket's filter, an array of `struct sock_filter`. */
const filterCodec: AttributeCodec<Instruction[]> = {
  read: (bytes, offset, length) => readInstructions(bytes.subarray(offset, offset + length)),
  size: (program) => program.length * SOCK_FILTER_SIZE,
  write: (program, into, offset) => writeInstructions(program, into.subarray(offset)),
};

// linux/packet_diag.h: PACKET_DIAG_*
const packetSocketAttributes = {
  info: attribute(0, "PACKET_DIAG_INFO", infoCodec),
  memberships: attribute(1, "PACKET_DIAG_MCLIST", membershipsCodec),
  receiveRing: attribute(2, "PACKET_DIAG_RX_RING", ringCodec),
  fanout: attribute(4, "PACKET_DIAG_FANOUT", fanoutCodec),
  uid: attribute(5, "PACKET_DIAG_UID", u32),
  filter: attribute(7, "PACKET_DIAG_FILTER", filterCodec),
};

const attributes = new AttributeSet(packetSocketAttributes);

/** `struct packet_diag_msg` with its attributes: one packet socket. */
export interface PacketSocket extends AttributeValues<typeof packetSocketAttributes> {
  /** `SOCK_RAW` 3 or `SOCK_DGRAM` 2. */
  type: number;
  /** `ETH_P_*` in host byte order. A socket with 0 receives nothing. */
  protocol: number;
  /** The socket's inode number, as in `/proc/PID/fd`: `socket:[INODE]`. */
  inode: number;
}

const PACKET_DIAG_MSG_SIZE = 16;
const field = { family: 0, type: 1, protocol: 2, inode: 4, cookie: 8 } as const;

export function readPacketSocket(payload: Uint8Array): PacketSocket {
  need("packet_diag_msg", 0, PACKET_DIAG_MSG_SIZE, payload.length);
  return {
    type: payload[field.type] as number,
    protocol: readU16(payload, field.protocol),
    inode: readU32(payload, field.inode),
    ...attributes.read(payload, PACKET_DIAG_MSG_SIZE, payload.length, "packet_diag_msg"),
  };
}

export function packetSocketSize(socket: PacketSocket): number {
  return PACKET_DIAG_MSG_SIZE + attributes.size(socket);
}

export function writePacketSocket(socket: PacketSocket, into: Uint8Array, offset: number): number {
  into.fill(0, offset, offset + PACKET_DIAG_MSG_SIZE);
  into[offset + field.family] = AF_PACKET;
  into[offset + field.type] = socket.type;
  writeU16(into, offset + field.protocol, socket.protocol);
  writeU32(into, offset + field.inode, socket.inode);
  return attributes.write(socket, into, offset + PACKET_DIAG_MSG_SIZE);
}

import { need, readS32, readU16, readU32, writeU16, writeU32 } from "../../bytes.js";
import {
  type AttributeCodec,
  AttributeSet,
  type AttributeValues,
  attribute,
  u32,
} from "../netlink/attribute.js";

// linux/sock_diag.h
export const SOCK_DIAG_BY_FAMILY = 20;

// bits/socket.h
export const AF_PACKET = 17;

// linux/packet_diag.h: what a request asks to be shown
export const PACKET_SHOW_INFO = 0x01;
export const PACKET_SHOW_MCLIST = 0x02;

/** Size of `struct packet_diag_req`. */
export const PACKET_DIAG_REQUEST_SIZE = 20;

/** Writes `struct packet_diag_req`: every packet socket of the namespace, with what `show` (`PACKET_SHOW_*`) names. */
export function writePacketDiagRequest(show: number, into: Uint8Array): void {
  into.fill(0, 0, PACKET_DIAG_REQUEST_SIZE);
  into[0] = AF_PACKET;
  writeU32(into, 8, show);
}

/** `struct packet_diag_info`. */
export interface PacketSocketInfo {
  /** Index of the interface that the socket is bound to; 0 for none. */
  index: number;
  /** 0, 1 or 2 for `TPACKET_V1`, `V2`, `V3`. */
  version: number;
  reserve: number;
  copyThreshold: number;
  timestamp: number;
  /** `PDI_*`. */
  flags: number;
}

const INFO_SIZE = 24;

const infoCodec: AttributeCodec<PacketSocketInfo> = {
  read(bytes, offset, length, path) {
    need(path, 0, INFO_SIZE, length);
    return {
      index: readU32(bytes, offset),
      version: readU32(bytes, offset + 4),
      reserve: readU32(bytes, offset + 8),
      copyThreshold: readU32(bytes, offset + 12),
      timestamp: readU32(bytes, offset + 16),
      flags: readU32(bytes, offset + 20),
    };
  },
  size: () => INFO_SIZE,
  write(value, into, offset) {
    writeU32(into, offset, value.index);
    writeU32(into, offset + 4, value.version);
    writeU32(into, offset + 8, value.reserve);
    writeU32(into, offset + 12, value.copyThreshold);
    writeU32(into, offset + 16, value.timestamp);
    writeU32(into, offset + 20, value.flags);
  },
};

/** `struct packet_diag_mclist`: one membership of a packet socket. */
export interface PacketMembership {
  /** Index of the interface. */
  index: number;
  /** How often the socket added it; it weighs one unit on the interface whatever this is. */
  count: number;
  /** `PACKET_MR_*`. */
  type: number;
  address: Uint8Array;
}

const MCLIST_ENTRY_SIZE = 44;
const MCLIST_ADDRESS_SIZE = 32;

const membershipsCodec: AttributeCodec<PacketMembership[]> = {
  read(bytes, offset, length, path) {
    const memberships: PacketMembership[] = [];
    for (let at = offset; at < offset + length; at += MCLIST_ENTRY_SIZE) {
      need(path, at, MCLIST_ENTRY_SIZE, offset + length);
      const addressLength = readU16(bytes, at + 10);
      need(`${path} pdmc_alen`, 0, addressLength, MCLIST_ADDRESS_SIZE);
      memberships.push({
        index: readS32(bytes, at),
        count: readU32(bytes, at + 4),
        type: readU16(bytes, at + 8),
        address: bytes.subarray(at + 12, at + 12 + addressLength),
      });
    }
    return memberships;
  },
  size: (value) => value.length * MCLIST_ENTRY_SIZE,
  write(value, into, offset) {
    let at = offset;
    for (const membership of value) {
      into.fill(0, at, at + MCLIST_ENTRY_SIZE);
      writeU32(into, at, membership.index);
      writeU32(into, at + 4, membership.count);
      writeU16(into, at + 8, membership.type);
      writeU16(into, at + 10, membership.address.length);
      into.set(membership.address, at + 12);
      at += MCLIST_ENTRY_SIZE;
    }
  },
};

// linux/packet_diag.h: PACKET_DIAG_*
const packetSocketAttributes = {
  info: attribute(0, "PACKET_DIAG_INFO", infoCodec),
  memberships: attribute(1, "PACKET_DIAG_MCLIST", membershipsCodec),
  uid: attribute(5, "PACKET_DIAG_UID", u32),
};

const attributes = new AttributeSet(packetSocketAttributes);

/** `struct packet_diag_msg` with its attributes: one packet socket. */
export interface PacketSocket extends AttributeValues<typeof packetSocketAttributes> {
  /** `SOCK_RAW` 3 or `SOCK_DGRAM` 2. */
  type: number;
  /** `ETH_P_*` in host byte order; 0 receives nothing. */
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

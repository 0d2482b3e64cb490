import { malformed, need, readU16, readU32, writeU16, writeU32 } from "../../bytes.js";

// linux/netlink.h
export const NLMSG_NOOP = 1;
export const NLMSG_ERROR = 2;
export const NLMSG_DONE = 3;

export const NLM_F_REQUEST = 0x01;
export const NLM_F_MULTI = 0x02;
export const NLM_F_ACK = 0x04;
export const NLM_F_DUMP_INTR = 0x10;
export const NLM_F_CAPPED = 0x100;
export const NLM_F_ACK_TLVS = 0x200;
export const NLM_F_DUMP = 0x300;

/** Size of `struct nlmsghdr`. */
export const NLMSG_HDRLEN = 16;

/** Offsets in `struct nlmsghdr`. */
export const field = { length: 0, type: 4, flags: 6, sequence: 8, portId: 12 } as const;

/** One netlink message (netlink(7)). All integers are in host byte order. */
export interface NetlinkMessage {
  readonly type: number;
  readonly flags: number;
  readonly sequence: number;
  readonly portId: number;
  /** The bytes after the header, without padding: a view, which is valid as long as the bytes it was read from. */
  readonly payload: Uint8Array;
}

/** Rounds up to a multiple of 4, which both `NLMSG_ALIGNTO` and `NLA_ALIGNTO` are. */
export function align(length: number): number {
  return (length + 3) & ~3;
}

/** Reads all messages in a datagram. */
export function readMessages(datagram: Uint8Array): NetlinkMessage[] {
  const messages: NetlinkMessage[] = [];
  const end = datagram.length;
  for (let at = 0; at < end; ) {
    need("nlmsghdr", at, NLMSG_HDRLEN, end);
    const length = readU32(datagram, at + field.length);
    if (length < NLMSG_HDRLEN)
      throw malformed("nlmsghdr nlmsg_len", `${length} is less than ${NLMSG_HDRLEN}`);
    need("netlink message", at, length, end);
    messages.push({
      type: readU16(datagram, at + field.type),
      flags: readU16(datagram, at + field.flags),
      sequence: readU32(datagram, at + field.sequence),
      portId: readU32(datagram, at + field.portId),
      payload: datagram.subarray(at + NLMSG_HDRLEN, at + length),
    });
    at += align(length);
  }
  return messages;
}

/** Returns the number of bytes that {@link writeMessage} writes, including padding. */
export function messageSize(message: NetlinkMessage): number {
  return align(NLMSG_HDRLEN + message.payload.length);
}

/** Writes a message at `offset`, and clears its padding. Returns the offset after it. */
export function writeMessage(message: NetlinkMessage, into: Uint8Array, offset: number): number {
  const length = NLMSG_HDRLEN + message.payload.length;
  const next = offset + messageSize(message);
  writeU32(into, offset + field.length, length);
  writeU16(into, offset + field.type, message.type);
  writeU16(into, offset + field.flags, message.flags);
  writeU32(into, offset + field.sequence, message.sequence);
  writeU32(into, offset + field.portId, message.portId);
  into.set(message.payload, offset + NLMSG_HDRLEN);
  into.fill(0, offset + length, next);
  return next;
}

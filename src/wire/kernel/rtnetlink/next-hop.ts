import { malformed, need, readS32, readU16, writeU16, writeU32 } from "../../bytes.js";
import {
  type AttributeCodec,
  AttributeSet,
  type AttributeValues,
  attribute,
  binary,
} from "../netlink/attribute.js";
import { align } from "../netlink/message.js";

/**
 * `struct rtvia`: a router's address of another family than the destination's, such as for IPv4 over IPv6 (RFC 8950).
 */
export interface Via {
  family: number;
  address: Uint8Array;
}

const RTVIA_SIZE = 2;

const rtvia: AttributeCodec<Via> = {
  read(bytes, offset, length, path) {
    need(path, 0, RTVIA_SIZE, length);
    return { family: readU16(bytes, offset), address: bytes.subarray(offset + RTVIA_SIZE, offset + length) };
  },
  size: ({ address }) => RTVIA_SIZE + address.length,
  write({ family, address }, into, offset) {
    writeU16(into, offset, family);
    into.set(address, offset + RTVIA_SIZE);
  },
};

/**
 * linux/rtnetlink.h: the attributes that name a router, both in routes with one next hop and in each of several next
 * hops.
 */
export const routerAttributes = {
  gateway: attribute(5, "RTA_GATEWAY", binary),
  via: attribute(18, "RTA_VIA", rtvia),
};

const attributes = new AttributeSet(routerAttributes);

/** `struct rtnexthop` with its attributes (rtnetlink(7)): one of the next hops of a route. */
export interface NextHop extends AttributeValues<typeof routerAttributes> {
  /** `RTNH_F_*`. */
  flags: number;
  /** The weight minus one. */
  hops: number;
  /** Interface index. */
  index: number;
}

const RTNEXTHOP_SIZE = 8;
const field = { length: 0, flags: 2, hops: 3, index: 4 } as const;

function nextHopSize(nextHop: NextHop): number {
  return RTNEXTHOP_SIZE + attributes.size(nextHop);
}

/** Codec of `RTA_MULTIPATH`, a list of next hops. Byte fields are views of the received bytes. */
export const nextHopList: AttributeCodec<NextHop[]> = {
  read(bytes, offset, length, path) {
    const nextHops: NextHop[] = [];
    const end = offset + length;
    for (let at = offset; at < end; ) {
      need(path, at, RTNEXTHOP_SIZE, end);
      const size = readU16(bytes, at + field.length);
      if (size < RTNEXTHOP_SIZE)
        throw malformed(`${path} rtnh_len`, `${size} is less than ${RTNEXTHOP_SIZE}`);
      need(path, at, size, end);
      nextHops.push({
        flags: bytes[at + field.flags] as number,
        hops: bytes[at + field.hops] as number,
        index: readS32(bytes, at + field.index),
        ...attributes.read(bytes, at + RTNEXTHOP_SIZE, at + size, path),
      });
      at += align(size);
    }
    return nextHops;
  },
  size: (nextHops) => nextHops.reduce((sum, nextHop) => sum + nextHopSize(nextHop), 0),
  write(nextHops, into, offset) {
    let at = offset;
    for (const nextHop of nextHops) {
      writeU16(into, at + field.length, nextHopSize(nextHop));
      into[at + field.flags] = nextHop.flags;
      into[at + field.hops] = nextHop.hops;
      writeU32(into, at + field.index, nextHop.index);
      at = attributes.write(nextHop, into, at + RTNEXTHOP_SIZE);
    }
  },
};

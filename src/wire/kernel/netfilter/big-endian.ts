import { need } from "../../bytes.js";
import { readBe16, readBe32, writeBe16, writeBe32 } from "../../network-order.js";
import type { AttributeCodec } from "../netlink/attribute.js";

// The integers in netfilter's attributes are in network byte order, unlike those of other netlink families.

export const be16: AttributeCodec<number> = {
  read(bytes, offset, length, path) {
    need(path, 0, 2, length);
    return readBe16(bytes, offset);
  },
  size: () => 2,
  write(value, into, offset) {
    writeBe16(into, offset, value);
  },
};

export const be32: AttributeCodec<number> = {
  read(bytes, offset, length, path) {
    need(path, 0, 4, length);
    return readBe32(bytes, offset);
  },
  size: () => 4,
  write(value, into, offset) {
    writeBe32(into, offset, value);
  },
};

/** A signed number. */
export const beS32: AttributeCodec<number> = {
  ...be32,
  read: (bytes, offset, length, path) => be32.read(bytes, offset, length, path) | 0,
  write(value, into, offset) {
    writeBe32(into, offset, value >>> 0);
  },
};

export const be64: AttributeCodec<bigint> = {
  read(bytes, offset, length, path) {
    need(path, 0, 8, length);
    return (BigInt(readBe32(bytes, offset)) << 32n) | BigInt(readBe32(bytes, offset + 4));
  },
  size: () => 8,
  write(value, into, offset) {
    writeBe32(into, offset, Number(value >> 32n));
    writeBe32(into, offset + 4, Number(value & 0xffff_ffffn));
  },
};

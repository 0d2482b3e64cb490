import { need, readU32, writeU32 } from "../../bytes.js";
import {
  type AttributeCodec,
  AttributeSet,
  type AttributeValues,
  attribute,
  binary,
  string,
  u8,
  u32,
} from "../netlink/attribute.js";

// linux/rtnetlink.h
export const RTM_NEWADDR = 20;
export const RTM_DELADDR = 21;
export const RTM_GETADDR = 22;
/** linux/rtnetlink.h: bits of `nl_groups`. */
export const RTMGRP_IPV4_IFADDR = 0x10;
export const RTMGRP_IPV6_IFADDR = 0x100;

// linux/if_addr.h
export const IFA_F_SECONDARY = 0x01;
export const IFA_F_NODAD = 0x02;
export const IFA_F_OPTIMISTIC = 0x04;
export const IFA_F_DADFAILED = 0x08;
export const IFA_F_HOMEADDRESS = 0x10;
export const IFA_F_DEPRECATED = 0x20;
export const IFA_F_TENTATIVE = 0x40;
export const IFA_F_PERMANENT = 0x80;
export const IFA_F_MANAGETEMPADDR = 0x100;
export const IFA_F_NOPREFIXROUTE = 0x200;
export const IFA_F_MCAUTOJOIN = 0x400;
export const IFA_F_STABLE_PRIVACY = 0x800;

/** `INFINITY_LIFE_TIME` of linux/if_addr.h: the address stays valid, or preferred, for ever. */
export const INFINITY_LIFE_TIME = 0xffff_ffff;

/** The fields of `struct ifa_cacheinfo` about the address's lifetime, in seconds. */
export interface AddressLifetime {
  preferred: number;
  valid: number;
  /** When the address was created and last updated, in hundredths of a second since boot. */
  created: number;
  updated: number;
}

const cacheInfo: AttributeCodec<AddressLifetime> = {
  read(bytes, offset, length, path) {
    need(path, 0, 16, length);
    return {
      preferred: readU32(bytes, offset),
      valid: readU32(bytes, offset + 4),
      created: readU32(bytes, offset + 8),
      updated: readU32(bytes, offset + 12),
    };
  },
  size: () => 16,
  write(value, into, offset) {
    writeU32(into, offset, value.preferred);
    writeU32(into, offset + 4, value.valid);
    writeU32(into, offset + 8, value.created);
    writeU32(into, offset + 12, value.updated);
  },
};

// linux/if_addr.h
const addressAttributes = {
  /** The peer's address on a point-to-point link; otherwise the interface's own address. */
  address: attribute(1, "IFA_ADDRESS", binary),
  local: attribute(2, "IFA_LOCAL", binary),
  label: attribute(3, "IFA_LABEL", string),
  broadcast: attribute(4, "IFA_BROADCAST", binary),
  anycast: attribute(5, "IFA_ANYCAST", binary),
  lifetime: attribute(6, "IFA_CACHEINFO", cacheInfo),
  /** All `IFA_F_*` flags. The header only holds the lowest eight. */
  allFlags: attribute(8, "IFA_FLAGS", u32),
  /** Who created the address: `IFAPROT_*`. Since Linux 5.18. */
  protocol: attribute(11, "IFA_PROTO", u8),
};

const attributes = new AttributeSet(addressAttributes);

/** `struct ifaddrmsg` with its attributes (rtnetlink(7)). */
export interface Address extends AttributeValues<typeof addressAttributes> {
  family: number;
  prefixLength: number;
  flags: number;
  /** `RT_SCOPE_*`. */
  scope: number;
  /** Index of the interface. */
  index: number;
}

const IFADDRMSG_SIZE = 8;
const field = { family: 0, prefixLength: 1, flags: 2, scope: 3, index: 4 } as const;

/** Reads the payload of an `RTM_*ADDR` message. Byte fields are views of `payload`. */
export function readAddress(payload: Uint8Array): Address {
  need("ifaddrmsg", 0, IFADDRMSG_SIZE, payload.length);
  return {
    family: payload[field.family] as number,
    prefixLength: payload[field.prefixLength] as number,
    flags: payload[field.flags] as number,
    scope: payload[field.scope] as number,
    index: readU32(payload, field.index),
    ...attributes.read(payload, IFADDRMSG_SIZE, payload.length, "ifaddrmsg"),
  };
}

export function addressSize(address: Address): number {
  return IFADDRMSG_SIZE + attributes.size(address);
}

/** Writes the payload of an `RTM_*ADDR` message at `offset`. Returns the offset after it. */
export function writeAddress(address: Address, into: Uint8Array, offset: number): number {
  into[offset + field.family] = address.family;
  into[offset + field.prefixLength] = address.prefixLength;
  into[offset + field.flags] = address.flags;
  into[offset + field.scope] = address.scope;
  writeU32(into, offset + field.index, address.index);
  return attributes.write(address, into, offset + IFADDRMSG_SIZE);
}

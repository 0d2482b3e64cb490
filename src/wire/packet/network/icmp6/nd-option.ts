import { hardwareAddressAt, MAC_SIZE } from "../../../hardware-address.js";
import { IPV6_ADDRESS_SIZE, ipv6AddressAt } from "../../../inet-address.js";
import { readBe32, writeBe32 } from "../../../network-order.js";
import { writeIpv6Address, writeMac } from "../../../parse-address.js";

// Types (https://www.iana.org/assignments/icmpv6-parameters). The names begin as in netinet/icmp6.h.
export const ND_OPT_SOURCE_LINKADDR = 1;
export const ND_OPT_TARGET_LINKADDR = 2;
export const ND_OPT_PREFIX_INFORMATION = 3;
export const ND_OPT_REDIRECTED_HEADER = 4;
export const ND_OPT_MTU = 5;
export const ND_OPT_ADVERTISEMENT_INTERVAL = 7;
export const ND_OPT_HOME_AGENT_INFO = 8;
export const ND_OPT_ROUTE_INFO = 24;
export const ND_OPT_RDNSS = 25;
export const ND_OPT_DNSSL = 31;

/** The unit of an option's length, in bytes (RFC 4861, 4.6). */
export const UNIT = 8;

/** Offsets from an option's start, in bytes (RFC 4861, 4.6). */
export const field = { type: 0, length: 1, data: 2 } as const;

/** Offsets in prefix information, and its size (RFC 4861, 4.6.2). */
export const prefix = { length: 2, flags: 3, valid: 4, preferred: 8, prefix: 16, size: 32 } as const;
/** Offsets in the MTU option, and its size (RFC 4861, 4.6.4). */
const mtuOption = { mtu: 4, size: 8 } as const;
/** Offsets in the option of recursive DNS servers (RFC 8106, 5.1). It ends with a list of addresses. */
export const rdnss = { lifetime: 4, addresses: 8 } as const;
/** Size of an option with an Ethernet address, in bytes. */
const LINK_ADDRESS_SIZE = field.data + MAC_SIZE;

// Flags of a prefix (RFC 4861, 4.6.2); the router address flag is from RFC 6275.
export const ND_OPT_PI_FLAG_ONLINK = 0x80;
export const ND_OPT_PI_FLAG_AUTO = 0x40;
export const ND_OPT_PI_FLAG_RADDR = 0x20;
/** All flags except the first two. */
const OTHER_PREFIX_FLAGS = 0x3f;

/** An infinite lifetime (RFC 4861, 4.6.2). */
export const ND_OPT_PI_INFINITY = 0xffff_ffff;

// These functions read the fields of an option at `at` without checks: what they read must lie within `bytes`.

/** Returns the option's type: `ND_OPT_*`. */
export function type(bytes: Uint8Array, at: number): number {
  return bytes[at + field.type] as number;
}

/** Returns the size of the whole option in bytes; 0 is malformed. */
export function size(bytes: Uint8Array, at: number): number {
  return (bytes[at + field.length] as number) * UNIT;
}

/** Returns the length of a prefix in bits. */
export function prefixLength(bytes: Uint8Array, at: number): number {
  return bytes[at + prefix.length] as number;
}

/** Returns `ND_OPT_PI_FLAG_*` bits. */
export function prefixFlags(bytes: Uint8Array, at: number): number {
  return bytes[at + prefix.flags] as number;
}

/** Returns the valid lifetime of a prefix in seconds. */
export function validLifetime(bytes: Uint8Array, at: number): number {
  return readBe32(bytes, at + prefix.valid);
}

/** Returns the preferred lifetime of a prefix in seconds. */
export function preferredLifetime(bytes: Uint8Array, at: number): number {
  return readBe32(bytes, at + prefix.preferred);
}

/** Returns the MTU in bytes, from an MTU option. */
export function mtu(bytes: Uint8Array, at: number): number {
  return readBe32(bytes, at + mtuOption.mtu);
}

/** Returns the lifetime of recursive DNS servers in seconds. */
export function serversLifetime(bytes: Uint8Array, at: number): number {
  return readBe32(bytes, at + rdnss.lifetime);
}

/**
 * An option of Neighbour Discovery (RFC 4861, 4.6; RFC 8106, 5.1). Link-layer addresses are decoded for Ethernet only.
 */
export type NdOption =
  | {
      readonly option: "source-link-layer-address" | "target-link-layer-address";
      readonly type: number;
      readonly address: string;
    }
  | {
      readonly option: "prefix-information";
      readonly type: number;
      readonly prefixLength: number;
      readonly onLink: boolean;
      readonly autonomous: boolean;
      /** The lower six bits of the flags. */
      readonly reserved: number;
      /** In seconds; 0xffffffff is infinite. */
      readonly validLifetime: number;
      readonly preferredLifetime: number;
      readonly prefix: string;
    }
  | { readonly option: "mtu"; readonly type: number; readonly mtu: number }
  | {
      readonly option: "recursive-dns-servers";
      readonly type: number;
      /** In seconds. */
      readonly lifetime: number;
      readonly addresses: readonly string[];
    }
  /** Any other option. If `malformed` is set, its length is invalid, and `data` is the rest of the message. */
  | { readonly option: "other"; readonly type: number; readonly data: Uint8Array; readonly malformed?: true };

/** Reads all options from `start` to `end`. Never throws. */
export function readNdOptions(bytes: Uint8Array, start: number, end: number): NdOption[] {
  const options: NdOption[] = [];
  for (let at = start; at < end; ) {
    const length = at + field.length < end ? size(bytes, at) : 0;
    if (length === 0 || at + length > end) {
      const data = bytes.subarray(at + field.length, end);
      options.push({ option: "other", type: type(bytes, at), data, malformed: true });
      break;
    }
    options.push(readOption(bytes, at, length));
    at += length;
  }
  return options;
}

function readOption(bytes: Uint8Array, at: number, length: number): NdOption {
  const kind = { type: type(bytes, at) };
  const data = at + field.data;
  if (kind.type === ND_OPT_SOURCE_LINKADDR && length === LINK_ADDRESS_SIZE)
    return { option: "source-link-layer-address", ...kind, address: hardwareAddressAt(bytes, data) };
  if (kind.type === ND_OPT_TARGET_LINKADDR && length === LINK_ADDRESS_SIZE)
    return { option: "target-link-layer-address", ...kind, address: hardwareAddressAt(bytes, data) };
  if (kind.type === ND_OPT_PREFIX_INFORMATION && length === prefix.size) return readPrefix(bytes, at);
  if (kind.type === ND_OPT_MTU && length === mtuOption.size)
    return { option: "mtu", ...kind, mtu: mtu(bytes, at) };
  if (kind.type === ND_OPT_RDNSS && (length - rdnss.addresses) % IPV6_ADDRESS_SIZE === 0) {
    const addresses: string[] = [];
    for (let each = at + rdnss.addresses; each < at + length; each += IPV6_ADDRESS_SIZE)
      addresses.push(ipv6AddressAt(bytes, each));
    return { option: "recursive-dns-servers", ...kind, lifetime: serversLifetime(bytes, at), addresses };
  }
  return { option: "other", ...kind, data: bytes.subarray(data, at + length) };
}

function readPrefix(bytes: Uint8Array, at: number): NdOption {
  const flags = prefixFlags(bytes, at);
  return {
    option: "prefix-information",
    type: type(bytes, at),
    prefixLength: prefixLength(bytes, at),
    onLink: (flags & ND_OPT_PI_FLAG_ONLINK) !== 0,
    autonomous: (flags & ND_OPT_PI_FLAG_AUTO) !== 0,
    reserved: flags & OTHER_PREFIX_FLAGS,
    validLifetime: validLifetime(bytes, at),
    preferredLifetime: preferredLifetime(bytes, at),
    prefix: ipv6AddressAt(bytes, at + prefix.prefix),
  };
}

/** Returns the number of bytes that {@link writeNdOptions} writes. */
export function ndOptionsSize(options: readonly NdOption[]): number {
  let size = 0;
  for (const option of options) size += optionSize(option);
  return size;
}

function optionSize(option: NdOption): number {
  switch (option.option) {
    case "prefix-information":
      return prefix.size;
    case "recursive-dns-servers":
      return rdnss.addresses + IPV6_ADDRESS_SIZE * option.addresses.length;
    case "other":
      return option.malformed
        ? field.length + option.data.length
        : (field.data + option.data.length + 7) & ~7;
    case "mtu":
      return mtuOption.size;
    default:
      return LINK_ADDRESS_SIZE;
  }
}

/**
 * Writes the options.
 * @returns the offset after them
 */
export function writeNdOptions(options: readonly NdOption[], into: Uint8Array, offset: number): number {
  let at = offset;
  for (const option of options) {
    const length = optionSize(option);
    into[at + field.type] = option.type;
    if (option.option === "other" && option.malformed) into.set(option.data, at + field.length);
    else {
      into.fill(0, at + field.length, at + length);
      into[at + field.length] = length / UNIT;
      writeOption(option, into, at);
    }
    at += length;
  }
  return at;
}

function writeOption(option: NdOption, into: Uint8Array, at: number): void {
  switch (option.option) {
    case "source-link-layer-address":
    case "target-link-layer-address":
      writeMac(option.address, into, at + field.data);
      break;
    case "prefix-information":
      into[at + prefix.length] = option.prefixLength;
      into[at + prefix.flags] =
        (option.onLink ? ND_OPT_PI_FLAG_ONLINK : 0) |
        (option.autonomous ? ND_OPT_PI_FLAG_AUTO : 0) |
        (option.reserved & OTHER_PREFIX_FLAGS);
      writeBe32(into, at + prefix.valid, option.validLifetime);
      writeBe32(into, at + prefix.preferred, option.preferredLifetime);
      writeIpv6Address(option.prefix, into, at + prefix.prefix);
      break;
    case "mtu":
      writeBe32(into, at + mtuOption.mtu, option.mtu);
      break;
    case "recursive-dns-servers":
      writeBe32(into, at + rdnss.lifetime, option.lifetime);
      option.addresses.forEach((address, index) => {
        writeIpv6Address(address, into, at + rdnss.addresses + IPV6_ADDRESS_SIZE * index);
      });
      break;
    case "other":
      into.set(option.data, at + field.data);
  }
}

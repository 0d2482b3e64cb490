import { hardwareAddressAt } from "../../../hardware-address.js";
import { ipv6AddressAt } from "../../../inet-address.js";
import { readBe32, writeBe32 } from "../../../network-order.js";
import { writeIpv6Address, writeMac } from "../../../parse-address.js";

const SOURCE_LINK_LAYER_ADDRESS = 1;
const TARGET_LINK_LAYER_ADDRESS = 2;
const PREFIX_INFORMATION = 3;
const MTU = 5;
const RECURSIVE_DNS_SERVERS = 25;

const ON_LINK = 0x80;
const AUTONOMOUS = 0x40;
const PREFIX_FLAGS = 0x3f;

export const prefix = { length: 2, flags: 3, valid: 4, preferred: 8, prefix: 16, size: 32 } as const;

/** An option of Neighbour Discovery (RFC 4861, 4.6; RFC 8106, 5.1), of which only the Ethernet form of an address is told. */
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
      /** The six lower bits of the flags. */
      readonly reserved: number;
      /** In seconds; 0xffffffff is for ever. */
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
  /** Anything else. With `malformed` its length makes no sense, and `data` is all the rest of the message. */
  | { readonly option: "other"; readonly type: number; readonly data: Uint8Array; readonly malformed?: true };

/** Reads all options; never throws. */
export function readNdOptions(bytes: Uint8Array, start: number, end: number): NdOption[] {
  const options: NdOption[] = [];
  for (let at = start; at < end; ) {
    const type = bytes[at] as number;
    const length = at + 1 < end ? (bytes[at + 1] as number) * 8 : 0;
    if (length === 0 || at + length > end) {
      options.push({ option: "other", type, data: bytes.subarray(at + 1, end), malformed: true });
      break;
    }
    options.push(readOption(bytes, at, type, length));
    at += length;
  }
  return options;
}

function readOption(bytes: Uint8Array, at: number, type: number, length: number): NdOption {
  if (type === SOURCE_LINK_LAYER_ADDRESS && length === 8)
    return { option: "source-link-layer-address", type, address: hardwareAddressAt(bytes, at + 2) };
  if (type === TARGET_LINK_LAYER_ADDRESS && length === 8)
    return { option: "target-link-layer-address", type, address: hardwareAddressAt(bytes, at + 2) };
  if (type === PREFIX_INFORMATION && length === prefix.size) return readPrefix(bytes, at, type);
  if (type === MTU && length === 8) return { option: "mtu", type, mtu: readBe32(bytes, at + 4) };
  if (type === RECURSIVE_DNS_SERVERS && length % 16 === 8) {
    const addresses: string[] = [];
    for (let each = at + 8; each < at + length; each += 16) addresses.push(ipv6AddressAt(bytes, each));
    return { option: "recursive-dns-servers", type, lifetime: readBe32(bytes, at + 4), addresses };
  }
  return { option: "other", type, data: bytes.subarray(at + 2, at + length) };
}

function readPrefix(bytes: Uint8Array, at: number, type: number): NdOption {
  const flags = bytes[at + prefix.flags] as number;
  return {
    option: "prefix-information",
    type,
    prefixLength: bytes[at + prefix.length] as number,
    onLink: (flags & ON_LINK) !== 0,
    autonomous: (flags & AUTONOMOUS) !== 0,
    reserved: flags & PREFIX_FLAGS,
    validLifetime: readBe32(bytes, at + prefix.valid),
    preferredLifetime: readBe32(bytes, at + prefix.preferred),
    prefix: ipv6AddressAt(bytes, at + prefix.prefix),
  };
}

/** Bytes that {@link writeNdOptions} writes. */
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
      return 8 + 16 * option.addresses.length;
    case "other":
      return option.malformed ? 1 + option.data.length : (2 + option.data.length + 7) & ~7;
    default:
      return 8;
  }
}

/** @returns the offset after them */
export function writeNdOptions(options: readonly NdOption[], into: Uint8Array, offset: number): number {
  let at = offset;
  for (const option of options) {
    const size = optionSize(option);
    into[at] = option.type;
    if (option.option === "other" && option.malformed) into.set(option.data, at + 1);
    else {
      into.fill(0, at + 1, at + size);
      into[at + 1] = size / 8;
      writeOption(option, into, at);
    }
    at += size;
  }
  return at;
}

function writeOption(option: NdOption, into: Uint8Array, at: number): void {
  switch (option.option) {
    case "source-link-layer-address":
    case "target-link-layer-address":
      writeMac(option.address, into, at + 2);
      break;
    case "prefix-information":
      into[at + prefix.length] = option.prefixLength;
      into[at + prefix.flags] =
        (option.onLink ? ON_LINK : 0) |
        (option.autonomous ? AUTONOMOUS : 0) |
        (option.reserved & PREFIX_FLAGS);
      writeBe32(into, at + prefix.valid, option.validLifetime);
      writeBe32(into, at + prefix.preferred, option.preferredLifetime);
      writeIpv6Address(option.prefix, into, at + prefix.prefix);
      break;
    case "mtu":
      writeBe32(into, at + 4, option.mtu);
      break;
    case "recursive-dns-servers":
      writeBe32(into, at + 4, option.lifetime);
      option.addresses.forEach((address, index) => {
        writeIpv6Address(address, into, at + 8 + 16 * index);
      });
      break;
    case "other":
      into.set(option.data, at + 2);
  }
}

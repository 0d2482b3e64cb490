import { readU16In, readU32In } from "../../byte-order.js";
import { encodeString, need, writeU16, writeU32 } from "../../bytes.js";
import { BLOCK_TRAILER_SIZE, type Block, INTERFACE_DESCRIPTION_BLOCK, writeBlockFrame } from "./block.js";
import {
  binary,
  comments,
  OptionSet,
  option,
  repeatedOption,
  s64,
  text,
  type UnknownOption,
  u8,
  u32,
  u64,
} from "./options.js";

// draft-ietf-opsawg-pcapng, section 4.2
const field = { linkType: 8, reserved: 10, snapLength: 12, options: 16 } as const;

const table = {
  comments,
  name: option(2, "if_name", text),
  description: option(3, "if_description", text),
  /** IPv4 address and netmask, 4 bytes each. */
  ipv4Addresses: repeatedOption(4, "if_IPv4addr", binary),
  /** IPv6 address, 16 bytes, and prefix length, 1 byte. */
  ipv6Addresses: repeatedOption(5, "if_IPv6addr", binary),
  macAddress: option(6, "if_MACaddr", binary),
  euiAddress: option(7, "if_EUIaddr", binary),
  /** In bits per second. */
  speed: option(8, "if_speed", u64),
  /**
   * The unit of timestamps: 10 to the power of minus this value; with the top bit set, 2 to the power of minus the
   * other bits. Defaults to microseconds.
   */
  timestampResolution: option(9, "if_tsresol", u8),
  timeZone: option(10, "if_tzone", u32),
  /** One byte for the filter's type (0 is a libpcap expression), then the filter. */
  filter: option(11, "if_filter", binary),
  operatingSystem: option(12, "if_os", text),
  fcsLength: option(13, "if_fcslen", u8),
  /** Seconds to add to every timestamp. */
  timestampOffset: option(14, "if_tsoffset", s64),
  hardware: option(15, "if_hardware", text),
  transmitSpeed: option(16, "if_txspeed", u64),
  receiveSpeed: option(17, "if_rxspeed", u64),
  timeZoneName: option(18, "if_iana_tzname", text),
} as const;
const options = new OptionSet(table);

/** The type of an `if_filter` that is a libpcap expression. */
const LIBPCAP_EXPRESSION = 0;

/** Returns the value of the option `filter` for a libpcap expression. */
export function filterExpression(expression: string): Uint8Array {
  return Uint8Array.of(LIBPCAP_EXPRESSION, ...encodeString(expression));
}

/** What a pcapng file says of an interface, beside its link type and its snapshot length. */
export interface InterfaceDescriptionOptions {
  readonly comments?: string[];
  readonly name?: string;
  readonly description?: string;
  /** Address and mask, 4 bytes each. */
  readonly ipv4Addresses?: Uint8Array[];
  /** Address, 16 bytes, and prefix length, 1. */
  readonly ipv6Addresses?: Uint8Array[];
  readonly macAddress?: Uint8Array;
  readonly euiAddress?: Uint8Array;
  /** Bits per second. */
  readonly speed?: bigint;
  /** The unit of timestamps: 10 to the power of minus this, or 2 if the top bit is set. Microseconds if absent. */
  readonly timestampResolution?: number;
  readonly timeZone?: number;
  /** A byte for the kind of filter (0: a libpcap expression), then the filter. */
  readonly filter?: Uint8Array;
  readonly operatingSystem?: string;
  readonly fcsLength?: number;
  /** Seconds to be added to every timestamp. */
  readonly timestampOffset?: bigint;
  readonly hardware?: string;
  /** Bits per second. */
  readonly transmitSpeed?: bigint;
  /** Bits per second. */
  readonly receiveSpeed?: bigint;
  readonly timeZoneName?: string;
  /** Options of other codes, as they came. */
  readonly other?: UnknownOption[];
}

/** The contents of an interface description block. */
export interface InterfaceDescription {
  /** A LINKTYPE_ value. */
  readonly linkType: number;
  /** The largest number of bytes captured of a packet; 0 for no limit. */
  readonly snapLength: number;
  readonly options: InterfaceDescriptionOptions;
}

/**
 * Reads an interface description block.
 * @throws PromiscError `malformed`
 */
export function readInterfaceDescription({ littleEndian, bytes, start, end }: Block): InterfaceDescription {
  const path = "pcapng interface description";
  need(path, start, field.options + BLOCK_TRAILER_SIZE, end);
  return {
    linkType: readU16In(littleEndian, bytes, start + field.linkType),
    snapLength: readU32In(littleEndian, bytes, start + field.snapLength),
    options: options.read(littleEndian, bytes, start + field.options, end - BLOCK_TRAILER_SIZE, path),
  };
}

export function interfaceDescriptionSize(value: InterfaceDescription): number {
  return field.options + options.size(value.options) + BLOCK_TRAILER_SIZE;
}

/** Writes `interfaceDescriptionSize(value)` bytes, in host byte order. */
export function writeInterfaceDescription(
  value: InterfaceDescription,
  into: Uint8Array,
  offset: number,
): void {
  writeU16(into, offset + field.linkType, value.linkType);
  writeU16(into, offset + field.reserved, 0);
  writeU32(into, offset + field.snapLength, value.snapLength);
  options.write(value.options, into, offset + field.options);
  writeBlockFrame(into, offset, INTERFACE_DESCRIPTION_BLOCK, interfaceDescriptionSize(value));
}

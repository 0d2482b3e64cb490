import { NO_BYTES } from "../../bytes.js";
import { IPV4_ADDRESS_SIZE } from "../../inet-address.js";
import { readBe16 } from "../../network-order.js";

// Types (https://www.iana.org/assignments/ip-parameters). The names begin as in netinet/ip.h.
/** End of Option List and No Operation (RFC 791, 3.1), which have no length field. */
export const IPOPT_EOL = 0;
export const IPOPT_NOP = 1;
/** Record Route. */
export const IPOPT_RR = 7;
export const IPOPT_TS = 68;
/** Traceroute (RFC 1393). */
export const IPOPT_TR = 82;
export const IPOPT_SECURITY = 130;
/** Loose Source and Record Route. */
export const IPOPT_LSRR = 131;
/** Strict Source and Record Route. */
export const IPOPT_SSRR = 137;
/** Router Alert (RFC 2113). */
export const IPOPT_RA = 148;

/** Offsets from an option's start, in bytes (RFC 791, 3.1). */
export const field = {
  type: 0,
  /** The length includes the type and the length field itself. End of Option List and No Operation have none. */
  length: 1,
  data: 2,
} as const;

/** In options that record a route. The pointer counts from 1. */
export const route = { pointer: 2, addresses: 3 } as const;

/** In Router Alert. */
export const alert = { value: 2, size: 4 } as const;

// These functions read the fields of an option at `at` without checks: what they read must lie within `bytes`.

/** Returns the option's type: `IPOPT_*`. */
export function type(bytes: Uint8Array, at: number): number {
  return bytes[at + field.type] as number;
}

/** Reports whether options of this type consist of the type alone. */
export function hasNoLength(optionType: number): boolean {
  return optionType === IPOPT_EOL || optionType === IPOPT_NOP;
}

/** Returns the length in bytes of an option that has a length field; less than 2 is malformed. */
export function length(bytes: Uint8Array, at: number): number {
  return bytes[at + field.length] as number;
}

/**
 * Returns the offset, in an option that records a route, of the next address. It counts from 0; less than 3 is
 * malformed.
 */
export function routePointer(bytes: Uint8Array, at: number): number {
  return (bytes[at + route.pointer] as number) - 1;
}

/**
 * Returns the offset of the final destination address in a source route, among the options from `start` to `end`; -1 if
 * there is no source route that is still in use (RFC 791, 3.1).
 */
export function routeDestination(bytes: Uint8Array, start: number, end: number): number {
  for (let at = start; at + field.data < end; ) {
    const kind = type(bytes, at);
    if (kind === IPOPT_EOL) break;
    const next = at + (kind === IPOPT_NOP ? 1 : length(bytes, at));
    if (next === at || next > end) break;
    const isRoute = kind === IPOPT_LSRR || kind === IPOPT_SSRR;
    const hasAddress = next >= at + route.addresses + IPV4_ADDRESS_SIZE;
    // When a route is completed, the pointer is beyond its end.
    if (isRoute && hasAddress && at + routePointer(bytes, at) < next) return next - IPV4_ADDRESS_SIZE;
    at = next;
  }
  return -1;
}

/** Returns the value of Router Alert: 0 asks routers to examine the packet. */
export function alertValue(bytes: Uint8Array, at: number): number {
  return readBe16(bytes, at + alert.value);
}

/**
 * An option of an IPv4 header. End of Option List isn't represented: it is written where padding is needed. If
 * `malformed` is set, the option's length is invalid, and `data` is the rest of the header.
 */
export interface Ipv4Option {
  /** The copied flag, class and number: 1 No Operation, 7 Record Route, 148 Router Alert. */
  readonly type: number;
  /** The bytes after type and length: a view of the bytes read. */
  readonly data: Uint8Array;
  readonly malformed?: true;
}

const NONE: readonly Ipv4Option[] = [];

/** Reads all options from `start` to `end`. Never throws. */
export function readIpv4Options(bytes: Uint8Array, start: number, end: number): readonly Ipv4Option[] {
  if (start === end) return NONE;
  const options: Ipv4Option[] = [];
  for (let at = start; at < end && type(bytes, at) !== IPOPT_EOL; ) {
    const kind = { type: type(bytes, at) };
    if (hasNoLength(kind.type)) {
      options.push({ ...kind, data: NO_BYTES });
      at++;
      continue;
    }
    const next = at + field.length < end ? at + length(bytes, at) : at;
    if (next < at + field.data || next > end) {
      options.push({ ...kind, data: bytes.subarray(at + field.length, end), malformed: true });
      break;
    }
    options.push({ ...kind, data: bytes.subarray(at + field.data, next) });
    at = next;
  }
  return options;
}

/** Returns the number of bytes that {@link writeIpv4Options} writes: a multiple of 4. */
export function ipv4OptionsSize(options: readonly Ipv4Option[]): number {
  let size = 0;
  for (const option of options) size += optionSize(option);
  return (size + 3) & ~3;
}

function optionSize(option: Ipv4Option): number {
  if (option.malformed) return field.length + option.data.length;
  return option.type === IPOPT_NOP ? field.length : field.data + option.data.length;
}

/**
 * Writes the options and their padding.
 * @returns the offset after the padding
 */
export function writeIpv4Options(options: readonly Ipv4Option[], into: Uint8Array, offset: number): number {
  let at = offset;
  for (const option of options) {
    into[at + field.type] = option.type;
    const size = optionSize(option);
    if (option.malformed) into.set(option.data, at + field.length);
    else if (size > field.length) {
      into[at + field.length] = size;
      into.set(option.data, at + field.data);
    }
    at += size;
  }
  const end = offset + ipv4OptionsSize(options);
  into.fill(IPOPT_EOL, at, end);
  return end;
}

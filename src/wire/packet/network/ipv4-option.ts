import { NO_BYTES } from "../../bytes.js";
import { IPV4_ADDRESS_SIZE } from "../../inet-address.js";
import { readBe16 } from "../../network-order.js";

// Types (https://www.iana.org/assignments/ip-parameters), as netinet/ip.h begins their names.
/** End of Option List and No Operation (RFC 791, 3.1), which have no length. */
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

/** Offsets in bytes from an option's start (RFC 791, 3.1). */
export const field = {
  type: 0,
  /** Of all but the two that have none; it counts itself and the type. */
  length: 1,
  data: 2,
} as const;

/** Of the options that record a route; the pointer counts from 1. */
export const route = { pointer: 2, addresses: 3 } as const;

/** Of Router Alert. */
export const alert = { value: 2, size: 4 } as const;

// Accessors of an option at `at`. They check nothing: what they read must be there.

export function type(bytes: Uint8Array, at: number): number {
  return bytes[at + field.type] as number;
}

/** Whether an option of this type is its type alone. */
export function hasNoLength(optionType: number): boolean {
  return optionType === IPOPT_EOL || optionType === IPOPT_NOP;
}

/** Bytes of an option that has a length; less than 2 are malformed. */
export function length(bytes: Uint8Array, at: number): number {
  return bytes[at + field.length] as number;
}

/** Of an option that records a route: where in it the next address goes, from 0; less than 3 is malformed. */
export function routePointer(bytes: Uint8Array, at: number): number {
  return (bytes[at + route.pointer] as number) - 1;
}

/**
 * Where the address is to which a source route leads in the end, of the options from `start` to `end`; -1 without a route
 * that is still to be followed (RFC 791, 3.1).
 */
export function routeDestination(bytes: Uint8Array, start: number, end: number): number {
  for (let at = start; at + field.data < end; ) {
    const kind = type(bytes, at);
    if (kind === IPOPT_EOL) break;
    const next = at + (kind === IPOPT_NOP ? 1 : length(bytes, at));
    if (next === at || next > end) break;
    const isRoute = kind === IPOPT_LSRR || kind === IPOPT_SSRR;
    const hasAddress = next >= at + route.addresses + IPV4_ADDRESS_SIZE;
    // A route that has been followed to its end has its pointer behind it.
    if (isRoute && hasAddress && at + routePointer(bytes, at) < next) return next - IPV4_ADDRESS_SIZE;
    at = next;
  }
  return -1;
}

/** Of Router Alert: 0 is that routers shall examine the packet. */
export function alertValue(bytes: Uint8Array, at: number): number {
  return readBe16(bytes, at + alert.value);
}

/**
 * An option of an IPv4 header. The End of Option List isn't one: it is written where the options need padding.
 * With `malformed`, `data` is all the rest of the header, because the option's length makes no sense.
 */
export interface Ipv4Option {
  /** Copied flag, class and number in one: 1 No Operation, 7 Record Route, 148 Router Alert. */
  readonly type: number;
  /** What follows type and length; a view of the bytes that were read. */
  readonly data: Uint8Array;
  readonly malformed?: true;
}

const NONE: readonly Ipv4Option[] = [];

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

/** Bytes that {@link writeIpv4Options} writes: a multiple of 4. */
export function ipv4OptionsSize(options: readonly Ipv4Option[]): number {
  let size = 0;
  for (const option of options) size += optionSize(option);
  return (size + 3) & ~3;
}

function optionSize(option: Ipv4Option): number {
  if (option.malformed) return field.length + option.data.length;
  return option.type === IPOPT_NOP ? field.length : field.data + option.data.length;
}

/** @returns the offset after them and their padding */
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

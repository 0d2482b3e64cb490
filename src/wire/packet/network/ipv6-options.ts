import { NO_BYTES, need, unwritable } from "../../bytes.js";

// Types of options (https://www.iana.org/assignments/ipv6-parameters). The names begin as in netinet/ip6.h.
/** One byte of padding, without a length field. */
export const IP6OPT_PAD1 = 0;
export const IP6OPT_PADN = 1;

/**
 * Offsets from the header's start, in bytes. Its length field counts units of 8 bytes after the first 8 (RFC 8200,
 * 4.3).
 */
export const field = { nextHeader: 0, length: 1, options: 2 } as const;

/** Offsets from an option's start, in bytes (RFC 8200, 4.2). Its length field is the length of its data in bytes. */
export const option = { type: 0, length: 1, data: 2 } as const;

/** An option (RFC 8200, 4.2). Padding is an option too. */
export interface Ipv6Option {
  /** 0 is Pad1, which has no data. 1 is PadN. */
  readonly type: number;
  readonly data: Uint8Array;
  /** Set if the option's length is invalid: `data` is the rest of the header then. */
  readonly malformed?: true;
}

/** A Hop-by-Hop Options or Destination Options header (RFC 8200, 4.3 and 4.6). */
export interface Ipv6Options {
  readonly nextHeader: number;
  readonly options: readonly Ipv6Option[];
}

/** Returns an `IPPROTO_*` value. */
export function nextHeader(bytes: Uint8Array, at: number): number {
  return bytes[at + field.nextHeader] as number;
}

/** Returns the length in bytes of the header at `at`, whose first two bytes must be there. */
export function ipv6OptionsLength(bytes: Uint8Array, at: number): number {
  return ((bytes[at + field.length] as number) + 1) * 8;
}

/**
 * Reads the Hop-by-Hop Options or Destination Options header at `start`.
 * @param end end of the captured bytes
 * @throws PromiscError `malformed` if it is truncated
 */
export function readIpv6Options(bytes: Uint8Array, start = 0, end = bytes.length): Ipv6Options {
  need("IPv6 options", start, field.options, end);
  const length = ipv6OptionsLength(bytes, start);
  need("IPv6 options", start, length, end);
  return {
    nextHeader: nextHeader(bytes, start),
    options: readOptions(bytes, start + field.options, start + length),
  };
}

function readOptions(bytes: Uint8Array, start: number, end: number): Ipv6Option[] {
  const options: Ipv6Option[] = [];
  for (let at = start; at < end; ) {
    const type = bytes[at + option.type] as number;
    if (type === IP6OPT_PAD1) {
      options.push({ type, data: NO_BYTES });
      at++;
      continue;
    }
    const hasLength = at + option.length < end;
    const next = hasLength ? at + option.data + (bytes[at + option.length] as number) : end + 1;
    if (next > end) {
      options.push({ type, data: bytes.subarray(at + option.length, end), malformed: true });
      break;
    }
    options.push({ type, data: bytes.subarray(at + option.data, next) });
    at = next;
  }
  return options;
}

/** Returns the number of bytes that {@link writeIpv6Options} writes: a multiple of 8. */
export function ipv6OptionsSize({ options }: Pick<Ipv6Options, "options">): number {
  let size: number = field.options;
  for (const each of options) size += optionSize(each);
  return (size + 7) & ~7;
}

function optionSize({ type, data, malformed }: Ipv6Option): number {
  if (malformed) return option.length + data.length;
  return type === IP6OPT_PAD1 ? option.length : option.data + data.length;
}

/**
 * Writes the header at `start`, and pads it to a multiple of 8 bytes. `into` must have room for
 * `ipv6OptionsSize(value)` bytes.
 * @returns the offset after it
 * @throws PromiscError `usage` if the options take more than 2046 bytes, or one takes more than 255
 */
export function writeIpv6Options(value: Ipv6Options, into: Uint8Array, start = 0): number {
  const size = ipv6OptionsSize(value);
  if (size > 2048) throw unwritable("IPv6 options", `${size} bytes, at most 2048`);
  into[start + field.nextHeader] = value.nextHeader;
  into[start + field.length] = size / 8 - 1;
  let at = start + field.options;
  for (const each of value.options) {
    const { type, data } = each;
    into[at + option.type] = type;
    if (each.malformed) into.set(data, at + option.length);
    else if (type !== IP6OPT_PAD1) {
      if (data.length > 255) throw unwritable("IPv6 option", `${data.length} bytes, at most 255`);
      into[at + option.length] = data.length;
      into.set(data, at + option.data);
    }
    at += optionSize(each);
  }
  const end = start + size;
  into.fill(IP6OPT_PAD1, at, end);
  if (end - at >= option.data) {
    into[at + option.type] = IP6OPT_PADN;
    into[at + option.length] = end - at - option.data;
  }
  return end;
}

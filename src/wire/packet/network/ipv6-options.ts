import { need, unwritable } from "../../bytes.js";

const PAD_1 = 0;
const PAD_N = 1;

export const field = { nextHeader: 0, length: 1, options: 2 } as const;

/** An option of RFC 8200, 4.2, padding among them. */
export interface Ipv6Option {
  /** 0 is Pad1, which has no data; 1 is PadN. */
  readonly type: number;
  readonly data: Uint8Array;
  /** Its length makes no sense: `data` is all the rest of the header. */
  readonly malformed?: true;
}

/** A Hop-by-Hop Options or Destination Options header (RFC 8200, 4.3 and 4.6). */
export interface Ipv6Options {
  readonly nextHeader: number;
  readonly options: readonly Ipv6Option[];
}

/** Bytes of the options header at `at`, whose first two must be there. */
export function ipv6OptionsLength(bytes: Uint8Array, at: number): number {
  return ((bytes[at + field.length] as number) + 1) * 8;
}

const NOTHING = new Uint8Array(0);

export function readIpv6Options(bytes: Uint8Array, start = 0, end = bytes.length): Ipv6Options {
  need("IPv6 options", start, field.options, end);
  const length = ipv6OptionsLength(bytes, start);
  need("IPv6 options", start, length, end);
  return {
    nextHeader: bytes[start + field.nextHeader] as number,
    options: readOptions(bytes, start + field.options, start + length),
  };
}

function readOptions(bytes: Uint8Array, start: number, end: number): Ipv6Option[] {
  const options: Ipv6Option[] = [];
  for (let at = start; at < end; ) {
    const type = bytes[at] as number;
    if (type === PAD_1) {
      options.push({ type, data: NOTHING });
      at++;
      continue;
    }
    const next = at + 1 < end ? at + 2 + (bytes[at + 1] as number) : end + 1;
    if (next > end) {
      options.push({ type, data: bytes.subarray(at + 1, end), malformed: true });
      break;
    }
    options.push({ type, data: bytes.subarray(at + 2, next) });
    at = next;
  }
  return options;
}

/** Bytes that {@link writeIpv6Options} writes: a multiple of 8. */
export function ipv6OptionsSize({ options }: Pick<Ipv6Options, "options">): number {
  let size: number = field.options;
  for (const option of options) size += optionSize(option);
  return (size + 7) & ~7;
}

function optionSize({ type, data, malformed }: Ipv6Option): number {
  if (malformed) return 1 + data.length;
  return type === PAD_1 ? 1 : 2 + data.length;
}

/**
 * Writes the header; padding is added where the options don't fill it.
 * @returns the offset after it
 * @throws PromiscError `usage` if the options take more than 2046 bytes, or one more than 255
 */
export function writeIpv6Options(value: Ipv6Options, into: Uint8Array, start = 0): number {
  const size = ipv6OptionsSize(value);
  if (size > 2048) throw unwritable("IPv6 options", `${size} bytes, at most 2048`);
  into[start + field.nextHeader] = value.nextHeader;
  into[start + field.length] = size / 8 - 1;
  let at = start + field.options;
  for (const option of value.options) {
    const { type, data } = option;
    into[at] = type;
    if (option.malformed) into.set(data, at + 1);
    else if (type !== PAD_1) {
      if (data.length > 255) throw unwritable("IPv6 option", `${data.length} bytes, at most 255`);
      into[at + 1] = data.length;
      into.set(data, at + 2);
    }
    at += optionSize(option);
  }
  const end = start + size;
  into.fill(0, at, end);
  if (end - at > 1) {
    into[at] = PAD_N;
    into[at + 1] = end - at - 2;
  }
  return end;
}

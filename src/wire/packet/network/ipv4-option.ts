/** End of Option List, No Operation (RFC 791, 3.1): options without a length. */
const END = 0;
const NO_OPERATION = 1;

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
const NOTHING = new Uint8Array(0);

export function readIpv4Options(bytes: Uint8Array, start: number, end: number): readonly Ipv4Option[] {
  if (start === end) return NONE;
  const options: Ipv4Option[] = [];
  for (let at = start; at < end && bytes[at] !== END; ) {
    const type = bytes[at] as number;
    if (type === NO_OPERATION) {
      options.push({ type, data: NOTHING });
      at++;
      continue;
    }
    const length = at + 1 < end ? (bytes[at + 1] as number) : 0;
    if (length < 2 || at + length > end) {
      options.push({ type, data: bytes.subarray(at + 1, end), malformed: true });
      break;
    }
    options.push({ type, data: bytes.subarray(at + 2, at + length) });
    at += length;
  }
  return options;
}

/** Bytes that {@link writeIpv4Options} writes: a multiple of 4. */
export function ipv4OptionsSize(options: readonly Ipv4Option[]): number {
  let size = 0;
  for (const option of options) size += optionSize(option);
  return (size + 3) & ~3;
}

function optionSize({ type, data, malformed }: Ipv4Option): number {
  if (malformed) return 1 + data.length;
  return type === NO_OPERATION ? 1 : 2 + data.length;
}

/** @returns the offset after them and their padding */
export function writeIpv4Options(options: readonly Ipv4Option[], into: Uint8Array, offset: number): number {
  let at = offset;
  for (const option of options) {
    into[at] = option.type;
    const size = optionSize(option);
    if (option.malformed) into.set(option.data, at + 1);
    else if (size > 1) {
      into[at + 1] = size;
      into.set(option.data, at + 2);
    }
    at += size;
  }
  const end = offset + ipv4OptionsSize(options);
  into.fill(END, at, end);
  return end;
}

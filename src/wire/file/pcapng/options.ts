import { readU16In, readU32In, readU64In } from "../../byte-order.js";
import { decodeString, encodeString, malformed, need, writeU16, writeU32, writeU64 } from "../../bytes.js";
import { pad } from "./block.js";

// draft-ietf-opsawg-pcapng, section 3.5: an option is a u16 code, a u16 length, and a value padded to four bytes.
export const OPTION_HEADER_SIZE = 4;
const optionField = { code: 0, length: 2 } as const;
const OPT_ENDOFOPT = 0;

// These functions read an option's header at `at`, which must lie within `bytes`.

export function optionCode(littleEndian: boolean, bytes: Uint8Array, at: number): number {
  return readU16In(littleEndian, bytes, at + optionField.code);
}

/** Returns the length of the option's value in bytes, without padding. */
export function optionLength(littleEndian: boolean, bytes: Uint8Array, at: number): number {
  return readU16In(littleEndian, bytes, at + optionField.length);
}

/** Writes the header of an option whose value has `length` bytes. Returns the offset of the value. */
export function writeOptionHeader(into: Uint8Array, at: number, code: number, length: number): number {
  writeU16(into, at + optionField.code, code);
  writeU16(into, at + optionField.length, length);
  return at + OPTION_HEADER_SIZE;
}

/** Writes `opt_endofopt`, the last option, of `OPTION_HEADER_SIZE` bytes. */
export function writeOptionsEnd(into: Uint8Array, at: number): void {
  writeOptionHeader(into, at, OPT_ENDOFOPT, 0);
}

/** Reads and writes the value of one option. `read` requires a value that lies within `bytes`. */
export interface OptionCodec<Value> {
  read(littleEndian: boolean, bytes: Uint8Array, offset: number, length: number, path: string): Value;
  size(value: Value): number;
  /** Writes the value in host byte order. */
  write(value: Value, into: Uint8Array, offset: number): void;
}

export interface Option<Value> {
  readonly code: number;
  readonly name: string;
  readonly codec: OptionCodec<Value>;
  /** Whether the option may occur several times. If so, its value is a list. */
  readonly repeats: boolean;
}

/** An option that isn't in the table. It is kept so that it survives a round trip. */
export interface UnknownOption {
  readonly code: number;
  /** A view of the block's bytes. */
  readonly value: Uint8Array;
}

type OptionTable = Readonly<Record<string, Option<unknown>>>;

/** The values of a table's options: each known option that is present, and the unknown ones unchanged. */
export type OptionValues<Table> = {
  -readonly [Key in keyof Table]?: Table[Key] extends Option<infer Value> ? Value : never;
} & { other?: UnknownOption[] };

export function option<Value>(code: number, name: string, codec: OptionCodec<Value>): Option<Value> {
  return { code, name, codec, repeats: false };
}

export function repeatedOption<Value>(
  code: number,
  name: string,
  codec: OptionCodec<Value>,
): Option<Value[]> {
  // OptionSet reads and writes the elements one by one. Only the types of its results show a list.
  return { code, name, codec: codec as unknown as OptionCodec<Value[]>, repeats: true };
}

/**
 * Reads and writes options according to a table. If an option occurs several times but may occur only once, the last
 * one counts.
 */
export class OptionSet<Table> {
  readonly #byCode = new Map<number, { key: string; known: Option<unknown> }>();

  constructor(table: Table & OptionTable) {
    for (const [key, known] of Object.entries(table)) this.#byCode.set(known.code, { key, known });
  }

  /**
   * Reads the options from `start` to `end`, or to `opt_endofopt`.
   * @param path the block's name, for error messages
   * @throws PromiscError `malformed`
   */
  read(
    littleEndian: boolean,
    bytes: Uint8Array,
    start: number,
    end: number,
    path: string,
  ): OptionValues<Table> {
    const values: Record<string, unknown> = {};
    const other: UnknownOption[] = [];
    for (let at = start; at < end; ) {
      need(`${path} option`, at, OPTION_HEADER_SIZE, end);
      const code = optionCode(littleEndian, bytes, at);
      const length = optionLength(littleEndian, bytes, at);
      if (code === OPT_ENDOFOPT) break;
      const found = this.#byCode.get(code);
      const where = found ? `${path} ${found.known.name}` : `${path} option ${code}`;
      const offset = at + OPTION_HEADER_SIZE;
      need(where, offset, length, end);
      if (found) {
        const value = found.known.codec.read(littleEndian, bytes, offset, length, where);
        if (!found.known.repeats) values[found.key] = value;
        else if (values[found.key]) (values[found.key] as unknown[]).push(value);
        else values[found.key] = [value];
      } else other.push({ code, value: bytes.subarray(offset, offset + length) });
      at = offset + pad(length);
    }
    if (other.length > 0) values["other"] = other;
    return values as OptionValues<Table>;
  }

  /** Returns the size of the options in bytes, including `opt_endofopt`; 0 if there are none. */
  size(values: OptionValues<Table>): number {
    let size = 0;
    this.#each(values, ({ codec }, value) => {
      size += OPTION_HEADER_SIZE + pad(codec.size(value));
    });
    for (const { value } of values.other ?? []) size += OPTION_HEADER_SIZE + pad(value.length);
    return size === 0 ? 0 : size + OPTION_HEADER_SIZE;
  }

  /** Writes `size(values)` bytes at `offset`: known options in the order of the table, then the others. */
  write(values: OptionValues<Table>, into: Uint8Array, offset: number): void {
    let at = offset;
    this.#each(values, ({ code, codec }, value) => {
      const size = codec.size(value);
      const start = begin(into, at, code, size);
      codec.write(value, into, start);
      at = start + pad(size);
    });
    for (const { code, value } of values.other ?? []) {
      const start = begin(into, at, code, value.length);
      into.set(value, start);
      at = start + pad(value.length);
    }
    if (at > offset) writeOptionsEnd(into, at);
  }

  #each(values: OptionValues<Table>, visit: (known: Option<unknown>, value: unknown) => void): void {
    for (const { key, known } of this.#byCode.values()) {
      const value = (values as Record<string, unknown>)[key];
      if (value === undefined) continue;
      if (!known.repeats) visit(known, value);
      else for (const one of value as unknown[]) visit(known, one);
    }
  }
}

/**
 * Writes an option's header and clears its padding. Returns the offset of its value. Throws for a value above 64 KiB.
 */
function begin(into: Uint8Array, at: number, code: number, size: number): number {
  if (size > 0xffff) throw malformed(`option ${code}`, `${size} bytes, at most ${0xffff}`);
  const start = writeOptionHeader(into, at, code, size);
  into.fill(0, start + size, start + pad(size));
  return start;
}

function sized(size: number, path: string, length: number): void {
  if (length !== size) throw malformed(path, `${length} bytes, should be ${size}`);
}

export const u8: OptionCodec<number> = {
  read(_littleEndian, bytes, offset, length, path) {
    sized(1, path, length);
    return bytes[offset] as number;
  },
  size: () => 1,
  write(value, into, offset) {
    into[offset] = value;
  },
};

export const u32: OptionCodec<number> = {
  read(littleEndian, bytes, offset, length, path) {
    sized(4, path, length);
    return readU32In(littleEndian, bytes, offset);
  },
  size: () => 4,
  write(value, into, offset) {
    writeU32(into, offset, value);
  },
};

export const u64: OptionCodec<bigint> = {
  read(littleEndian, bytes, offset, length, path) {
    sized(8, path, length);
    return readU64In(littleEndian, bytes, offset);
  },
  size: () => 8,
  write(value, into, offset) {
    writeU64(into, offset, value);
  },
};

export const s64: OptionCodec<bigint> = {
  ...u64,
  read: (...where) => BigInt.asIntN(64, u64.read(...where)),
};

/** A time in units of the interface's `if_tsresol`: two u32, the higher one first in either byte order. */
export const timestamp: OptionCodec<bigint> = {
  read(littleEndian, bytes, offset, length, path) {
    sized(8, path, length);
    const high = readU32In(littleEndian, bytes, offset);
    return (BigInt(high) << 32n) | BigInt(readU32In(littleEndian, bytes, offset + 4));
  },
  size: () => 8,
  write(value, into, offset) {
    writeU32(into, offset, Number((value >> 32n) & 0xffff_ffffn));
    writeU32(into, offset + 4, Number(value & 0xffff_ffffn));
  },
};

/** UTF-8 text. It ends with the option, or at a NUL, which some programs append. */
export const text: OptionCodec<string> = {
  read(_littleEndian, bytes, offset, length) {
    let end = offset;
    while (end < offset + length && bytes[end] !== 0) end++;
    return decodeString(bytes, offset, end);
  },
  size: (value) => encodeString(value).length,
  write(value, into, offset) {
    into.set(encodeString(value), offset);
  },
};

/** Bytes, unchanged. The value is a view of the block's bytes. */
export const binary: OptionCodec<Uint8Array> = {
  read: (_littleEndian, bytes, offset, length) => bytes.subarray(offset, offset + length),
  size: (value) => value.length,
  write(value, into, offset) {
    into.set(value, offset);
  },
};

/** `opt_comment`. Any block may have several. */
export const comments = repeatedOption(1, "opt_comment", text);

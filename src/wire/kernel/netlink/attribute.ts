import {
  decodeString,
  encodeString,
  malformed,
  need,
  readS32,
  readU16,
  readU32,
  writeU16,
  writeU32,
} from "../../bytes.js";
import { align } from "./message.js";

// linux/netlink.h: struct nlattr is u16 nla_len and u16 nla_type. The top two bits of the type are flags.
const NLA_HDRLEN = 4;
const headerField = { length: 0, type: 2 } as const;
const NLA_TYPE_MASK = 0x3fff;
const NLA_F_NESTED = 0x8000;

/** Reads and writes the payload of one attribute. `read` requires a payload that lies within `bytes`. */
export interface AttributeCodec<Value> {
  read(bytes: Uint8Array, offset: number, length: number, path: string): Value;
  size(value: Value): number;
  write(value: Value, into: Uint8Array, offset: number): void;
  /** Whether the attribute is written with `NLA_F_NESTED`. */
  readonly nested?: boolean;
}

/** An attribute that isn't in the table. It is kept so that it survives a round trip. */
export interface UnknownAttribute {
  /** `nla_type` as received, including flags. */
  readonly type: number;
  /** A view of the received bytes. */
  readonly value: Uint8Array;
}

/**
 * The attributes of a format by property name, each with its number, its kernel name for error messages, and its codec.
 */
export type AttributeTable = Readonly<Record<string, Attribute<unknown>>>;

export interface Attribute<Value> {
  readonly type: number;
  readonly name: string;
  readonly codec: AttributeCodec<Value>;
}

/** The values of a table's attributes: each known attribute that is present, and the unknown ones unchanged. */
export type AttributeValues<Table> = {
  -readonly [Key in keyof Table]?: Table[Key] extends Attribute<infer Value> ? Value : never;
} & { other?: UnknownAttribute[] };

export interface ReadOptions {
  /**
   * Whether to keep attributes that aren't in the table. Defaults to true. The kernel sends dozens of them with each
   * link, and making views of them takes as long as reading the rest of the link.
   */
  readonly keepUnknown?: boolean;
}

export function attribute<Value>(type: number, name: string, codec: AttributeCodec<Value>): Attribute<Value> {
  return { type, name, codec };
}

/**
 * Reads and writes attributes according to a table. If several attributes have the same type, the last one counts, as
 * in the kernel.
 */
export class AttributeSet<Table> {
  readonly #byType: { key: string; attribute: Attribute<unknown> }[] = [];
  readonly #byKey: [string, Attribute<unknown>][];

  constructor(table: Table & AttributeTable) {
    this.#byKey = Object.entries(table);
    for (const [key, known] of this.#byKey) this.#byType[known.type] = { key, attribute: known };
  }

  /**
   * Reads the attributes from `start` to `end`.
   * @param path the message's name, for error messages
   * @throws PromiscError `malformed`
   */
  read(
    bytes: Uint8Array,
    start: number,
    end: number,
    path: string,
    { keepUnknown = true }: ReadOptions = {},
  ): AttributeValues<Table> {
    const values: Record<string, unknown> = {};
    const other: UnknownAttribute[] = [];
    for (let at = start; at < end; ) {
      // Up to three bytes of padding may follow the last attribute.
      if (end - at < NLA_HDRLEN) break;
      const length = readU16(bytes, at + headerField.length);
      if (length < NLA_HDRLEN) throw malformed(`${path} nla_len`, `${length} is less than ${NLA_HDRLEN}`);
      const type = readU16(bytes, at + headerField.type);
      const known = this.#byType[type & NLA_TYPE_MASK];
      const where = known ? `${path} ${known.attribute.name}` : path;
      need(where, at, length, end);
      const offset = at + NLA_HDRLEN;
      if (known) values[known.key] = known.attribute.codec.read(bytes, offset, length - NLA_HDRLEN, where);
      else if (keepUnknown) other.push({ type, value: bytes.subarray(offset, at + length) });
      at += align(length);
    }
    if (other.length > 0) values["other"] = other;
    return values as AttributeValues<Table>;
  }

  /**
   * Returns the kernel's name of the attribute whose header is at `at`, of those in `bytes` from `start` to `end`. Returns
   * undefined if the table doesn't have it, or no attribute begins there.
   */
  nameAt(bytes: Uint8Array, start: number, end: number, at: number): string | undefined {
    for (let offset = start; offset <= at && offset + NLA_HDRLEN <= end; ) {
      if (offset === at)
        return this.#byType[readU16(bytes, at + headerField.type) & NLA_TYPE_MASK]?.attribute.name;
      offset += align(Math.max(readU16(bytes, offset + headerField.length), NLA_HDRLEN));
    }
    return undefined;
  }

  size(values: AttributeValues<Table>): number {
    let size = 0;
    this.#each(values, (known, value) => {
      size += align(NLA_HDRLEN + known.codec.size(value));
    });
    for (const { value } of values.other ?? []) size += align(NLA_HDRLEN + value.length);
    return size;
  }

  /**
   * Writes the attributes at `offset`: known ones in the order of the table, then the others. Returns the offset after
   * them.
   */
  write(values: AttributeValues<Table>, into: Uint8Array, offset: number): number {
    let at = offset;
    this.#each(values, ({ type, codec }, value) => {
      const size = codec.size(value);
      const payload = begin(into, at, codec.nested ? type | NLA_F_NESTED : type, size);
      codec.write(value, into, payload);
      at = finish(into, payload + size);
    });
    for (const { type, value } of values.other ?? []) {
      const payload = begin(into, at, type, value.length);
      into.set(value, payload);
      at = finish(into, payload + value.length);
    }
    return at;
  }

  #each(values: AttributeValues<Table>, visit: (known: Attribute<unknown>, value: unknown) => void): void {
    for (const [key, known] of this.#byKey) {
      const value = (values as Record<string, unknown>)[key];
      if (value !== undefined) visit(known, value);
    }
  }
}

/**
 * Returns the end of the last attribute, of those from `start` on, that lies completely within `bytes`; `start` if none
 * does.
 */
export function wholeAttributesEnd(bytes: Uint8Array, start: number): number {
  let end = start;
  while (end + NLA_HDRLEN <= bytes.length) {
    const length = readU16(bytes, end + headerField.length);
    if (length < NLA_HDRLEN || end + length > bytes.length) break;
    end += align(length);
  }
  return Math.min(end, bytes.length);
}

function begin(into: Uint8Array, at: number, type: number, size: number): number {
  writeU16(into, at + headerField.length, NLA_HDRLEN + size);
  writeU16(into, at + headerField.type, type);
  return at + NLA_HDRLEN;
}

function finish(into: Uint8Array, end: number): number {
  const next = align(end);
  into.fill(0, end, next);
  return next;
}

function sized(size: number, path: string, length: number): void {
  if (length < size) throw malformed(path, `${length} bytes, needs ${size}`);
}

export const u8: AttributeCodec<number> = {
  read(bytes, offset, length, path) {
    sized(1, path, length);
    return bytes[offset] as number;
  },
  size: () => 1,
  write(value, into, offset) {
    into[offset] = value;
  },
};

export const u16: AttributeCodec<number> = {
  read(bytes, offset, length, path) {
    sized(2, path, length);
    return readU16(bytes, offset);
  },
  size: () => 2,
  write(value, into, offset) {
    writeU16(into, offset, value);
  },
};

export const u32: AttributeCodec<number> = {
  read(bytes, offset, length, path) {
    sized(4, path, length);
    return readU32(bytes, offset);
  },
  size: () => 4,
  write(value, into, offset) {
    writeU32(into, offset, value);
  },
};

export const s32: AttributeCodec<number> = {
  ...u32,
  read(bytes, offset, length, path) {
    sized(4, path, length);
    return readS32(bytes, offset);
  },
};

/** A string that ends at a NUL or with the attribute. */
export const string: AttributeCodec<string> = {
  read(bytes, offset, length) {
    let end = offset;
    while (end < offset + length && bytes[end] !== 0) end++;
    return decodeString(bytes, offset, end);
  },
  size: (value) => encodeString(value).length + 1,
  write(value, into, offset) {
    const bytes = encodeString(value);
    into.set(bytes, offset);
    into[offset + bytes.length] = 0;
  },
};

/** Bytes, unchanged, such as a hardware address. The value is a view of the received bytes. */
export const binary: AttributeCodec<Uint8Array> = {
  read: (bytes, offset, length) => bytes.subarray(offset, offset + length),
  size: (value) => value.length,
  write(value, into, offset) {
    into.set(value, offset);
  },
};

/** Returns the codec for an attribute that contains other attributes. */
export function nested<Table>(set: AttributeSet<Table>): AttributeCodec<AttributeValues<Table>> {
  return {
    nested: true,
    read: (bytes, offset, length, path) => set.read(bytes, offset, offset + length, path),
    size: (value) => set.size(value),
    write(value, into, offset) {
      set.write(value, into, offset);
    },
  };
}

/**
 * Returns the codec for an attribute that contains a list of attributes of one type. Attributes of other types are
 * ignored.
 */
export function listOf<Value>(element: Attribute<Value>): AttributeCodec<Value[]> {
  return {
    nested: true,
    read(bytes, offset, length, path) {
      const values: Value[] = [];
      const end = offset + length;
      for (let at = offset; end - at >= NLA_HDRLEN; ) {
        const size = readU16(bytes, at);
        if (size < NLA_HDRLEN) throw malformed(`${path} nla_len`, `${size} is less than ${NLA_HDRLEN}`);
        need(path, at, size, end);
        if ((readU16(bytes, at + 2) & NLA_TYPE_MASK) === element.type)
          values.push(
            element.codec.read(bytes, at + NLA_HDRLEN, size - NLA_HDRLEN, `${path} ${element.name}`),
          );
        at += align(size);
      }
      return values;
    },
    size: (values) => values.reduce((sum, value) => sum + align(NLA_HDRLEN + element.codec.size(value)), 0),
    write(values, into, offset) {
      let at = offset;
      for (const value of values) {
        const size = element.codec.size(value);
        const payload = begin(into, at, element.type, size);
        element.codec.write(value, into, payload);
        at = finish(into, payload + size);
      }
    },
  };
}

/**
 * Returns the codec for an attribute that contains a list of elements, whose attribute types are their positions from 1
 * on. They are read in the order in which they stand, whatever their types are.
 * @param name what an element is, for error messages
 */
export function indexedArray<Value>(name: string, codec: AttributeCodec<Value>): AttributeCodec<Value[]> {
  return {
    nested: true,
    read(bytes, offset, length, path) {
      const values: Value[] = [];
      const end = offset + length;
      for (let at = offset; end - at >= NLA_HDRLEN; ) {
        const size = readU16(bytes, at + headerField.length);
        if (size < NLA_HDRLEN) throw malformed(`${path} nla_len`, `${size} is less than ${NLA_HDRLEN}`);
        need(path, at, size, end);
        values.push(codec.read(bytes, at + NLA_HDRLEN, size - NLA_HDRLEN, `${path} ${name}`));
        at += align(size);
      }
      return values;
    },
    size: (values) => values.reduce((sum, value) => sum + align(NLA_HDRLEN + codec.size(value)), 0),
    write(values, into, offset) {
      let at = offset;
      for (const [position, value] of values.entries()) {
        const size = codec.size(value);
        const type = position + 1;
        const payload = begin(into, at, codec.nested ? type | NLA_F_NESTED : type, size);
        codec.write(value, into, payload);
        at = finish(into, payload + size);
      }
    },
  };
}

import { writeU16, writeU32 } from "../../../../src/wire/bytes.js";

/** A `struct btf_type` with the data that follows it: `rest` has the u32 after it. */
export interface BtfType {
  readonly name?: string;
  readonly kind: number;
  readonly vlen?: number;
  readonly flag?: boolean;
  readonly sizeOrType?: number;
  /** A string is replaced by its offset. */
  readonly rest?: readonly (number | string)[];
}

export const BTF_HEADER_SIZE = 24;

const kinds = { INT: 1, PTR: 2, ARRAY: 3, STRUCT: 4, UNION: 5, TYPEDEF: 8, CONST: 10 } as const;

export const int = (name: string, size: number): BtfType => ({
  name,
  kind: kinds.INT,
  sizeOrType: size,
  rest: [0],
});

export const pointer = (to: number): BtfType => ({ kind: kinds.PTR, sizeOrType: to });

export const array = (of: number, count: number): BtfType => ({ kind: kinds.ARRAY, rest: [of, of, count] });

export const typedef = (name: string, of: number): BtfType => ({ name, kind: kinds.TYPEDEF, sizeOrType: of });

export const constant = (of: number): BtfType => ({ kind: kinds.CONST, sizeOrType: of });

/** A member: its name, its type's id, and its offset in bits. */
export type BtfMemberEntry = readonly [name: string, type: number, bits: number];

export const struct = (name: string, size: number, members: readonly BtfMemberEntry[]): BtfType => ({
  name,
  kind: kinds.STRUCT,
  vlen: members.length,
  sizeOrType: size,
  rest: members.flat(),
});

export const union = (name: string, size: number, members: readonly BtfMemberEntry[]): BtfType => ({
  ...struct(name, size, members),
  kind: kinds.UNION,
});

/** Returns BTF with the given types, whose ids are 1, 2 and so on. */
export function btfOf(types: readonly BtfType[]): Uint8Array {
  const strings: number[] = [0];
  const offsetOf = (text: string): number => {
    if (text === "") return 0;
    const offset = strings.length;
    strings.push(...new TextEncoder().encode(text), 0);
    return offset;
  };
  const words = types.flatMap(({ name = "", kind, vlen = 0, flag = false, sizeOrType = 0, rest = [] }) => [
    offsetOf(name),
    ((flag ? 0x8000_0000 : 0) | (kind << 24) | vlen) >>> 0,
    sizeOrType,
    ...rest.map((word) => (typeof word === "string" ? offsetOf(word) : word)),
  ]);
  const bytes = new Uint8Array(BTF_HEADER_SIZE + words.length * 4 + strings.length);
  writeU16(bytes, 0, 0xeb9f);
  bytes[2] = 1;
  const header = [BTF_HEADER_SIZE, 0, words.length * 4, words.length * 4, strings.length];
  header.forEach((word, at) => {
    writeU32(bytes, 4 + at * 4, word);
  });
  words.forEach((word, at) => {
    writeU32(bytes, BTF_HEADER_SIZE + at * 4, word);
  });
  bytes.set(strings, BTF_HEADER_SIZE + words.length * 4);
  return bytes;
}

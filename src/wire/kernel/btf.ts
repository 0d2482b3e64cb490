import { encodeString, malformed, need, readU16, readU32 } from "../bytes.js";

// linux/btf.h; all integers are in the byte order of the machine that the kernel was built for.
const BTF_MAGIC = 0xeb9f;
const BTF_VERSION = 1;
const header = {
  magic: 0,
  version: 2,
  headerLength: 4,
  typesOffset: 8,
  typesLength: 12,
  stringsOffset: 16,
  stringsLength: 20,
} as const;
const HEADER_SIZE = 24;

/** `struct btf_type`. Its last field is a size in bytes or a type ID, depending on the kind. */
const type = { name: 0, info: 4, sizeOrType: 8 } as const;
const TYPE_SIZE = 12;

/** `struct btf_member`. */
const member = { name: 0, type: 4, offset: 8 } as const;
const MEMBER_SIZE = 12;

/** `struct btf_array`, which follows its `btf_type`. */
const array = { elementType: 0, count: 8 } as const;

const kind = {
  INT: 1,
  PTR: 2,
  ARRAY: 3,
  STRUCT: 4,
  UNION: 5,
  ENUM: 6,
  TYPEDEF: 8,
  VOLATILE: 9,
  CONST: 10,
  RESTRICT: 11,
  FLOAT: 16,
  TYPE_TAG: 18,
  ENUM64: 19,
} as const;

/** By kind: the number of bytes that follow a `btf_type` once, and for each of its `vlen` elements. */
const trailing: readonly (readonly [once: number, each: number])[] = [
  [0, 0], // void
  [4, 0], // INT
  [0, 0], // PTR
  [12, 0], // ARRAY
  [0, 12], // STRUCT
  [0, 12], // UNION
  [0, 8], // ENUM
  [0, 0], // FWD
  [0, 0], // TYPEDEF
  [0, 0], // VOLATILE
  [0, 0], // CONST
  [0, 0], // RESTRICT
  [0, 0], // FUNC
  [0, 8], // FUNC_PROTO
  [4, 0], // VAR
  [0, 12], // DATASEC
  [0, 0], // FLOAT
  [4, 0], // DECL_TAG
  [0, 0], // TYPE_TAG
  [0, 12], // ENUM64
];

/** The size on 64-bit machines, the only ones supported here. */
const POINTER_SIZE = 8;

/**
 * No kernel type has this many typedefs and qualifiers, or dimensions. Only a type that refers to itself exceeds it.
 */
const DEEPEST = 64;

/** The place of a member in its structure, in bytes. */
export interface BtfMember {
  readonly offset: number;
  readonly size: number;
}

/**
 * The type information of a kernel (Documentation/bpf/btf.rst). It answers where a structure's member lies. The
 * constructor scans all types once without decoding any; each query decodes the types it needs.
 */
export class Btf {
  readonly #bytes: Uint8Array;
  readonly #strings: { readonly start: number; readonly end: number };
  /** Offset of each type, by its ID. ID 0 is void, which isn't stored. */
  readonly #types: Uint32Array;
  readonly #structs: readonly number[];

  /**
   * @param bytes the contents of `/sys/kernel/btf/vmlinux`
   * @throws PromiscError `malformed`
   */
  constructor(bytes: Uint8Array) {
    need("BTF header", 0, HEADER_SIZE, bytes.length);
    const magic = readU16(bytes, header.magic);
    if (magic !== BTF_MAGIC)
      throw malformed("BTF header magic", `0x${magic.toString(16)}, not 0x${BTF_MAGIC.toString(16)}`);
    const version = bytes[header.version];
    if (version !== BTF_VERSION) throw malformed("BTF header version", `${version}, not ${BTF_VERSION}`);
    this.#bytes = bytes;
    this.#strings = section(bytes, "BTF strings", header.stringsOffset);
    const types = section(bytes, "BTF types", header.typesOffset);
    [this.#types, this.#structs] = index(bytes, types.start, types.end);
  }

  /**
   * Finds a member by the names that lead to it: `("sock", "__sk_common.skc_net.net")`. Members of anonymous structures
   * and unions count as members of the structure that contains them, as in C.
   * @returns undefined if there is no such structure or member, or if the member is a bit field, which has no address
   * @throws PromiscError `malformed`
   */
  member(structure: string, path: string): BtfMember | undefined {
    let id = this.#struct(structure);
    let offset = 0;
    for (const name of path.split(".")) {
      const found = id === undefined ? undefined : this.#find(id, encodeString(name), new Set());
      if (!found) return undefined;
      offset += found.offset;
      id = found.type;
    }
    return id === undefined ? undefined : { offset, size: this.#size(id, 0) };
  }

  /**
   * Returns the size of a structure in bytes; undefined if there is no such structure.
   * @throws PromiscError `malformed`
   */
  size(structure: string): number | undefined {
    const id = this.#struct(structure);
    return id === undefined ? undefined : this.#size(id, 0);
  }

  /**
   * Returns the ID of a typedef, which bpf(2) takes; undefined if there is no such typedef.
   * @throws PromiscError `malformed`
   */
  typedef(name: string): number | undefined {
    const wanted = encodeString(name);
    for (let id = 1; id < this.#types.length; id++) {
      const at = this.#at(id);
      if (kindOf(readU32(this.#bytes, at + type.info)) !== kind.TYPEDEF) continue;
      if (this.#isNamed(at + type.name, wanted)) return id;
    }
    return undefined;
  }

  #struct(name: string): number | undefined {
    const wanted = encodeString(name);
    return this.#structs.find((id) => this.#isNamed(this.#at(id) + type.name, wanted));
  }

  /** Reports whether the name whose offset is stored at `at` is `wanted`. */
  #isNamed(at: number, wanted: Uint8Array): boolean {
    const { start, end } = this.#strings;
    const name = readU32(this.#bytes, at);
    need("BTF name", start + name, 1, end);
    const nameEnd = start + name + wanted.length;
    if (nameEnd >= end || this.#bytes[nameEnd] !== 0) return false;
    return wanted.every((byte, position) => this.#bytes[start + name + position] === byte);
  }

  /**
   * @param visited types that were searched without success. They aren't searched again, which also ends the search of
   *   a type that contains itself.
   */
  #find(id: number, name: Uint8Array, visited: Set<number>): { offset: number; type: number } | undefined {
    const at = this.#at(this.#resolve(id));
    const info = readU32(this.#bytes, at + type.info);
    if (kindOf(info) !== kind.STRUCT && kindOf(info) !== kind.UNION) return undefined;
    if (visited.has(at)) return undefined;
    visited.add(at);
    const end = at + TYPE_SIZE + vlenOf(info) * MEMBER_SIZE;
    for (let each = at + TYPE_SIZE; each < end; each += MEMBER_SIZE) {
      const anonymous = readU32(this.#bytes, each + member.name) === 0;
      if (!anonymous && !this.#isNamed(each + member.name, name)) continue;
      const type = readU32(this.#bytes, each + member.type);
      const within = anonymous ? this.#find(type, name, visited) : { offset: 0, type };
      if (!within) continue;
      const offset = byteOffset(info, readU32(this.#bytes, each + member.offset));
      return offset === undefined ? undefined : { offset: offset + within.offset, type: within.type };
    }
    return undefined;
  }

  /** Follows typedefs and qualifiers to the type they refer to. */
  #resolve(id: number): number {
    let resolved = id;
    for (let steps = 0; steps < DEEPEST; steps++) {
      const at = this.#at(resolved);
      if (!isTransparent(kindOf(readU32(this.#bytes, at + type.info)))) return resolved;
      resolved = readU32(this.#bytes, at + type.sizeOrType);
    }
    throw malformed("BTF type", "it is another name of itself");
  }

  /** Returns a type's size in bytes. */
  #size(id: number, depth: number): number {
    if (depth > DEEPEST) throw malformed("BTF array", "it is an array of itself");
    const at = this.#at(this.#resolve(id));
    switch (kindOf(readU32(this.#bytes, at + type.info))) {
      case kind.PTR:
        return POINTER_SIZE;
      case kind.ARRAY: {
        const element = readU32(this.#bytes, at + TYPE_SIZE + array.elementType);
        return readU32(this.#bytes, at + TYPE_SIZE + array.count) * this.#size(element, depth + 1);
      }
      case kind.INT:
      case kind.STRUCT:
      case kind.UNION:
      case kind.ENUM:
      case kind.FLOAT:
      case kind.ENUM64:
        return readU32(this.#bytes, at + type.sizeOrType);
      default:
        throw malformed("BTF member", "its type has no size");
    }
  }

  #at(id: number): number {
    const at = this.#types[id];
    if (id === 0 || at === undefined)
      throw malformed("BTF type id", `${id} is not one of 1 to ${this.#types.length - 1}`);
    return at;
  }
}

function section(bytes: Uint8Array, path: string, offsetField: number): { start: number; end: number } {
  const start = readU32(bytes, header.headerLength) + readU32(bytes, offsetField);
  const length = readU32(bytes, offsetField + header.typesLength - header.typesOffset);
  need(path, start, length, bytes.length);
  return { start, end: start + length };
}

function index(bytes: Uint8Array, start: number, end: number): [types: Uint32Array, structs: number[]] {
  const types = new Uint32Array(Math.floor((end - start) / TYPE_SIZE) + 1);
  const structs: number[] = [];
  let id = 1;
  for (let at = start; at < end; id++) {
    need("BTF type", at, TYPE_SIZE, end);
    const info = readU32(bytes, at + type.info);
    const follows = trailing[kindOf(info)];
    if (!follows) throw malformed("BTF type", `kind ${kindOf(info)} is unknown`);
    const size = TYPE_SIZE + follows[0] + follows[1] * vlenOf(info);
    need("BTF type", at, size, end);
    types[id] = at;
    if (kindOf(info) === kind.STRUCT) structs.push(id);
    at += size;
  }
  return [types.subarray(0, id), structs];
}

function kindOf(info: number): number {
  return (info >>> 24) & 0x1f;
}

function vlenOf(info: number): number {
  return info & 0xffff;
}

function isTransparent(which: number): boolean {
  return (
    which === kind.TYPEDEF ||
    which === kind.CONST ||
    which === kind.VOLATILE ||
    which === kind.RESTRICT ||
    which === kind.TYPE_TAG
  );
}

/**
 * Returns a member's offset in bytes; undefined for a bit field. If the structure has bit fields (`kind_flag`), the
 * upper byte of `offset` is the member's width.
 */
function byteOffset(info: number, offset: number): number | undefined {
  const hasBitFields = info >>> 31 === 1;
  if (hasBitFields && offset >>> 24 !== 0) return undefined;
  const bits = hasBitFields ? offset & 0xffffff : offset;
  return bits % 8 === 0 ? bits / 8 : undefined;
}

import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { PromiscError } from "../../../src/errors.js";
import { writeU16, writeU32 } from "../../../src/wire/bytes.js";
import { Btf } from "../../../src/wire/kernel/btf.js";
import {
  array,
  BTF_HEADER_SIZE,
  btfOf,
  constant,
  int,
  pointer,
  struct,
  typedef,
  union,
} from "../../support/wire/golden/btf.js";
import { assertMalformed } from "../../support/wire/malformed.js";

const types = [
  int("int", 4), // 1
  int("long", 8), // 2
  pointer(7), // 3
  typedef("number", 5), // 4
  constant(1), // 5
  array(4, 3), // 6
  // 7: struct thing { int first; number second; union { long whole; struct { int low; int high; }; }; … }
  struct("thing", 56, [
    ["first", 1, 0],
    ["second", 4, 32],
    ["", 8, 64],
    ["next", 3, 128],
    ["three", 6, 192],
    ["inner", 10, 320],
  ]),
  union("", 8, [
    ["whole", 2, 0],
    ["", 9, 0],
  ]), // 8
  struct("", 8, [
    ["low", 1, 0],
    ["high", 1, 32],
  ]), // 9
  struct("inner", 16, [
    ["one", 2, 0],
    ["two", 2, 64],
  ]), // 10
  struct("thing_", 4, [["first", 1, 0]]), // 11
];

/** BTF with bit fields: kind_flag is set, and the upper byte of an offset is the width. */
const withBitFields = btfOf([
  int("int", 4),
  {
    ...struct("flags", 8, [
      ["plain", 1, 0],
      ["field", 1, (3 << 24) | 32],
    ]),
    flag: true,
  },
]);

describe("BTF", () => {
  const btf = new Btf(btfOf(types));

  const found: [path: string, offset: number, size: number][] = [
    ["first", 0, 4],
    ["second", 4, 4],
    ["whole", 8, 8],
    ["low", 8, 4],
    ["high", 12, 4],
    ["next", 16, 8],
    ["three", 24, 12],
    ["inner", 40, 16],
    ["inner.two", 48, 8],
  ];
  for (const [path, offset, size] of found)
    it(`finds thing.${path}`, () => assert.deepEqual(btf.member("thing", path), { offset, size }));

  it("doesn't find a member that doesn't exist", () => {
    for (const [structure, path] of [
      ["nosuch", "first"],
      ["thin", "first"],
      ["thing", "nosuch"],
      ["thing", "firs"],
      ["thing", "first.further"],
      ["thing", "next.first"],
      ["thing", ""],
    ] as const)
      assert.equal(btf.member(structure, path), undefined, `${structure}.${path}`);
  });

  it("doesn't find bit fields, but finds the members beside them", () => {
    const bits = new Btf(withBitFields);
    assert.deepEqual(bits.member("flags", "plain"), { offset: 0, size: 4 });
    assert.equal(bits.member("flags", "field"), undefined);
  });

  it("skips the additional data of each kind", () => {
    const btf = new Btf(
      btfOf([
        { name: "enum", kind: 6, vlen: 2, sizeOrType: 4, rest: ["a", 0, "b", 1] },
        { name: "forward", kind: 7 },
        { name: "prototype", kind: 13, vlen: 1, rest: ["parameter", 1] },
        { name: "function", kind: 12, sizeOrType: 3 },
        { name: "variable", kind: 14, sizeOrType: 1, rest: [1] },
        { name: "section", kind: 15, vlen: 1, sizeOrType: 4, rest: [5, 0, 4] },
        { name: "float", kind: 16, sizeOrType: 8 },
        { name: "tag", kind: 17, sizeOrType: 1, rest: [0] },
        { name: "type tag", kind: 18, sizeOrType: 7 },
        { name: "enum64", kind: 19, vlen: 1, sizeOrType: 8, rest: ["a", 0, 0] },
        struct("last", 24, [
          ["small", 1, 0],
          ["tagged", 9, 64],
          ["large", 10, 128],
        ]),
      ]),
    );
    assert.deepEqual(btf.member("last", "small"), { offset: 0, size: 4 });
    assert.deepEqual(btf.member("last", "tagged"), { offset: 8, size: 8 });
    assert.deepEqual(btf.member("last", "large"), { offset: 16, size: 8 });
  });
});

describe("malformed BTF", () => {
  const changed = (change: (bytes: Uint8Array) => void): Uint8Array => {
    const bytes = btfOf(types);
    change(bytes);
    return bytes;
  };
  const length = btfOf(types).length;
  const refused: [what: string, bytes: Uint8Array, path: string, reason: string][] = [
    ["an empty file", new Uint8Array(0), "BTF header", "0 bytes, needs 24"],
    ["a header cut short", btfOf([]).subarray(0, 23), "BTF header", "23 bytes, needs 24"],
    [
      "another magic number",
      changed((bytes) => writeU16(bytes, 0, 0x9feb)),
      "BTF header magic",
      "0x9feb, not 0xeb9f",
    ],
    ["another version", changed((bytes) => bytes.set([2], 2)), "BTF header version", "2, not 1"],
    ["strings cut short", btfOf(types).subarray(0, length - 1), "BTF strings", ""],
    ["types beyond the end", changed((bytes) => writeU32(bytes, 12, 0xffff_fff0)), "BTF types", ""],
    ["a type cut short", changed((bytes) => writeU32(bytes, 12, 20)), "BTF type", "4 bytes, needs 12"],
    ["members cut short", changed((bytes) => writeU32(bytes, 12, 128)), "BTF type", ""],
    [
      "an unknown kind",
      changed((bytes) => writeU32(bytes, BTF_HEADER_SIZE + 4, 31 << 24)),
      "BTF type",
      "kind 31 is unknown",
    ],
  ];
  for (const [what, bytes, path, reason] of refused)
    it(`is refused at once: ${what}`, () => {
      if (reason !== "") assertMalformed(() => new Btf(bytes), path, reason);
      else assert.throws(() => new Btf(bytes), new RegExp(`cannot decode ${path}: \\d+ bytes, needs`));
    });

  const asked: [what: string, bytes: Uint8Array, path: string, reason: string][] = [
    ["an id without a type", btfOf([struct("a", 4, [["b", 9, 0]])]), "BTF type id", "9 is not one of 1 to 1"],
    ["void", btfOf([struct("a", 4, [["b", 0, 0]])]), "BTF type id", "0 is not one of 1 to 1"],
    [
      "a typedef of itself",
      btfOf([struct("a", 4, [["b", 2, 0]]), typedef("b", 2)]),
      "BTF type",
      "it is another name of itself",
    ],
    [
      "an array of itself",
      btfOf([struct("a", 4, [["b", 2, 0]]), array(2, 2)]),
      "BTF array",
      "it is an array of itself",
    ],
    [
      "a type without a size",
      btfOf([struct("a", 4, [["b", 2, 0]]), { kind: 12, sizeOrType: 1 }]),
      "BTF member",
      "its type has no size",
    ],
  ];
  for (const [what, bytes, path, reason] of asked)
    it(`is refused when the member is looked up: ${what}`, () =>
      assertMalformed(() => new Btf(bytes).member("a", "b"), path, reason));

  it("is refused when the member is looked up: a name beyond the strings", () => {
    const bytes = btfOf([struct("a", 4, [])]);
    writeU32(bytes, BTF_HEADER_SIZE, 1000);
    assert.throws(() => new Btf(bytes).member("a", "b"), /cannot decode BTF name/);
  });

  it("is searched once if a structure contains itself", () => {
    const self = btfOf([
      struct("a", 4, [
        ["", 1, 0],
        ["", 1, 0],
        ["", 2, 0],
      ]),
      union("", 4, [
        ["", 1, 0],
        ["", 2, 0],
      ]),
    ]);
    assert.equal(new Btf(self).member("a", "b"), undefined);
  });

  it("is refused or read, and nothing else, with random bytes", () => {
    const bytes = btfOf(types);
    const change = fc.tuple(fc.nat(bytes.length - 1), fc.nat(255));
    fc.assert(
      fc.property(fc.array(change, { minLength: 1, maxLength: 8 }), fc.nat(bytes.length), (changes, end) => {
        const mutated = bytes.slice(0, changes.length % 2 ? bytes.length : end);
        for (const [at, byte] of changes) mutated[at] = byte;
        try {
          const btf = new Btf(mutated);
          for (const path of ["first", "high", "three", "inner.two", "nosuch"]) btf.member("thing", path);
        } catch (error) {
          assert.ok(error instanceof PromiscError && error.code === "malformed", String(error));
        }
      }),
      { numRuns: 5000 },
    );
  });
});

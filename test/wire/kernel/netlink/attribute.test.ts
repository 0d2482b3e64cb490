import assert from "node:assert/strict";
import { describe, it } from "node:test";
import {
  AttributeSet,
  type AttributeValues,
  attribute,
  binary,
  listOf,
  nested,
  s32,
  string,
  u8,
  u32,
  wholeAttributesEnd,
} from "../../../../src/wire/kernel/netlink/attribute.js";
import { hex, otherByteOrder } from "../../../support/wire/golden/hex.js";
import { assertMalformed } from "../../../support/wire/malformed.js";

const table = {
  octet: attribute(0, "T_OCTET", u8),
  word: attribute(1, "T_WORD", u32),
  signed: attribute(2, "T_SIGNED", s32),
  text: attribute(3, "T_TEXT", string),
  bytes: attribute(4, "T_BYTES", binary),
  nest: attribute(5, "T_NEST", nested(new AttributeSet({ inner: attribute(1, "T_INNER", u32) }))),
  list: attribute(6, "T_LIST", listOf(attribute(7, "T_ENTRY", u32))),
};
const set = new AttributeSet(table);

const all = hex(`
  05 00 00 00 ff 00 00 00 # T_OCTET
  08 00 01 00 ff ff ff ff # T_WORD
  08 00 02 00 ff ff ff ff # T_SIGNED
  07 00 03 00 76 30 00 00 # T_TEXT
  07 00 04 00 01 02 03 00 # T_BYTES
  0c 00 05 80 # T_NEST, NLA_F_NESTED
    08 00 01 00 2a 00 00 00 # T_INNER
  14 00 06 80 # T_LIST, NLA_F_NESTED
    08 00 07 00 01 00 00 00 # T_ENTRY
    08 00 07 00 02 00 00 00 # T_ENTRY
  05 00 63 00 99 00 00 00 # not in the table
  04 00 64 c0 # nor this, with both flags
`);

const allValues: AttributeValues<typeof table> = {
  octet: 255,
  word: 0xffff_ffff,
  signed: -1,
  text: "v0",
  bytes: Uint8Array.of(1, 2, 3),
  nest: { inner: 42 },
  list: [1, 2],
  other: [
    { type: 0x63, value: Uint8Array.of(0x99) },
    { type: 0xc064, value: new Uint8Array(0) },
  ],
};

const read = (text: string) => {
  const bytes = hex(text);
  return set.read(bytes, 0, bytes.length, "thing");
};

describe("netlink attributes", { skip: otherByteOrder }, () => {
  it("are read", () => assert.deepEqual(set.read(all, 0, all.length, "thing"), allValues));

  it("are written byte for byte, with zeroed padding", () => {
    const into = new Uint8Array(set.size(allValues)).fill(0xa5);
    assert.equal(set.write(allValues, into, 0), into.length);
    assert.deepEqual(into, all);
  });

  it("are absent from the value if they are absent from the bytes", () =>
    assert.deepEqual(Object.keys(read("08 00 01 00 01 00 00 00")), ["word"]));

  it("are recognized with and without NLA_F_NESTED and NLA_F_NET_BYTEORDER", () => {
    for (const type of ["05 00", "05 80", "05 40"])
      assert.deepEqual(read(`0c 00 ${type} 08 00 01 00 2a 00 00 00`), { nest: { inner: 42 } });
  });

  it("have the last value if they appear twice", () =>
    assert.deepEqual(read("08 00 01 00 01 00 00 00 08 00 01 00 02 00 00 00"), { word: 2 }));

  it("may be followed by up to three bytes of padding", () =>
    assert.deepEqual(read("08 00 01 00 01 00 00 00 ff ff ff"), { word: 1 }));

  it("may lack the padding of the last one", () => assert.deepEqual(read("05 00 00 00 2a"), { octet: 42 }));

  it("may be longer than their type, as a newer kernel may send them", () =>
    assert.deepEqual(read("0c 00 01 00 2a 00 00 00 63 63 63 63"), { word: 42 }));

  it("are strings up to the first NUL, or up to their end", () => {
    assert.deepEqual(read("08 00 03 00 61 62 00 63"), { text: "ab" });
    assert.deepEqual(read("06 00 03 00 61 62 00 00"), { text: "ab" });
    assert.deepEqual(read("04 00 03 00"), { text: "" });
  });

  it("are skipped in a list if they have another type", () =>
    assert.deepEqual(read("14 00 06 80 08 00 08 00 01 00 00 00 08 00 07 80 02 00 00 00"), { list: [2] }));

  it("can be empty lists or nests", () =>
    assert.deepEqual(read("04 00 05 80 04 00 06 80"), { nest: {}, list: [] }));

  const broken: [what: string, bytes: string, path: string, reason: string][] = [
    ["nla_len of zero, which would never end", "00 00 01 00", "thing nla_len", "0 is less than 4"],
    ["nla_len less than a header", "03 00 01 00", "thing nla_len", "3 is less than 4"],
    ["nla_len beyond the end", "09 00 01 00 01 00 00 00", "thing T_WORD", "8 bytes, needs 9"],
    ["nla_len of an unknown type beyond the end", "09 00 63 00 01 00 00 00", "thing", "8 bytes, needs 9"],
    ["the largest nla_len", "ff ff 01 00 01 00 00 00", "thing T_WORD", "8 bytes, needs 65535"],
    ["a short u8", "04 00 00 00", "thing T_OCTET", "0 bytes, needs 1"],
    ["a short u32", "06 00 01 00 01 00 00 00", "thing T_WORD", "2 bytes, needs 4"],
    ["a short s32", "07 00 02 00 01 00 00 00", "thing T_SIGNED", "3 bytes, needs 4"],
    [
      "a short attribute in a nest",
      "0a 00 05 80 06 00 01 00 01 00 00 00",
      "thing T_NEST T_INNER",
      "2 bytes, needs 4",
    ],
    ["a nest cut short", "0a 00 05 80 08 00 01 00 01 00 00 00", "thing T_NEST T_INNER", "6 bytes, needs 8"],
    ["nla_len of zero in a nest", "08 00 05 80 00 00 01 00", "thing T_NEST nla_len", "0 is less than 4"],
    ["nla_len of zero in a list", "08 00 06 80 00 00 07 00", "thing T_LIST nla_len", "0 is less than 4"],
    ["a list cut short", "0a 00 06 80 08 00 07 00 01 00 00 00", "thing T_LIST", "6 bytes, needs 8"],
    [
      "a short entry in a list",
      "0a 00 06 80 06 00 07 00 01 00 00 00",
      "thing T_LIST T_ENTRY",
      "2 bytes, needs 4",
    ],
  ];
  for (const [what, bytes, path, reason] of broken)
    it(`are malformed with ${what}`, () => assertMalformed(() => read(bytes), path, reason));
});

describe("the name of the attribute at an offset", { skip: otherByteOrder }, () => {
  const bytes = hex(`
    00 00 00 00
    08 00 01 00 01 00 00 00 # T_WORD
    06 00 63 00 01 02 00 00 # unknown
    0c 00 05 80 08 00 01 00 01 00 00 00 # T_NEST with T_INNER
    0c 00 06 80 08 00 07 00 01 00 00 00 # T_LIST with T_ENTRY
  `);
  for (const [at, name] of [
    [4, "T_WORD"],
    [12, undefined],
    [20, "T_NEST"],
    [24, undefined],
    [32, "T_LIST"],
    [36, undefined],
    [44, undefined],
    [0, undefined],
    [8, undefined],
  ] as const)
    it(`at ${at} is ${name}`, () => assert.equal(set.nameAt(bytes, 4, bytes.length, at), name));
});

describe("netlink attributes of which only the first bytes are there", { skip: otherByteOrder }, () => {
  const bytes = hex("ff ff 05 00 00 00 ff 00 00 00 08 00 01 00 ff ff ff ff");

  it("end after the last complete attribute", () => {
    assert.equal(wholeAttributesEnd(bytes, 2), 18);
    for (const cut of [17, 16, 14, 13, 11, 10])
      assert.equal(wholeAttributesEnd(bytes.subarray(0, cut), 2), 10);
    // The padding may be missing.
    for (const cut of [9, 8, 7]) assert.equal(wholeAttributesEnd(bytes.subarray(0, cut), 2), cut);
    for (const cut of [6, 5, 2]) assert.equal(wholeAttributesEnd(bytes.subarray(0, cut), 2), 2);
  });

  it("end before an invalid length", () =>
    assert.equal(wholeAttributesEnd(hex("05 00 00 00 ff 00 00 00 03 00 01 00"), 0), 8));
});

import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import {
  decodeString,
  encodeString,
  need,
  readS32,
  readU16,
  readU32,
  readU64,
  writeU16,
  writeU32,
  writeU64,
} from "../../src/wire/bytes.js";
import { assertMalformed } from "../support/wire/malformed.js";

describe("integers of the host's byte order", () => {
  const view = new DataView(new ArrayBuffer(8));
  const bytes = new Uint8Array(view.buffer);
  const little = new Uint8Array(new Uint16Array([1]).buffer)[0] === 1;

  it("are read", () =>
    fc.assert(
      fc.property(fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }), fc.nat(4), (value, offset) => {
        view.setInt32(offset, value, little);
        assert.equal(readS32(bytes, offset), value);
        assert.equal(readU32(bytes, offset), value >>> 0);
        assert.equal(readU16(bytes, offset), view.getUint16(offset, little));
      }),
    ));

  it("are written, with no byte beside them changed", () =>
    fc.assert(
      fc.property(fc.nat(2 ** 32 - 1), fc.nat(3), (value, offset) => {
        bytes.fill(0xa5);
        writeU32(bytes, offset, value);
        assert.equal(view.getUint32(offset, little), value);
        assert.ok(bytes.every((byte, at) => (at >= offset && at < offset + 4) || byte === 0xa5));
        bytes.fill(0xa5);
        writeU16(bytes, offset, value & 0xffff);
        assert.equal(view.getUint16(offset, little), value & 0xffff);
        assert.ok(bytes.every((byte, at) => at === offset || at === offset + 1 || byte === 0xa5));
      }),
    ));

  it("of 64 bits are read and written, with no byte beside them changed", () =>
    fc.assert(
      fc.property(fc.bigInt(0n, 2n ** 64n - 1n), fc.nat(8), (value, offset) => {
        const wide = new DataView(new ArrayBuffer(16));
        const bytes = new Uint8Array(wide.buffer).fill(0xa5);
        writeU64(bytes, offset, value);
        assert.equal(wide.getBigUint64(offset, little), value);
        assert.equal(readU64(bytes, offset), value);
        assert.ok(bytes.every((byte, at) => (at >= offset && at < offset + 8) || byte === 0xa5));
      }),
    ));

  it("are written as two's complement if they are negative", () => {
    writeU32(bytes, 0, -2);
    assert.equal(readS32(bytes, 0), -2);
    assert.equal(readU32(bytes, 0), 0xffff_fffe);
  });
});

describe("need()", () => {
  it("accepts a field that ends where the bytes end", () => need("thing", 4, 4, 8));

  it("reports how many bytes there are and how many are needed", () => {
    assertMalformed(() => need("thing", 4, 5, 8), "thing", "4 bytes, needs 5");
    assertMalformed(() => need("thing", 9, 1, 8), "thing", "0 bytes, needs 1");
  });
});

describe("strings from the kernel", () => {
  const decode = (...bytes: number[]) => decodeString(Uint8Array.from(bytes), 0, bytes.length);

  it("are decoded as UTF-8", () => {
    assert.equal(decode(0x65, 0x74, 0x68, 0x30), "eth0");
    assert.equal(decode(0xc3, 0xa9, 0xf0, 0x9f, 0x90, 0x99), "é🐙");
  });

  it("keep a byte order mark", () => assert.equal(decode(0xef, 0xbb, 0xbf, 0x61), "\ufeffa"));

  const notUtf8: [what: string, bytes: number[], text: string][] = [
    ["a lone continuation byte", [0x61, 0x80, 0x62], "a\udc80b"],
    ["a sequence that is cut short", [0x61, 0xc3], "a\udcc3"],
    ["an overlong NUL", [0xc0, 0x80], "\udcc0\udc80"],
    ["an encoded surrogate", [0xed, 0xb2, 0x80], "\udced\udcb2\udc80"],
    ["valid beside invalid", [0xc3, 0xa9, 0xff], "\udcc3\udca9\udcff"],
  ];
  for (const [what, bytes, text] of notUtf8)
    it(`keep the bytes of ${what} as lone surrogates`, () => {
      assert.equal(decode(...bytes), text);
      assert.deepEqual(encodeString(text), Uint8Array.from(bytes));
    });

  it("survive the round trip for any bytes without NUL", () =>
    fc.assert(
      fc.property(fc.uint8Array({ max: 255, maxLength: 64 }), (bytes) => {
        const withoutNul = bytes.filter((byte) => byte !== 0);
        assert.deepEqual(encodeString(decodeString(withoutNul, 0, withoutNul.length)), withoutNul);
      }),
      { numRuns: 1000 },
    ));

  it("survive the round trip for any Unicode text", () =>
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (text) => {
        const bytes = encodeString(text);
        assert.equal(decodeString(bytes, 0, bytes.length), text);
      }),
    ));

  it("are decoded only between their bounds", () =>
    assert.equal(decodeString(Uint8Array.from([0xff, 0x61, 0xff]), 1, 2), "a"));
});

import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import {
  formatAx25Address,
  formatHardwareAddress,
  formatRoseAddress,
  macNumberAt,
} from "../../src/wire/hardware-address.js";

describe("formatHardwareAddress", () => {
  it("writes two lower-case digits per octet, with colons between", () => {
    assert.equal(formatHardwareAddress(Uint8Array.of(0x02, 0xfc, 0, 0, 0, 0x01)), "02:fc:00:00:00:01");
    assert.equal(formatHardwareAddress(Uint8Array.of(0xab)), "ab");
    assert.equal(formatHardwareAddress(new Uint8Array(0)), "");
  });

  it("loses nothing at any length", () =>
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1, maxLength: 32 }), (bytes) => {
        const text = formatHardwareAddress(bytes);
        assert.match(text, /^[0-9a-f]{2}(:[0-9a-f]{2})*$/);
        assert.deepEqual(
          Uint8Array.from(text.split(":"), (octet) => Number.parseInt(octet, 16)),
          bytes,
        );
      }),
    ));
});

describe("formatAx25Address", () => {
  const callSign = (characters: string, station: number) =>
    Uint8Array.of(...Array.from(characters, (character) => character.charCodeAt(0) << 1), station << 1);

  const table: [bytes: Uint8Array, text: string][] = [
    [callSign("N0CALL", 5), "N0CALL-5"],
    [callSign("AB1C  ", 0), "AB1C-0"],
    [callSign("AB1C  ", 15), "AB1C-15"],
    // A NUL ends the text, as with ip.
    [callSign("AB\0CDE", 3), "AB"],
    [callSign("      ", 0), "*"],
    [new Uint8Array(7), "*"],
    [new Uint8Array(0), "*"],
  ];
  for (const [bytes, text] of table)
    it(`writes ${Buffer.from(bytes).toString("hex") || "nothing"} as ${text}`, () =>
      assert.equal(formatAx25Address(bytes), text));
});

describe("formatRoseAddress", () => {
  it("writes ten decimal digits", () =>
    assert.equal(formatRoseAddress(Uint8Array.of(0x20, 0x80, 0x57, 0x34, 0x19)), "2080573419"));

  it("writes digits above nine as the characters that follow in ASCII", () =>
    assert.equal(formatRoseAddress(Uint8Array.of(0xab, 0xcd, 0xef, 0, 0)), ":;<=>?0000"));
});

describe("macNumberAt", () => {
  it("puts the first byte highest, and has all 48 bits", () => {
    const bytes = Uint8Array.of(0xa5, 0xfe, 0xdc, 0xba, 0x98, 0x76, 0x54, 0xa5);
    assert.equal(macNumberAt(bytes, 1), 0xfedc_ba98_7654);
    assert.equal(macNumberAt(new Uint8Array(6).fill(0xff), 0), 2 ** 48 - 1);
  });
});

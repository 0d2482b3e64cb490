import assert from "node:assert/strict";
import { isIP } from "node:net";
import { describe, it } from "node:test";
import fc from "fast-check";
import { formatInetAddress } from "../../src/wire/inet-address.js";
import { hex } from "../support/wire/golden/hex.js";

/** The output of inet_ntop(3) of glibc 2.36. */
const glibc: [words: string, text: string][] = [
  ["0000 0000 0000 0000 0000 0000 0000 0000", "::"],
  ["0000 0000 0000 0000 0000 0000 0000 0001", "::1"],
  ["0000 0000 0000 0000 0000 0000 0002 0000", "::0.2.0.0"],
  ["0000 0000 0000 0000 0000 0001 0000 0000", "::1:0:0"],
  ["0000 0000 0000 0000 0000 ffff 0102 0304", "::ffff:1.2.3.4"],
  ["0000 0000 0000 0000 0000 fffe 0102 0304", "::fffe:102:304"],
  ["0000 0000 0000 0000 0000 0000 0102 0304", "::1.2.3.4"],
  ["0000 0000 0000 0000 0000 0000 0000 0102", "::102"],
  ["0000 0000 0000 0000 0000 0001 0002 0003", "::1:2:3"],
  ["0001 0000 0000 0000 0000 0000 0000 0000", "1::"],
  ["0001 0002 0003 0004 0005 0006 0007 0000", "1:2:3:4:5:6:7:0"],
  ["0001 0002 0003 0004 0005 0006 0000 0000", "1:2:3:4:5:6::"],
  ["0001 0000 0000 0002 0000 0000 0003 0004", "1::2:0:0:3:4"],
  ["0001 0000 0000 0002 0000 0000 0000 0004", "1:0:0:2::4"],
  ["0000 0000 0001 0002 0003 0004 0000 0000", "::1:2:3:4:0:0"],
  ["0000 0001 0000 0002 0000 0003 0000 0004", "0:1:0:2:0:3:0:4"],
  ["0000 0001 0002 0003 0004 0005 0006 0007", "0:1:2:3:4:5:6:7"],
  ["fe80 0000 0000 0000 0000 0000 0000 0001", "fe80::1"],
  ["2001 0db8 0000 0000 0008 0800 200c 417a", "2001:db8::8:800:200c:417a"],
  ["ff02 0000 0000 0000 0000 0001 ff00 0001", "ff02::1:ff00:1"],
  ["0064 ff9b 0000 0000 0000 0000 c000 0221", "64:ff9b::c000:221"],
  ["0000 0000 0000 0000 0000 ffff 0000 0000", "::ffff:0.0.0.0"],
  ["0000 0000 0000 0000 ffff 0000 0102 0304", "::ffff:0:102:304"],
  ["0001 0002 0003 0004 0005 0006 0007 0008", "1:2:3:4:5:6:7:8"],
  ["abcd ef01 0000 0000 00a0 000b 000c 000d", "abcd:ef01::a0:b:c:d"],
  ["0000 0000 0000 0000 0001 0000 0000 0000", "::1:0:0:0"],
  ["ffff ffff ffff ffff ffff ffff ffff ffff", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"],
];

describe("formatInetAddress", () => {
  for (const [words, text] of glibc)
    it(`writes ${words} as ${text}, as glibc does`, () => assert.equal(formatInetAddress(hex(words)), text));

  it("writes four bytes as dotted decimals", () => {
    assert.equal(formatInetAddress(Uint8Array.of(192, 0, 2, 1)), "192.0.2.1");
    assert.equal(formatInetAddress(Uint8Array.of(0, 0, 0, 255)), "0.0.0.255");
  });

  it("accepts no other length", () => {
    for (const length of [0, 3, 5, 15, 17]) assert.equal(formatInetAddress(new Uint8Array(length)), null);
  });

  it("writes text that is parsed to the same IPv6 address", () => {
    // Words are often zero, because otherwise there would hardly be sequences of zeros.
    const word = fc.oneof(fc.constant(0), fc.constant(0xffff), fc.nat(0xffff));
    fc.assert(
      fc.property(fc.array(word, { minLength: 8, maxLength: 8 }), (words) => {
        const text = formatInetAddress(Uint8Array.from(words.flatMap((each) => [each >> 8, each & 0xff])));
        assert.equal(isIP(text ?? ""), 6, `not an IPv6 address: ${text}`);
        assert.deepEqual(parse(text ?? ""), words);
      }),
      { numRuns: 2000 },
    );
  });
});

/** Returns the eight words of an IPv6 address in any spelling. */
function parse(text: string): number[] {
  const [before = "", after] = text.split("::");
  const first = words(before);
  if (after === undefined) return first;
  const last = words(after);
  return [...first, ...new Array<number>(8 - first.length - last.length).fill(0), ...last];
}

function words(text: string): number[] {
  if (text === "") return [];
  return text.split(":").flatMap((part) => {
    if (!part.includes(".")) return [Number.parseInt(part, 16)];
    const [a = 0, b = 0, c = 0, d = 0] = part.split(".").map(Number);
    return [(a << 8) | b, (c << 8) | d];
  });
}

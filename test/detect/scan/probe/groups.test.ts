import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { randomGroups } from "../../../../src/detect/scan/probe/groups.js";

const bytesOf = (mac: string): Buffer => Buffer.from(mac.replaceAll(":", ""), "hex");

/**
 * Returns the Ethernet CRC of an address, not complemented, as IEEE 802.3 defines it: the remainder of a division of
 * polynomials whose coefficients are the bits in the order of transmission, lowest first.
 */
function crcOf(mac: string): number {
  const POLYNOMIAL = 0x104c11db7n;
  const sent = [...bytesOf(mac)].map((byte) => [...byte.toString(2).padStart(8, "0")].reverse().join(""));
  // The first 32 bits are complemented.
  let rest = (BigInt(`0b${sent.join("")}`) ^ (0xffffffffn << 16n)) << 32n;
  for (let degree = 79n; degree >= 32n; degree--)
    if ((rest >> degree) & 1n) rest ^= POLYNOMIAL << (degree - 32n);
  return Number(rest);
}

/** The hashes of an address in the filters of common cards. */
const bins: Readonly<Record<string, (mac: string) => number>> = {
  "rtl8139 and 8390, by the top six bits of the CRC": (mac) => crcOf(mac) >>> 26,
  "tulip, by the low six bits of the CRC": (mac) => crcOf(mac) & 0x3f,
  "Intel, by the top 12 bits of the last two bytes": (mac) => bytesOf(mac).readUInt16LE(4) >>> 4,
};

describe("the random group addresses of a scan", () => {
  it("are computed with the Ethernet CRC", () => {
    // The expected values are zlib's crc32 with its bits reversed and complemented.
    assert.equal(crcOf("ff:ff:ff:ff:ff:ff"), 0xff48647d);
    assert.equal(crcOf("01:00:5e:00:00:01"), 0x7fa32d9b);
    assert.equal(crcOf("33:33:00:00:00:01"), 0xf99baaba);
  });

  for (const [filter, bin] of Object.entries(bins))
    it(`are groups with different hashes in the filter of ${filter}`, () => {
      for (let round = 0; round < 200; round++) {
        const groups = randomGroups(6);
        assert.equal(groups.length, 6);
        for (const group of groups) assert.equal((bytesOf(group)[0] as number) & 1, 1);
        assert.equal(new Set(groups.map(bin)).size, 6);
      }
    });

  it("are of IPv4, of IPv6 and of no protocol, and are never those that hosts join", () => {
    const groups = Array.from({ length: 100 }, () => randomGroups(6)).flat();
    // Groups of no protocol may begin like the others, but hardly ever do.
    for (const prefix of ["01:00:5e:", "33:33:"]) {
      const count = groups.filter((group) => group.startsWith(prefix)).length;
      assert.ok(count >= 200 && count < 220, `${prefix} ${count}`);
    }
    for (const group of groups)
      assert.doesNotMatch(group, /^(01:00:5e:00:00:|33:33:00:00:|33:33:ff:|ff:ff:ff:ff:ff:ff)/);
    assert.equal(new Set(groups).size, groups.length);
  });
});

import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { etherCrc, etherCrcOfMac } from "../../../../src/wire/packet/link/ethernet-crc.js";

/** Returns CRC-32 as zlib and IEEE 802.3 write it: with reversed bits, and complemented. */
function crc32(bytes: Uint8Array): number {
  const bits = [...etherCrc(bytes, 0, bytes.length).toString(2).padStart(32, "0")].reverse().join("");
  return ~Number.parseInt(bits, 2) >>> 0;
}

// The expected values are from Python's zlib.crc32, with their bits reversed.
const addresses: readonly [mac: string, crc: number][] = [
  ["01:00:5e:00:00:01", 0x7fa32d9b],
  ["33:33:00:00:00:01", 0xf99baaba],
  ["33:33:ff:12:34:56", 0x0bf9eb4b],
  ["ff:00:00:00:00:00", 0x09af9f55],
  ["01:80:c2:00:00:00", 0x67d8c317],
  ["ff:ff:ff:ff:ff:ff", 0xff48647d],
];

describe("the Ethernet CRC", () => {
  it("has the check value of CRC-32, 0xcbf43926 for 123456789", () =>
    assert.equal(crc32(Buffer.from("123456789")), 0xcbf43926));

  it("of no bytes is its initial value", () => assert.equal(etherCrc(new Uint8Array(4), 2, 2), 0xffffffff));

  for (const [mac, crc] of addresses)
    it(`of ${mac} is 0x${crc.toString(16)}, from bytes and from a number`, () => {
      const octets = mac.replaceAll(":", "");
      const bytes = Buffer.concat([Buffer.of(0xa5), Buffer.from(octets, "hex"), Buffer.of(0xa5)]);
      assert.equal(etherCrc(bytes, 1, 7), crc);
      assert.equal(etherCrcOfMac(Number.parseInt(octets, 16)), crc);
    });
});

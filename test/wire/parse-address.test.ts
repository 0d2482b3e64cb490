import assert from "node:assert/strict";
import { isIP } from "node:net";
import { describe, it } from "node:test";
import fc from "fast-check";
import { formatHardwareAddress } from "../../src/wire/hardware-address.js";
import { formatInetAddress } from "../../src/wire/inet-address.js";
import {
  hardwareAddressSize,
  isMac,
  writeHardwareAddress,
  writeIpv4Address,
  writeIpv6Address,
  writeMac,
} from "../../src/wire/parse-address.js";
import { hex } from "../support/wire/golden/hex.js";

const ipv4 = (text: string) => {
  const bytes = new Uint8Array(4).fill(0xa5);
  writeIpv4Address(text, bytes, 0);
  return bytes;
};
const ipv6 = (text: string) => {
  const bytes = new Uint8Array(16).fill(0xa5);
  writeIpv6Address(text, bytes, 0);
  return bytes;
};

describe("formatting and parsing an address", () => {
  it("gives the same IPv4 address", () =>
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 4, maxLength: 4 }), (bytes) =>
        assert.deepEqual(ipv4(formatInetAddress(bytes) as string), bytes),
      ),
    ));

  it("gives the same IPv6 address", () => {
    const byte = fc.oneof(fc.constant(0), fc.nat(255));
    fc.assert(
      fc.property(fc.array(byte, { minLength: 16, maxLength: 16 }), (each) => {
        const bytes = Uint8Array.from(each);
        assert.deepEqual(ipv6(formatInetAddress(bytes) as string), bytes);
      }),
      { numRuns: 1000 },
    );
  });

  it("gives the same hardware address at any length", () =>
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 20 }), (bytes) => {
        const text = formatHardwareAddress(bytes);
        assert.equal(hardwareAddressSize(text), bytes.length);
        const into = new Uint8Array(bytes.length);
        assert.equal(writeHardwareAddress(text, into, 0), bytes.length);
        assert.deepEqual(into, bytes);
      }),
    ));
});

describe("recognizing an address in a text", () => {
  it("agrees with Node.js on IP addresses", () => {
    const piece = fc.constantFrom("0", "1", "ffff", "12345", "g", ":", "::", ".", "1.2.3.4", "256", "");
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 16 }), (pieces) => {
        const text = pieces.join("");
        for (const [family, parse] of [
          [4, ipv4],
          [6, ipv6],
        ] as const) {
          if (isIP(text) === family) parse(text);
          // Node.js refuses leading zeros, as does inet_pton(3) of glibc.
          else assert.throws(() => parse(text), { code: "usage" }, text);
        }
      }),
      { numRuns: 5000 },
    );
  });

  it("accepts octets with colons between as a hardware address", () => {
    for (const text of ["02:fc", "02:fc:00:00:00:0g", "02:fc:00:00:00:00:", "02-fc-00-00-00-01"])
      assert.throws(() => writeMac(text, new Uint8Array(8), 0), { code: "usage" });
    const into = new Uint8Array(6);
    writeMac("2:FC:0:0:0:1", into, 0);
    assert.deepEqual(into, hex("02 fc 00 00 00 01"));
  });
});

describe("recognizing an Ethernet address in a text", () => {
  for (const text of ["02:fc:00:00:00:01", "02:FC:00:00:0a:Ff"])
    it(`accepts ${text}`, () => {
      assert.equal(isMac(text), true);
      writeMac(text, new Uint8Array(6), 0);
    });

  for (const text of ["", "2:fc:0:0:0:1", "02-fc-00-00-00-01", "02:fc:00:00:00", "02:fc:00:00:00:01:02"])
    it(`refuses the unusual spelling "${text}"`, () => assert.equal(isMac(text), false));

  it("refuses text before or after it", () => {
    for (const text of [" 02:fc:00:00:00:01", "02:fc:00:00:00:01\n", "x02:fc:00:00:00:01"])
      assert.equal(isMac(text), false);
  });
});

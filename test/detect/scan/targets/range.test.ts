import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { parseTarget, toBytes } from "../../../../src/detect/scan/targets/range.js";
import { formatInetAddress } from "../../../../src/wire/inet-address.js";

const ends = (text: string): string[] => {
  const { family, first, last } = parseTarget(text);
  return [first, last].map((value) => formatInetAddress(toBytes(value, family === 4 ? 4 : 16)) ?? "");
};

describe("a scan's target as text", () => {
  const rows: readonly [text: string, first: string, last: string][] = [
    ["192.0.2.7", "192.0.2.7", "192.0.2.7"],
    // As with nmap and ip, a block is the network of the address, and its first and last addresses aren't hosts.
    ["192.0.2.77/24", "192.0.2.1", "192.0.2.254"],
    ["192.0.2.7/31", "192.0.2.6", "192.0.2.7"],
    ["192.0.2.7/32", "192.0.2.7", "192.0.2.7"],
    ["0.0.0.0/0", "0.0.0.1", "255.255.255.254"],
    ["192.0.2.250-255", "192.0.2.250", "192.0.2.255"],
    ["192.0.2.250-192.0.3.5", "192.0.2.250", "192.0.3.5"],
    ["2001:db8::5", "2001:db8::5", "2001:db8::5"],
    ["2001:db8::/120", "2001:db8::", "2001:db8::ff"],
    ["fe80::1%eth0", "fe80::1", "fe80::1"],
  ];
  for (const [text, first, last] of rows)
    it(`${text} means ${first} to ${last}`, () => {
      assert.deepEqual(ends(text), [first, last]);
    });

  it("gives a link-local address its interface, and is named if it is a single address", () => {
    assert.equal(parseTarget("fe80::1%eth0").zone, "eth0");
    assert.equal(parseTarget("192.0.2.7/32").isNamed, true);
    assert.equal(parseTarget("192.0.2.0/24").isNamed, false);
  });

  for (const text of [
    "",
    "host",
    "192.0.2",
    "192.0.2.256",
    "192.0.2.1/33",
    "192.0.2.1/x",
    "192.0.2.9-8",
    "192.0.2.9-256",
    "192.0.2.1-2001:db8::1",
    "2001:db8::1-5-7",
    "010.0.0.1",
    "1:2",
  ])
    it(`can't be ${JSON.stringify(text)}`, () => {
      assert.throws(() => parseTarget(text), { code: "usage" });
    });
});

import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { dissect } from "../../src/wire/packet/dissect/dissect.js";
import { fuzzPackets } from "./packet-fuzzer.js";

describe("dissect() under mutation", () => {
  it("dissects mutated packets, or reports them as malformed", () => {
    const { failure, accepted, malformed } = fuzzPackets({ inputs: 50_000, seed: 1 });
    assert.equal(failure && `${failure.reason}: ${Buffer.from(failure.input).toString("hex")}`, undefined);
    assert.equal(accepted + malformed, 50_000);
    // If either were rare, the mutations would be too weak or too strong to find anything.
    assert.ok(accepted > 5000 && malformed > 5000, `${accepted} accepted, ${malformed} malformed`);
  });
});

describe("the fuzzer of packets", () => {
  it("repeats itself with the same seed, and differs with another", () => {
    const count = (seed: number) => {
      const { accepted, malformed } = fuzzPackets({ inputs: 2000, seed });
      return { accepted, malformed };
    };
    assert.deepEqual(count(7), count(7));
    assert.notDeepEqual(count(7), count(8));
  });

  const broken: [what: string, target: typeof dissect, reason: RegExp][] = [
    [
      "that throws",
      () => {
        throw new RangeError("out of bounds");
      },
      /^throws RangeError/,
    ],
    [
      "that reads beyond the packet",
      (bytes) => [
        { protocol: "data", bytes: new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.length + 1) },
      ],
      /^depends on the bytes around the packet/,
    ],
    [
      "that reads a byte that doesn't exist",
      (bytes, linkType, options) => {
        bytes[bytes.length];
        return dissect(bytes, linkType, options);
      },
      /^throws Error: read at \d+ of \d+ bytes/,
    ],
    [
      "whose value isn't JSON",
      () => [{ protocol: "truncated", of: "data", missing: Number.NaN }],
      /^isn't JSON/,
    ],
  ];
  for (const [what, target, reason] of broken)
    it(`reports a dissector ${what}`, () =>
      assert.match(fuzzPackets({ inputs: 1000, seed: 1, target }).failure?.reason ?? "none", reason));
});

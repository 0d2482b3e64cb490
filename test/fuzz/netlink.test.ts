import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { PromiscError } from "../../src/errors.js";
import { otherByteOrder } from "../support/wire/golden/hex.js";
import { corpus } from "./corpus.js";
import { fuzz } from "./netlink-fuzzer.js";
import { type Reader, readers } from "./readers.js";

const seed = 1;

describe("the readers of netlink messages under mutation", { skip: otherByteOrder }, () => {
  it("read mutated messages, or report them as malformed", () => {
    const { failure, accepted, malformed } = fuzz({ inputs: 100_000, seed });
    assert.equal(failure && `${failure.reason}: ${Buffer.from(failure.input).toString("hex")}`, undefined);
    assert.equal(accepted + malformed, 100_000);
    // If either were rare, the mutations would be too weak or too strong to find anything.
    assert.ok(accepted > 20_000 && malformed > 20_000, `${accepted} accepted, ${malformed} malformed`);
  });
});

describe("the fuzzer of netlink messages", { skip: otherByteOrder }, () => {
  it("repeats itself with the same seed, and differs with another", () => {
    const count = (of: number) => {
      const { accepted, malformed } = fuzz({ inputs: 5000, seed: of });
      return { accepted, malformed };
    };
    assert.deepEqual(count(7), count(7));
    assert.notDeepEqual(count(7), count(8));
  });

  it("has messages for every reader of netlink payloads", () => {
    const fed = new Set(corpus.map(({ reader }) => reader));
    const notNetlink = ["ifreq", "packet_mreq"];
    assert.deepEqual(
      readers.map(({ name }) => name).filter((name) => !fed.has(name)),
      notNetlink,
    );
  });

  const view = ({ buffer, byteOffset, byteLength }: Uint8Array) =>
    new DataView(buffer, byteOffset, byteLength);

  const broken: [what: string, read: Reader["read"], reason: RegExp][] = [
    [
      "that throws a RangeError",
      ({ payload }) => view(payload).getUint32(12),
      /^Error: broken throws RangeError/,
    ],
    [
      "that throws a PromiscError with another code",
      () => {
        throw new PromiscError({ code: "kernel", operation: "read" });
      },
      /^Error: broken throws PromiscError/,
    ],
    [
      "that reads beyond its message",
      ({ payload }) => new DataView(payload.buffer).getUint8(payload.byteOffset + payload.length),
      /^broken depends on the bytes around the input/,
    ],
    [
      "that reads before its message",
      ({ payload }) => new DataView(payload.buffer).getUint8(payload.byteOffset - 17),
      /^broken depends on the bytes around the input/,
    ],
    [
      "that returns undefined for a byte that doesn't exist",
      ({ payload }) => ({ family: payload[0], type: payload[2] }),
      /undefined in its value$/,
    ],
    [
      "that converts a byte that doesn't exist to a number",
      ({ payload }) => (payload[16] as number) | 0,
      /^Error: broken throws Error: read at 16 of \d+ bytes$/,
    ],
    [
      "that is slow",
      () => {
        const end = performance.now() + 110;
        while (performance.now() < end);
      },
      /^takes \d+ ms$/,
    ],
  ];
  for (const [what, read, reason] of broken)
    it(`reports a reader ${what}`, () => {
      const { failure, inputs } = fuzz({ inputs: 20_000, seed, readers: [{ name: "broken", read }] });
      assert.match(failure?.reason ?? `nothing found in ${inputs} inputs`, reason);
      assert.ok(failure && failure.input instanceof Uint8Array);
    });
});

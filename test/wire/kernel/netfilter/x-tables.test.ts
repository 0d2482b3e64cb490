import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { PromiscError } from "../../../../src/errors.js";
import { readPassingTarget } from "../../../../src/wire/kernel/netfilter/targets.js";
import {
  entriesRequest,
  ipv4Entry,
  ipv6Entry,
  readEntries,
  readTableInfo,
  tableInfoRequest,
} from "../../../../src/wire/kernel/netfilter/x-tables.js";
import { guarded } from "../../../fuzz/guarded.js";
import { hex, otherByteOrder } from "../../../support/wire/golden/hex.js";
import { rawEntries, rawTable } from "../../../support/wire/golden/netfilter.js";
import { assertMalformed } from "../../../support/wire/malformed.js";

const read = (bytes: Uint8Array) => [...readEntries(bytes, ipv4Entry)];

describe("tables of xtables", { skip: otherByteOrder }, () => {
  it("have their built-in chains where the kernel says", () =>
    assert.deepEqual(readTableInfo(rawTable), {
      chains: new Map([
        [0, "PREROUTING"],
        [0x298, "OUTPUT"],
      ]),
      size: 0x3e0,
    }));

  it("have entries with matches and a target", () => {
    assert.deepEqual(
      read(rawEntries).map(({ offset, matches, target }) => [
        offset,
        matches.map(({ name }) => name),
        target.name,
        target.revision,
        target.data.length,
      ]),
      [
        [0, ["comment"], "NFLOG", 0, 80],
        [512, [], "ERROR", 0, 32],
      ],
    );
  });

  it("are asked for by name, with room for the entries", () => {
    assert.deepEqual(tableInfoRequest("raw").subarray(0, 4), hex("72 61 77 00"));
    const request = entriesRequest("x".repeat(100), 16);
    assert.equal(request.length, 56);
    assert.deepEqual(request.subarray(30, 36), hex("78 00 10 00 00 00"));
  });

  const broken: [what: string, bytes: Uint8Array, path: string, reason: string][] = [
    ["that are cut off", rawEntries.subarray(0, 600), "ipt_entry", "88 bytes, needs 112"],
    ["that are cut off in a target", rawEntries.subarray(0, 640), "ipt_entry", "128 bytes, needs 176"],
  ];
  for (const [what, bytes, path, reason] of broken)
    it(`are malformed with entries ${what}`, () => assertMalformed(() => read(bytes), path, reason));

  it("are read or malformed, whatever bytes are changed", () =>
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.nat(rawEntries.length - 1), fc.nat(255)), { minLength: 1, maxLength: 6 }),
        (changes) => {
          const bytes = rawEntries.slice();
          for (const [at, value] of changes) bytes[at] = value;
          try {
            for (const { target } of readEntries(guarded(bytes), ipv4Entry))
              readPassingTarget(target.name, target.revision, target.data);
          } catch (error) {
            assert.ok(error instanceof PromiscError && error.code === "malformed", `throws ${error}`);
          }
        },
      ),
      { numRuns: 2000 },
    ));

  it("have other offsets for IPv6", () =>
    assertMalformed(
      () => [...readEntries(rawEntries, ipv6Entry)],
      "ipt_entry target_offset",
      "0 is less than 168",
    ));
});

describe("targets that pass packets on", { skip: otherByteOrder }, () => {
  const tee = hex(`c0 00 02 07 ${"00 ".repeat(12)} 76 31 ${"00 ".repeat(14)} ${"00 ".repeat(8)}`);
  const nflog = hex(`40 00 00 00 05 00 00 00 01 00 00 00 70 ${"00 ".repeat(63)}`);

  it("are TEE, NFLOG and NFQUEUE", () => {
    assert.deepEqual(readPassingTarget("TEE", 1, tee), {
      target: "TEE",
      gateway: tee.subarray(0, 16),
      interface: "v1",
    });
    assert.deepEqual(readPassingTarget("NFLOG", 0, nflog), {
      target: "NFLOG",
      group: 5,
      prefix: "p",
      length: 64,
    });
    assert.deepEqual(readPassingTarget("NFQUEUE", 0, hex("03 00")), {
      target: "NFQUEUE",
      number: 3,
      total: 1,
    });
    assert.deepEqual(readPassingTarget("NFQUEUE", 3, hex("03 00 04 00 01 00")), {
      target: "NFQUEUE",
      number: 3,
      total: 4,
    });
    assert.equal(readPassingTarget("MARK", 2, hex("")), undefined);
  });

  it("copy all bytes with NFLOG unless the flag says that the length counts", () => {
    const whole = nflog.slice();
    whole[8] = 0;
    assert.deepEqual(readPassingTarget("NFLOG", 0, whole), { target: "NFLOG", group: 5, prefix: "p" });
  });

  it("are malformed if they are cut off", () => {
    assertMalformed(
      () => readPassingTarget("TEE", 1, tee.subarray(0, 31)),
      "xt_tee_tginfo",
      "31 bytes, needs 32",
    );
    assertMalformed(
      () => readPassingTarget("NFLOG", 0, nflog.subarray(0, 70)),
      "xt_nflog_info",
      "70 bytes, needs 76",
    );
    assertMalformed(() => readPassingTarget("NFQUEUE", 1, hex("03 00")), "xt_NFQ_info", "2 bytes, needs 4");
  });
});

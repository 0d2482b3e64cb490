import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { mirredOptions } from "../../../../src/wire/kernel/rtnetlink/traffic-action.js";
import {
  readTrafficControl,
  TCM_IFINDEX_MAGIC_BLOCK,
  trafficControlSize,
  writeTrafficControl,
} from "../../../../src/wire/kernel/rtnetlink/traffic-control.js";
import { filterActions } from "../../../../src/wire/kernel/rtnetlink/traffic-filter.js";
import { hex, otherByteOrder } from "../../../support/wire/golden/hex.js";
import { onlyMessage } from "../../../support/wire/golden/message.js";
import { clsact, mirroring } from "../../../support/wire/golden/traffic-control.js";
import { assertMalformed } from "../../../support/wire/malformed.js";
import { written } from "../../../support/wire/rewrite.js";

describe("struct tcmsg", { skip: otherByteOrder }, () => {
  const filter = onlyMessage(mirroring).payload;

  it("is read from a qdisc", () => {
    const { other, options, ...qdisc } = readTrafficControl(onlyMessage(clsact).payload);
    assert.deepEqual(qdisc, {
      index: 3,
      handle: 0xffff_0000,
      parent: 0xffff_fff1,
      info: 1,
      kind: "clsact",
      ingressBlock: 22,
    });
    assert.equal(options?.length, 0);
    assert.deepEqual(
      other?.map(({ type }) => type),
      [12, 7, 3],
    );
  });

  it("is read from a filter, with its actions", () => {
    const { options, ...header } = readTrafficControl(filter);
    assert.deepEqual(header, {
      index: TCM_IFINDEX_MAGIC_BLOCK,
      handle: 0x8000_0800,
      parent: 22,
      info: 0x0005_0300,
      kind: "u32",
      chain: 100,
    });
    assert.ok(options);
    const [action, ...more] = filterActions("u32", options) ?? [];
    assert.deepEqual(more, []);
    assert.equal(action?.kind, "mirred");
    const parameters = action?.options ?? new Uint8Array(0);
    assert.deepEqual(mirredOptions.read(parameters, 0, parameters.length, "", { keepUnknown: false }), {
      parameters: {
        general: hex("01 00 00 00 00 00 00 00 03 00 00 00 01 00 00 00 01 00 00 00"),
        operation: 2,
        index: 2,
      },
    });
  });

  it("is the same after it was written and read again", () => {
    const value = readTrafficControl(filter);
    const bytes = written(value, trafficControlSize, writeTrafficControl);
    assert.equal(bytes.length, filter.length);
    assert.deepEqual(readTrafficControl(bytes), value);
  });

  it("is malformed if it is cut off", () => {
    assertMalformed(() => readTrafficControl(filter.subarray(0, 19)), "tcmsg", "19 bytes, needs 20");
    assertMalformed(
      () => readTrafficControl(filter.subarray(0, 60)),
      "tcmsg TCA_OPTIONS",
      "24 bytes, needs 224",
    );
  });

  it("has actions of no known form in a filter of an unknown kind", () => {
    assert.equal(filterActions("new-kind", new Uint8Array(0)), undefined);
    assert.deepEqual(filterActions("flower", new Uint8Array(0)), []);
  });

  const broken: [what: string, bytes: string, path: string, reason: string][] = [
    ["an action that is too long", "08 00 07 00 09 00 01 00", "u32 filter TCA_U32_ACT", "4 bytes, needs 9"],
    [
      "an action without length",
      "08 00 07 00 00 00 01 00",
      "u32 filter TCA_U32_ACT nla_len",
      "0 is less than 4",
    ],
  ];
  for (const [what, bytes, path, reason] of broken)
    it(`is malformed with ${what}`, () =>
      assertMalformed(() => filterActions("u32", hex(bytes)), path, reason));

  it("is malformed with parameters of mirred that are cut off", () =>
    assertMalformed(
      () => mirredOptions.read(hex(`1c 00 02 00 ${"00 ".repeat(24)}`), 0, 28, "mirred"),
      "mirred TCA_MIRRED_PARMS",
      "24 bytes, needs 28",
    ));
});

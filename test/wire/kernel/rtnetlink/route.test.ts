import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { AF_INET, AF_INET6 } from "../../../../src/wire/kernel/address-family.js";
import {
  hopsOf,
  type Route,
  RT_TABLE_MAIN,
  RTN_UNICAST,
  readRoute,
  routeSize,
  writeRoute,
} from "../../../../src/wire/kernel/rtnetlink/route.js";
import { hex, otherByteOrder } from "../../../support/wire/golden/hex.js";
import { onlyMessage } from "../../../support/wire/golden/message.js";
import { defaultRoute, ipv6Route, multipathRoute } from "../../../support/wire/golden/routes.js";
import { assertMalformed } from "../../../support/wire/malformed.js";

const RTPROT_BOOT = 3;
const RT_TABLE_COMPAT = 252;

const common = { sourceLength: 0, tos: 0, protocol: RTPROT_BOOT, scope: 0, type: RTN_UNICAST, flags: 0 };
const ipv6Router = hex("20 01 0d b8 00 00 00 00 00 00 00 00 00 00 00 fe");

const expected: Record<string, [bytes: Uint8Array, route: Route]> = {
  "a default route": [
    defaultRoute,
    {
      ...common,
      family: AF_INET,
      destinationLength: 0,
      table: RT_TABLE_MAIN,
      tableId: RT_TABLE_MAIN,
      priority: 100,
      gateway: Uint8Array.of(192, 0, 2, 254),
      outputInterface: 3,
    },
  ],
  "a route with next hops of both families, in another table": [
    multipathRoute,
    {
      ...common,
      family: AF_INET,
      destinationLength: 24,
      table: RT_TABLE_COMPAT,
      tableId: 1000,
      destination: Uint8Array.of(198, 51, 100, 0),
      multipath: [
        { flags: 0, hops: 1, index: 3, gateway: Uint8Array.of(192, 0, 2, 253) },
        { flags: 0, hops: 0, index: 3, via: { family: AF_INET6, address: ipv6Router } },
      ],
    },
  ],
  "an IPv6 route": [
    ipv6Route,
    {
      ...common,
      family: AF_INET6,
      destinationLength: 48,
      table: RT_TABLE_MAIN,
      tableId: RT_TABLE_MAIN,
      destination: hex("20 01 0d b8 00 09 00 00 00 00 00 00 00 00 00 00"),
      priority: 1024,
      gateway: ipv6Router,
      outputInterface: 3,
      other: [
        { type: 12, value: new Uint8Array(32) },
        { type: 20, value: Uint8Array.of(0) },
      ],
    },
  ],
};

describe("struct rtmsg", { skip: otherByteOrder }, () => {
  for (const [name, [bytes, route]] of Object.entries(expected)) {
    const { payload } = onlyMessage(bytes);

    it(`is read from ${name}`, () => assert.deepEqual(readRoute(payload), route));

    it(`is written byte for byte for ${name}`, () => {
      const written = new Uint8Array(routeSize(route)).fill(0xa5);
      assert.equal(writeRoute(route, written, 0), written.length);
      assert.deepEqual(written, Uint8Array.from(payload));
    });
  }

  it("is read without unknown attributes if the option says so", () => {
    const { payload } = onlyMessage(ipv6Route);
    assert.equal(readRoute(payload, { keepUnknown: false }).other, undefined);
  });

  const { payload } = onlyMessage(multipathRoute);

  /** Returns a copy of the route with other bytes at an offset. */
  const changed = (at: number, ...bytes: number[]): Uint8Array => {
    const copy = payload.slice();
    copy.set(bytes, at);
    return copy;
  };

  it("is malformed if it is cut off", () => {
    assertMalformed(() => readRoute(payload.subarray(0, 11)), "rtmsg", "11 bytes, needs 12");
    assertMalformed(() => readRoute(payload.subarray(0, 18)), "rtmsg RTA_TABLE", "6 bytes, needs 8");
    assertMalformed(() => readRoute(payload.subarray(0, 79)), "rtmsg RTA_MULTIPATH", "51 bytes, needs 52");
  });

  it("is malformed if its next hops don't fit, or are too short", () => {
    const multipath = 28;
    const [first, second] = [multipath + 4, multipath + 20];
    const path = "rtmsg RTA_MULTIPATH";
    assertMalformed(() => readRoute(changed(first, 7)), `${path} rtnh_len`, "7 is less than 8");
    assertMalformed(() => readRoute(changed(second, 33)), path, "32 bytes, needs 33");
    assertMalformed(() => readRoute(changed(multipath, 24)), path, "4 bytes, needs 8");
    assertMalformed(() => readRoute(changed(second + 8, 25)), `${path} RTA_VIA`, "24 bytes, needs 25");
    assertMalformed(() => readRoute(changed(second + 8, 5)), `${path} RTA_VIA`, "1 bytes, needs 2");
  });
});

describe("the hops of a route", () => {
  const route: Route = { ...common, family: AF_INET, destinationLength: 0, table: RT_TABLE_MAIN };
  const gateway = Uint8Array.of(192, 0, 2, 254);
  const via = { family: AF_INET6, address: ipv6Router };

  it("are its only one, with or without a router of either family", () => {
    const outputInterface = 3;
    assert.deepEqual(hopsOf({ ...route, outputInterface }), [{ index: 3, gateway: undefined }]);
    assert.deepEqual(hopsOf({ ...route, outputInterface, gateway }), [{ index: 3, gateway }]);
    assert.deepEqual(hopsOf({ ...route, outputInterface, via }), [{ index: 3, gateway: ipv6Router }]);
  });

  it("are those of its list", () => {
    const common = { flags: 0, hops: 0 };
    const multipath = [
      { ...common, index: 4, gateway },
      { ...common, index: 5, via },
      { ...common, index: 6 },
    ];
    assert.deepEqual(hopsOf({ ...route, multipath }), [
      { index: 4, gateway },
      { index: 5, gateway: ipv6Router },
      { index: 6, gateway: undefined },
    ]);
  });

  it("are none without an interface", () => assert.deepEqual(hopsOf(route), []));
});

import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { AF_INET, AF_INET6 } from "../../../../src/wire/kernel/address-family.js";
import {
  type Address,
  addressSize,
  IFA_F_HOMEADDRESS,
  IFA_F_NODAD,
  IFA_F_PERMANENT,
  IFA_F_TENTATIVE,
  INFINITY_LIFE_TIME,
  RTM_NEWADDR,
  readAddress,
  writeAddress,
} from "../../../../src/wire/kernel/rtnetlink/address.js";
import { ipv4, ipv6LinkLocal, ipv6Peer } from "../../../support/wire/golden/addresses.js";
import { hex, otherByteOrder } from "../../../support/wire/golden/hex.js";
import { onlyMessage } from "../../../support/wire/golden/message.js";
import { assertMalformed } from "../../../support/wire/malformed.js";
import { written } from "../../../support/wire/rewrite.js";

const forEver = { preferred: INFINITY_LIFE_TIME, valid: INFINITY_LIFE_TIME };

const cases: [name: string, golden: Uint8Array, expected: Address][] = [
  [
    "ipv4",
    ipv4,
    {
      family: AF_INET,
      prefixLength: 24,
      flags: 0,
      scope: 0,
      index: 3,
      address: Uint8Array.of(192, 0, 2, 1),
      local: Uint8Array.of(192, 0, 2, 1),
      label: "v0:lab",
      broadcast: Uint8Array.of(192, 0, 2, 255),
      lifetime: { preferred: 4000, valid: 5000, created: 480363, updated: 480363 },
      allFlags: 0,
    },
  ],
  [
    "ipv6Peer",
    ipv6Peer,
    {
      family: AF_INET6,
      prefixLength: 128,
      flags: IFA_F_PERMANENT | IFA_F_HOMEADDRESS | IFA_F_NODAD,
      scope: 0,
      index: 3,
      address: hex("20010db8 00000000 00000000 00000002"),
      local: hex("20010db8 00000000 00000000 00000001"),
      lifetime: { ...forEver, created: 480363, updated: 480363 },
      allFlags: IFA_F_PERMANENT | IFA_F_HOMEADDRESS | IFA_F_NODAD,
    },
  ],
  [
    "ipv6LinkLocal",
    ipv6LinkLocal,
    {
      family: AF_INET6,
      prefixLength: 64,
      flags: IFA_F_PERMANENT | IFA_F_TENTATIVE,
      scope: 253,
      index: 3,
      address: hex("fe800000 00000000 000000ff fe000001"),
      lifetime: { ...forEver, created: 480360, updated: 480360 },
      allFlags: IFA_F_PERMANENT | IFA_F_TENTATIVE,
      protocol: 3,
    },
  ],
];

describe("struct ifaddrmsg", { skip: otherByteOrder }, () => {
  for (const [name, golden, expected] of cases) {
    const { type, payload } = onlyMessage(golden);

    it(`is read from ${name}`, () => {
      assert.equal(type, RTM_NEWADDR);
      assert.deepEqual(readAddress(payload), expected);
    });

    it(`is the same after ${name} was written and read again`, () => {
      const bytes = written(expected, addressSize, writeAddress);
      assert.equal(bytes.length, payload.length);
      assert.deepEqual(readAddress(bytes), expected);
    });
  }

  it("is written byte for byte if the kernel sorts attributes by number", () =>
    assert.deepEqual(
      written(readAddress(onlyMessage(ipv6LinkLocal).payload), addressSize, writeAddress),
      onlyMessage(ipv6LinkLocal).payload,
    ));

  const header = "02 18 80 00 03 00 00 00";
  const broken: [what: string, bytes: string, path: string, reason: string][] = [
    ["a header cut short", header.slice(0, 7 * 3 - 1), "ifaddrmsg", "7 bytes, needs 8"],
    ["a short IFA_FLAGS", `${header} 05 00 08 00 80 00 00 00`, "ifaddrmsg IFA_FLAGS", "1 bytes, needs 4"],
    [
      "a short IFA_CACHEINFO",
      `${header} 13 00 06 00 ff ff ff ff ff ff ff ff 00 00 00 00 00 00 00 00`,
      "ifaddrmsg IFA_CACHEINFO",
      "15 bytes, needs 16",
    ],
    ["an address cut short", `${header} 08 00 01 00 c0 00 02`, "ifaddrmsg IFA_ADDRESS", "7 bytes, needs 8"],
    ["an empty IFA_PROTO", `${header} 04 00 0b 00`, "ifaddrmsg IFA_PROTO", "0 bytes, needs 1"],
  ];
  for (const [what, bytes, path, reason] of broken)
    it(`is malformed with ${what}`, () => assertMalformed(() => readAddress(hex(bytes)), path, reason));
});

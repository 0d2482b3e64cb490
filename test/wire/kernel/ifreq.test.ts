import assert from "node:assert/strict";
import { describe, it } from "node:test";
import {
  IFREQ_SIZE,
  readIfreq,
  writeHardwareIfreq,
  writeIfreq,
  writeInetIfreq,
} from "../../../src/wire/kernel/ifreq.js";
import {
  IFF_BROADCAST,
  IFF_MULTICAST,
  IFF_PROMISC,
  IFF_UP,
} from "../../../src/wire/kernel/rtnetlink/link.js";
import { hex, otherByteOrder } from "../../support/wire/golden/hex.js";
import { assertMalformed } from "../../support/wire/malformed.js";

/** The result of SIOCGIFFLAGS for v0. */
const golden = hex(`
  76 30 00 00 00 00 00 00 00 00 00 00 00 00 00 00 # ifr_name
  03 11 # ifr_flags
  00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 # the rest of the union
`);

const value = { name: "v0", flags: IFF_UP | IFF_BROADCAST | IFF_PROMISC | IFF_MULTICAST };

function write(request: typeof value): Uint8Array {
  const bytes = new Uint8Array(IFREQ_SIZE).fill(0xa5);
  writeIfreq(request, bytes);
  return bytes;
}

describe("struct ifreq", { skip: otherByteOrder }, () => {
  it("is read", () => assert.deepEqual(readIfreq(golden), value));

  it("is written byte for byte", () => assert.deepEqual(write(value), golden));

  it("has room for a name of 15 bytes", () =>
    assert.equal(readIfreq(write({ name: "fifteen-bytes-x", flags: 0 })).name, "fifteen-bytes-x"));

  it("always ends a name with a NUL", () => {
    const bytes = write({ name: "sixteen-bytes-xy", flags: 0 });
    assert.equal(bytes[15], 0);
    assert.equal(readIfreq(bytes).name, "sixteen-bytes-x");
  });

  it("is read to the end of the field if its name has no NUL", () =>
    assert.equal(readIfreq(golden.slice().fill(0x61, 0, 16)).name, "a".repeat(16)));

  it("keeps 16 bits of flags", () =>
    assert.equal(readIfreq(write({ name: "v0", flags: 0x1_8001 })).flags, 0x8001));

  it("is written with an IPv4 address byte for byte", () => {
    const bytes = new Uint8Array(IFREQ_SIZE).fill(0xa5);
    writeInetIfreq("v0", Uint8Array.of(192, 0, 2, 1), bytes);
    assert.deepEqual(
      bytes,
      hex(`
        76 30 00 00 00 00 00 00 00 00 00 00 00 00 00 00 # ifr_name
        02 00 # sin_family
        00 00 # sin_port
        c0 00 02 01 # sin_addr
        00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 # sin_zero, and the rest of the union
      `),
    );
  });

  it("is written with an Ethernet address byte for byte", () => {
    const bytes = new Uint8Array(IFREQ_SIZE).fill(0xa5);
    writeHardwareIfreq("v0", Uint8Array.of(2, 0xfc, 0, 0, 0, 1), bytes);
    assert.deepEqual(
      bytes,
      hex(`
        76 30 00 00 00 00 00 00 00 00 00 00 00 00 00 00 # ifr_name
        01 00 # sa_family: ARPHRD_ETHER
        02 fc 00 00 00 01 # sa_data
        00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 # the rest of the union
      `),
    );
  });

  it("is malformed if it is cut short", () =>
    assertMalformed(() => readIfreq(golden.subarray(0, 39)), "ifreq", "39 bytes, needs 40"));
});

import assert from "node:assert/strict";
import { describe, it } from "node:test";
import {
  netlinkPortId,
  SOCKADDR_IN_SIZE,
  SOCKADDR_LL_SIZE,
  SOCKADDR_NL_SIZE,
  writeInetSocketAddress,
  writeLinkAddress,
  writeNetlinkAddress,
} from "../../../src/wire/kernel/socket-address.js";
import { linkAddressToSll2 } from "../../../src/wire/packet/link/sll2.js";
import { hex, otherByteOrder } from "../../support/wire/golden/hex.js";

describe("the codecs of socket addresses", { skip: otherByteOrder }, () => {
  it("write sockaddr_ll byte for byte", () => {
    const into = new Uint8Array(SOCKADDR_LL_SIZE).fill(0xa5);
    writeLinkAddress(0x88b5, 0x1234, into);
    assert.deepEqual(
      into,
      hex(`
        11 00 # sll_family
        88 b5 # sll_protocol, big-endian
        34 12 00 00 # sll_ifindex
        00 00 00 00 00 00 00 00 00 00 00 00 # sll_hatype, sll_pkttype, sll_halen, sll_addr
      `),
    );
  });

  it("convert sockaddr_ll to an SLL2 header", () => {
    const address = hex(`
      11 00 # sll_family
      08 06 # sll_protocol, big-endian
      34 12 00 00 # sll_ifindex
      04 03 # sll_hatype
      03 # sll_pkttype
      06 # sll_halen
      02 00 00 00 00 0a 00 00 # sll_addr
    `);
    const bytes = new Uint8Array(50).fill(0xa5);
    bytes.set(address, 2);
    linkAddressToSll2(bytes, 2, 25);
    assert.deepEqual(
      bytes.subarray(25),
      hex(`
        08 06 # protocol
        00 00 # reserved
        00 00 12 34 # interface index
        03 04 # ARPHRD_ type
        03 # packet type
        06 # address length
        02 00 00 00 00 0a 00 00 # address
        a5 a5 a5 a5 a5
      `),
    );
  });

  it("write sockaddr_nl byte for byte, and read its port", () => {
    const into = new Uint8Array(SOCKADDR_NL_SIZE).fill(0xa5);
    writeNetlinkAddress(0x0151, into);
    assert.deepEqual(
      into,
      hex(`
        10 00 # nl_family
        00 00 # nl_pad
        00 00 00 00 # nl_pid
        51 01 00 00 # nl_groups
      `),
    );
    assert.equal(netlinkPortId(hex("10 00 00 00 39 30 00 00 00 00 00 00")), 12345);
  });

  it("write sockaddr_in byte for byte at an offset", () => {
    const into = new Uint8Array(2 + SOCKADDR_IN_SIZE + 1).fill(0xa5);
    writeInetSocketAddress(Uint8Array.of(192, 0, 2, 1), 8080, into, 2);
    assert.deepEqual(
      into,
      hex(`
        a5 a5
        02 00 # sin_family
        1f 90 # sin_port, big-endian
        c0 00 02 01 # sin_addr
        00 00 00 00 00 00 00 00 # sin_zero
        a5
      `),
    );
  });
});

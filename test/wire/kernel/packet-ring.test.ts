import assert from "node:assert/strict";
import { describe, it } from "node:test";
import {
  SOCKADDR_LL_SIZE,
  TPACKET_REQ3_SIZE,
  writeLinkAddress,
  writeRingRequest,
} from "../../../src/wire/kernel/packet-ring.js";
import { writeSll2 } from "../../../src/wire/packet/link/sll2.js";
import { hex, otherByteOrder } from "../../support/wire/golden/hex.js";

describe("the packet ring's structures", { skip: otherByteOrder }, () => {
  it("tpacket_req3 is written byte for byte", () => {
    const into = new Uint8Array(TPACKET_REQ3_SIZE).fill(0xa5);
    writeRingRequest({ blockSize: 1 << 20, blockCount: 64, frameSize: 2048, blockTimeout: 100 }, into);
    assert.deepEqual(
      into,
      hex(`
        00 00 10 00 # tp_block_size
        40 00 00 00 # tp_block_nr
        00 08 00 00 # tp_frame_size
        00 80 00 00 # tp_frame_nr: 512 a block
        64 00 00 00 # tp_retire_blk_tov
        00 00 00 00 # tp_sizeof_priv
        00 00 00 00 # tp_feature_req_word
      `),
    );
  });

  it("sockaddr_ll is written byte for byte", () => {
    const into = new Uint8Array(SOCKADDR_LL_SIZE).fill(0xa5);
    writeLinkAddress(17, 0x88b5, 0x1234, into);
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

  it("sockaddr_ll becomes an SLL2 header", () => {
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
    writeSll2(bytes, 2, 25);
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
});

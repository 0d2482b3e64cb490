import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { TPACKET_REQ3_SIZE, writeRingRequest } from "../../../src/wire/kernel/packet-ring.js";
import { hex, otherByteOrder } from "../../support/wire/golden/hex.js";

describe("the packet ring's structures", { skip: otherByteOrder }, () => {
  it("include tpacket_req3, which is written byte for byte", () => {
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
});

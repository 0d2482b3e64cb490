import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { AF_PACKET } from "../../../../src/wire/kernel/address-family.js";
import { PACKET_SHOW_INFO, PACKET_SHOW_MCLIST } from "../../../../src/wire/kernel/sock-diag/packet.js";
import {
  SOCK_DIAG_REQUEST_SIZE,
  writeSockDiagRequest,
} from "../../../../src/wire/kernel/sock-diag/request.js";
import { hex, otherByteOrder } from "../../../support/wire/golden/hex.js";

describe("struct packet_diag_req", { skip: otherByteOrder }, () => {
  it("asks for all packet sockets", () => {
    const into = new Uint8Array(SOCK_DIAG_REQUEST_SIZE).fill(0xa5);
    writeSockDiagRequest(AF_PACKET, PACKET_SHOW_INFO | PACKET_SHOW_MCLIST, into);
    assert.deepEqual(
      into,
      hex(`
        11 # sdiag_family
        00 # sdiag_protocol
        00 00 # pad
        00 00 00 00 # pdiag_ino
        03 00 00 00 # pdiag_show
        00 00 00 00 00 00 00 00 # pdiag_cookie
      `),
    );
  });
});

import assert from "node:assert/strict";
import { constants } from "node:os";
import { describe, it } from "node:test";
import { readDone, readError } from "../../../../src/wire/kernel/netlink/error.js";
import { hex, otherByteOrder } from "../../../support/wire/golden/hex.js";
import { onlyMessage } from "../../../support/wire/golden/message.js";
import {
  acknowledged,
  done,
  doneWithError,
  refused,
  refusedByPolicy,
  refusedUncapped,
} from "../../../support/wire/golden/netlink-errors.js";
import { assertMalformed } from "../../../support/wire/malformed.js";

const { EINVAL, ERANGE } = constants.errno;

/** The offset of the repeated request's `nlmsg_len` in the payload, and of the attributes after a capped request. */
const REQUEST_LENGTH = 4;
const CAPPED_END = 20;

describe("struct nlmsgerr", { skip: otherByteOrder }, () => {
  it("has an errno and the kernel's message", () =>
    assert.deepEqual(readError(onlyMessage(refused)), {
      errno: EINVAL,
      extended: { message: "mtu less than device minimum" },
    }));

  it("has its attributes after the whole request if the request is repeated", () =>
    assert.deepEqual(readError(onlyMessage(refusedUncapped)), {
      errno: EINVAL,
      extended: { message: "mtu less than device minimum" },
    }));

  it("names the attribute of the request that is wrong, and keeps unknown attributes", () => {
    const { errno, extended } = readError(onlyMessage(refusedByPolicy));
    assert.equal(errno, ERANGE);
    assert.equal(extended.message, "Attribute failed policy validation");
    assert.equal(extended.offset, 32);
    assert.deepEqual(
      extended.other?.map(({ type, value }) => [type, value.length]),
      [[0x8004, 32]],
    );
  });

  it("is an acknowledgement with errno 0", () =>
    assert.deepEqual(readError(onlyMessage(acknowledged)), { errno: 0, extended: {} }));

  it("has no attributes without NLM_F_ACK_TLVS, whatever follows", () =>
    assert.deepEqual(readError({ ...onlyMessage(refused), flags: 0 }), { errno: EINVAL, extended: {} }));

  it("is malformed if it is cut short", () => {
    const message = onlyMessage(acknowledged);
    assertMalformed(
      () => readError({ ...message, payload: message.payload.subarray(0, 19) }),
      "nlmsgerr",
      "19 bytes, needs 20",
    );
  });

  for (const length of ["60 00 00 00", "ff ff ff 7f", "fd ff ff ff", "ff ff ff ff"])
    it(`is malformed if its repeated request is longer than the message (${length})`, () => {
      const message = onlyMessage(refusedUncapped);
      const payload = message.payload.slice();
      payload.set(hex(length), REQUEST_LENGTH);
      assert.throws(() => readError({ ...message, payload }), {
        code: "malformed",
        message: /^cannot decode nlmsgerr attributes: \d+ bytes, needs \d+$/,
      });
    });

  it("is malformed if its message is cut short", () => {
    const message = onlyMessage(refused);
    assertMalformed(
      () => readError({ ...message, payload: message.payload.subarray(0, CAPPED_END + 8) }),
      "nlmsgerr NLMSGERR_ATTR_MSG",
      "8 bytes, needs 33",
    );
  });
});

describe("NLMSG_DONE", { skip: otherByteOrder }, () => {
  it("is the end of a dump with status 0", () =>
    assert.deepEqual(readDone(onlyMessage(done)), { errno: 0, extended: {} }));

  it("can be an error with the kernel's message", () =>
    assert.deepEqual(readDone(onlyMessage(doneWithError)), {
      errno: EINVAL,
      extended: { message: "Invalid values in header for link dump request" },
    }));

  it("may have no payload, as from old kernels", () =>
    assert.deepEqual(readDone({ ...onlyMessage(done), payload: new Uint8Array(0) }), {
      errno: 0,
      extended: {},
    }));

  it("is no error with a positive status", () =>
    assert.equal(readDone({ ...onlyMessage(done), payload: hex("05 00 00 00") }).errno, 0));
});

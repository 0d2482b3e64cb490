import assert from "node:assert/strict";
import { describe, it } from "node:test";
import {
  messageSize,
  NLM_F_MULTI,
  NLMSG_DONE,
  readMessages,
  writeMessage,
} from "../../../../src/wire/kernel/netlink/message.js";
import { ipv4 } from "../../../support/wire/golden/addresses.js";
import { hex, otherByteOrder } from "../../../support/wire/golden/hex.js";
import { onlyMessage } from "../../../support/wire/golden/message.js";
import { done } from "../../../support/wire/golden/netlink-errors.js";
import { assertMalformed } from "../../../support/wire/malformed.js";
import { written } from "../../../support/wire/rewrite.js";

/** A message with a payload of five bytes, and so with three bytes of padding. */
const padded = hex(`
  15 00 00 00 # nlmsg_len 21
  34 12 # nlmsg_type
  05 03 # nlmsg_flags
  78 56 34 12 # nlmsg_seq
  ff ff ff ff # nlmsg_pid
  01 02 03 04 05
  00 00 00 # padding
`);

const paddedValue = {
  type: 0x1234,
  flags: 0x305,
  sequence: 0x12345678,
  portId: 0xffff_ffff,
  payload: Uint8Array.of(1, 2, 3, 4, 5),
};

const doneValue = {
  type: NLMSG_DONE,
  flags: NLM_F_MULTI,
  sequence: 7,
  portId: 0xa18f4994,
  payload: new Uint8Array(4),
};

describe("a netlink message", { skip: otherByteOrder }, () => {
  it("is read", () => {
    assert.deepEqual(readMessages(done), [doneValue]);
    assert.deepEqual(readMessages(padded), [paddedValue]);
  });

  it("is written byte for byte, with zeroed padding", () => {
    assert.deepEqual(written(doneValue, messageSize, writeMessage), done);
    assert.deepEqual(written(paddedValue, messageSize, writeMessage), padded);
    assert.deepEqual(written(onlyMessage(ipv4), messageSize, writeMessage), ipv4);
  });

  it("is written at an offset, and the offset after it is returned", () => {
    const into = new Uint8Array(60).fill(0xa5);
    assert.equal(writeMessage(paddedValue, into, 8), 32);
    assert.deepEqual(into.subarray(8, 32), padded);
  });

  it("can be one of several in a datagram", () =>
    assert.deepEqual(readMessages(Uint8Array.of(...padded, ...done)), [paddedValue, doneValue]));

  it("may lack its padding at the end of the datagram", () =>
    assert.deepEqual(readMessages(padded.subarray(0, 21)), [paddedValue]));

  it("can't be read from an empty datagram", () => assert.deepEqual(readMessages(new Uint8Array(0)), []));

  const lies: [what: string, length: string, path: string, reason: string][] = [
    ["zero, which would never end", "00 00 00 00", "nlmsghdr nlmsg_len", "0 is less than 16"],
    ["less than a header", "0f 00 00 00", "nlmsghdr nlmsg_len", "15 is less than 16"],
    ["one more than there is", "15 00 00 00", "netlink message", "20 bytes, needs 21"],
    ["the largest that is positive", "ff ff ff 7f", "netlink message", "20 bytes, needs 2147483647"],
    ["the largest", "ff ff ff ff", "netlink message", "20 bytes, needs 4294967295"],
  ];
  for (const [what, length, path, reason] of lies)
    it(`is malformed if its nlmsg_len is ${what}`, () => {
      const bytes = done.slice();
      bytes.set(hex(length));
      assertMalformed(() => readMessages(bytes), path, reason);
    });

  it("is malformed if its header is cut short", () => {
    assertMalformed(() => readMessages(done.subarray(0, 15)), "nlmsghdr", "15 bytes, needs 16");
    const second = Uint8Array.of(...done, ...done).subarray(0, 21);
    assertMalformed(() => readMessages(second), "nlmsghdr", "1 bytes, needs 16");
  });
});

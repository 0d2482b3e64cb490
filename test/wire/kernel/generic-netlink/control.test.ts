import assert from "node:assert/strict";
import { describe, it } from "node:test";
import {
  CTRL_CMD_GETFAMILY,
  genericFamilySize,
  readGenericFamily,
  writeGenericFamily,
} from "../../../../src/wire/kernel/generic-netlink/control.js";
import { hex, otherByteOrder } from "../../../support/wire/golden/hex.js";
import { assertMalformed } from "../../../support/wire/malformed.js";
import { written } from "../../../support/wire/rewrite.js";

describe("a generic netlink family", { skip: otherByteOrder }, () => {
  it("is requested by its name", () => {
    assert.deepEqual(
      written({ command: CTRL_CMD_GETFAMILY, name: "netdev" }, genericFamilySize, writeGenericFamily),
      hex(`
        03 # cmd CTRL_CMD_GETFAMILY
        02 # version
        00 00 # reserved
        0b 00 02 00 # CTRL_ATTR_FAMILY_NAME
          6e 65 74 64 65 76 00 00
      `),
    );
  });

  it("has its number in the kernel's reply", () => {
    const { id, name, command } = readGenericFamily(
      hex(`
        01 # cmd CTRL_CMD_NEWFAMILY
        02 # version
        00 00 # reserved
        0b 00 02 00 # CTRL_ATTR_FAMILY_NAME
          6e 65 74 64 65 76 00 00
        06 00 01 00 # CTRL_ATTR_FAMILY_ID
          1c 00 00 00
        08 00 03 00 01 00 00 00 # CTRL_ATTR_VERSION, which isn't read
      `),
    );
    assert.deepEqual([id, name, command], [28, "netdev", 1]);
  });

  it("is refused if it is shorter than its header", () =>
    assertMalformed(() => readGenericFamily(hex("01 02 00")), "genlmsghdr", "3 bytes, needs 4"));
});

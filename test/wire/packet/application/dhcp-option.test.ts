import assert from "node:assert/strict";
import { describe, it } from "node:test";
import * as dhcpOption from "../../../../src/wire/packet/application/dhcp-option.js";
import { hex } from "../../../support/wire/golden/hex.js";

describe("a DHCP option", () => {
  it("ends where its length says", () => {
    const bytes = hex("00 35 01 05 0c 02 61 62 ff");
    assert.equal(dhcpOption.optionEnd(bytes, 1, bytes.length), 4);
    assert.equal(dhcpOption.dataLength(bytes, 1), 1);
    assert.equal(dhcpOption.optionEnd(bytes, 4, bytes.length), 8);
  });

  it("has no end if it is cut short", () => {
    const bytes = hex("0c 02 61 62");
    for (const end of [1, 2, 3]) assert.equal(dhcpOption.optionEnd(bytes, 0, end), -1);
    assert.equal(dhcpOption.optionEnd(bytes, 0, 4), 4);
  });

  it("names an Ethernet client by hardware type and length", () => {
    const ethernet = hex("01 02 fc 00 00 00 01");
    assert.equal(dhcpOption.isEthernetClient(ethernet, 0, 7), true);
    assert.equal(dhcpOption.isEthernetClient(ethernet, 0, 6), false);
    assert.equal(dhcpOption.isEthernetClient(hex("ff 02 fc 00 00 00 01"), 0, 7), false);
  });
});

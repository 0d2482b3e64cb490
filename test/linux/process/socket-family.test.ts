import assert from "node:assert/strict";
import { closeSync, openSync } from "node:fs";
import { describe, it } from "node:test";
import { FileDescriptor } from "../../../src/linux/ffi/file-descriptor.js";
import { SOCK_DGRAM } from "../../../src/linux/ffi/socket-constants.js";
import { familyOfSocket } from "../../../src/linux/process/socket-family.js";
import { AF_INET } from "../../../src/wire/kernel/address-family.js";

describe("the address family of a process's descriptor", () => {
  it("is that of its socket", () => {
    using socket = FileDescriptor.socket(AF_INET, SOCK_DGRAM, 0, "open a socket");
    assert.equal(familyOfSocket({ pid: process.pid, fd: socket.number }), AF_INET);
  });

  it("isn't known of a file, of a closed descriptor, and of a process that has ended", () => {
    const file = openSync("/dev/null", "r");
    assert.equal(familyOfSocket({ pid: process.pid, fd: file }), undefined);
    closeSync(file);
    assert.equal(familyOfSocket({ pid: process.pid, fd: file }), undefined);
    assert.equal(familyOfSocket({ pid: 2 ** 22 + 1, fd: 0 }), undefined);
  });
});

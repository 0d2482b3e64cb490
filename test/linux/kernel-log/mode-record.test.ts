import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { parseKmsgRecord } from "../../../src/linux/kernel-log/kmsg-record.js";
import { type ModeMessage, readModeMessage } from "../../../src/linux/kernel-log/mode-record.js";
import { encodeString } from "../../../src/wire/bytes.js";

const parse = (record: string): ReturnType<typeof parseKmsgRecord> => parseKmsgRecord(encodeString(record));

describe("a record of the kernel's log", () => {
  it("is the kernel's own if its facility is 0", () => {
    assert.deepEqual(parse("6,2340643,22084517854,-;w0: entered promiscuous mode\n SUBSYSTEM=net\n"), {
      time: 22084517854,
      text: "w0: entered promiscuous mode",
    });
    assert.deepEqual(parse("4,339,5140900,c,caller=T1;a;b\n"), { time: 5140900, text: "a;b" });
  });

  for (const [what, record] of [
    // /dev/kmsg gives facility 1 (user) to what is written to it, and systemd uses 3 (daemon).
    ["root's", "14,1,5,-;w0: entered promiscuous mode\n"],
    ["a daemon's", "30,1,5,-;w0: entered promiscuous mode\n"],
    ["not a record", "w0: entered promiscuous mode\n"],
    ["a record without a text", "6,1,5,-\nw0: entered promiscuous mode"],
    ["empty", ""],
  ] as const)
    it(`is not the kernel's: ${what}`, () => assert.equal(parse(record), undefined));
});

describe("a message about promiscuous mode", () => {
  const entered = (ifname: string): ModeMessage => ({ ifname, entered: true });
  for (const [text, message] of [
    ["eth0: entered promiscuous mode", entered("eth0")],
    ["eth0: left promiscuous mode", { ifname: "eth0", entered: false }],
    ["device eth0 entered promiscuous mode", entered("eth0")],
    ["device eth0 left promiscuous mode", { ifname: "eth0", entered: false }],
    ["e1000e 0000:00:19.0 eth0: entered promiscuous mode", entered("eth0")],
    ["veth7 (unregistering): left promiscuous mode", { ifname: "veth7", entered: false }],
    ["device: entered promiscuous mode", entered("device")],
    ["a\\x1b]\\x5cx41\\xc3\\xa9: entered promiscuous mode", entered("a\x1b]\\x41é")],
    ["eth0: entered allmulticast mode", undefined],
    ["br0: port 1(eth0) entered blocking state", undefined],
    ["eth0: entered promiscuous mode again", undefined],
    ["entered promiscuous mode", undefined],
  ] as const)
    it(text, () => assert.deepEqual(readModeMessage(text), message));
});

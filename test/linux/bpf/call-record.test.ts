import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import {
  ARGUMENTS_SIZE,
  type CallRecord,
  field,
  RECORD_SIZE,
  readCallRecord,
} from "../../../src/linux/bpf/call-record.js";
import { writeU32 } from "../../../src/wire/bytes.js";
import { hex, otherByteOrder } from "../../support/wire/golden/hex.js";
import { assertMalformed } from "../../support/wire/malformed.js";

const headOf = (kind: string): string => `
  15 cd 5b 07 00 00 00 00 # time
  b1 7f 68 de 3a 00 00 00 # socket's inode number, of more than 32 bits
  ${kind} 00 00 00
  d2 04 00 00 01 00 00 00 # tgid, parent's tgid
  e8 03 00 00 # uid
  02 00 00 f0 # namespace's inode number
`;
const comm = "74 63 70 64 75 6d 70 00 00 00 00 00 00 00 00 00";
const tcpdump = "74 63 70 64 75 6d 70 00 2d 69 00 76 30 00"; // The command line is tcpdump -i v0.

/** Returns a record whose request and command line are followed by what an older record left there. */
function recordOf(
  kind: string,
  request: string,
  args: string,
  argumentsLength?: number,
  option = 0xa5a5_a5a5,
): Uint8Array {
  const bytes = new Uint8Array(RECORD_SIZE).fill(0xa5);
  bytes.set(hex(headOf(kind)));
  writeU32(bytes, field.requestLength, hex(request).length);
  writeU32(bytes, field.option, option);
  writeU32(bytes, field.argumentsLength, argumentsLength ?? hex(args).length);
  bytes.set(hex(comm), field.comm);
  bytes.set(hex(request), field.request);
  bytes.set(hex(args), field.arguments);
  return bytes;
}

const caller = {
  time: 123456789n,
  tgid: 1234,
  uid: 1000,
  parentTgid: 1,
  comm: "tcpdump",
  args: ["tcpdump", "-i", "v0"],
  argsCut: false,
  netns: 0xf000_0002,
  socketInode: 0x3a_de68_7fb1,
};

const mreq = `
  03 00 00 00 # mr_ifindex
  01 00 # mr_type PACKET_MR_PROMISC
  ff ff # mr_alen: more than there can be
  00 00 00 00 00 00 00 00
`;
const ifreq = `
  76 30 ${"00 ".repeat(14)} # ifr_name
  03 11 ${"00 ".repeat(22)} # ifr_flags
`;
const linkMessage = `
  12 a5 05 00 # nlmsg_len: what was kept counts
  10 00 05 00 00 00 00 00 00 00 00 00 # RTM_NEWLINK, NLM_F_REQUEST | NLM_F_ACK
  00 00 00 00 03 00 00 00 # ifi_index
  00 01 00 00 00 03 00 00 # ifi_flags IFF_PROMISC, ifi_change IFF_PROMISC | IFF_ALLMULTI
`;
const ifname = "07 00 03 00 76 30 00 00";

const sockaddrLl = "11 00 08 00 03 00 00 00 a5 a5 a5 a5 a5 a5 a5 a5"; // The rest isn't used.
const sockaddrXdp = "2c 00 02 00 03 00 00 00 07 00 00 00 a5 a5 a5 a5";

const packetSocket = { kind: "socket", ...caller, family: 17, protocol: 3 } as const;
const membership = { kind: "membership", change: "add", ...caller, request: { index: 3, type: 1 } } as const;
const fixedPart = { family: 0, type: 0, index: 3, flags: 0x100, change: 0x300 };

describe("a record of the system call tracer", { skip: otherByteOrder }, () => {
  const golden: [what: string, bytes: Uint8Array, event: CallRecord][] = [
    ["an added membership", recordOf("01", mreq, tcpdump), membership],
    ["a dropped membership", recordOf("02", mreq, tcpdump), { ...membership, change: "drop" }],
    [
      "an ioctl",
      recordOf("03", ifreq, tcpdump),
      { kind: "flags", ...caller, request: { name: "v0", flags: 0x1103 } },
    ],
    [
      "a link message",
      recordOf("04", `${linkMessage}${ifname}`, tcpdump),
      { kind: "link", ...caller, request: { ...fixedPart, name: "v0" } },
    ],
    [
      "a link message whose last attribute was cut off",
      recordOf("04", `${linkMessage}${ifname} 40 00 14 00 61 62`, tcpdump),
      { kind: "link", ...caller, request: { ...fixedPart, name: "v0" } },
    ],
    [
      "a link message with an attribute that is shorter than its header",
      recordOf("04", `${linkMessage}${ifname} 03 00 14 00`, tcpdump),
      { kind: "link", ...caller, request: { ...fixedPart, name: "v0" } },
    ],
    [
      "a link message with an IFLA_MTU of one byte",
      recordOf("04", `${linkMessage}${ifname} 05 00 04 00 01 00 00 00`, tcpdump),
      { kind: "link", ...caller, request: fixedPart },
    ],
    ["a new packet socket", recordOf("05", "", tcpdump, undefined, 0x0011_0300), packetSocket],
    [
      "a new raw socket",
      recordOf("05", "", tcpdump, undefined, 0x000a_003a),
      { kind: "socket", ...caller, family: 10, protocol: 58 },
    ],
    [
      "a packet socket's address",
      recordOf("06", sockaddrLl, tcpdump),
      { kind: "bind", ...caller, request: { family: 17, index: 3, protocol: 0x0800 } },
    ],
    [
      "an AF_XDP socket's address",
      recordOf("06", sockaddrXdp, tcpdump),
      { kind: "bind", ...caller, request: { family: 44, index: 3, queue: 7 } },
    ],
    ["an address that couldn't be read", recordOf("06", "", tcpdump), { kind: "bind", ...caller }],
    [
      "a new filter",
      recordOf("07", "", tcpdump, undefined, 50),
      { kind: "filter", ...caller, change: "attach" },
    ],
    [
      "a removed filter",
      recordOf("07", "", tcpdump, undefined, 27),
      { kind: "filter", ...caller, change: "detach" },
    ],
    ["a request that couldn't be read", recordOf("04", "", tcpdump), { kind: "link", ...caller }],
    ["no command line", recordOf("01", mreq, ""), { ...membership, args: [] }],
    [
      "a command line with an empty argument, and without its last NUL",
      recordOf("01", mreq, "61 00 00 62"),
      { ...membership, args: ["a", "", "b"] },
    ],
    [
      "a command line that goes on",
      recordOf("01", mreq, "61 ".repeat(ARGUMENTS_SIZE), 1000),
      { ...membership, args: ["a".repeat(ARGUMENTS_SIZE)], argsCut: true },
    ],
  ];
  for (const [what, bytes, event] of golden)
    it(`is read: ${what}`, () => assert.deepEqual(readCallRecord(bytes), event));

  it("is malformed if it is cut short", () =>
    assertMalformed(
      () => readCallRecord(new Uint8Array(RECORD_SIZE - 1)),
      "call record",
      `${RECORD_SIZE - 1} bytes, needs ${RECORD_SIZE}`,
    ));

  it("is malformed if its kind is unknown", () =>
    assertMalformed(() => readCallRecord(recordOf("08", "", "")), "call record kind", "8 is unknown"));

  it("is read whatever arguments the caller wrote", () => {
    const bytes = fc.uint8Array({ maxLength: 96 });
    fc.assert(
      fc.property(fc.constantFrom("01", "02", "03", "04", "06"), bytes, bytes, (kind, written, args) => {
        const start = hex(
          { "01": mreq, "02": mreq, "03": ifreq, "04": linkMessage, "06": sockaddrLl }[kind] ?? "",
        );
        const request =
          kind === "04" ? [...start, ...written] : [...written, ...start].slice(0, start.length);
        const each = recordOf(kind, "", "");
        each.set(request, field.request);
        writeU32(each, field.requestLength, request.length);
        each.set(args, field.arguments);
        writeU32(each, field.argumentsLength, args.length);
        assert.ok("request" in readCallRecord(each));
      }),
      { numRuns: 2000 },
    );
  });
});

import assert from "node:assert/strict";
import { describe, it } from "node:test";
import {
  IFF_BROADCAST,
  IFF_LOWER_UP,
  IFF_MULTICAST,
  IFF_PROMISC,
  IFF_RUNNING,
  IFF_UP,
  type Link,
  linkSize,
  readLink,
  writeLink,
} from "../../../../src/wire/kernel/rtnetlink/link.js";
import { hex, otherByteOrder } from "../../../support/wire/golden/hex.js";
import { bridgePort, macvlan, veth, vethAcross, vxlan } from "../../../support/wire/golden/links.js";
import { onlyMessage } from "../../../support/wire/golden/message.js";
import { assertMalformed } from "../../../support/wire/malformed.js";
import { written } from "../../../support/wire/rewrite.js";

const mac = (last: number) => Uint8Array.of(2, 0, 0, 0, 0, last);
const broadcast = Uint8Array.of(255, 255, 255, 255, 255, 255);
const running = IFF_UP | IFF_BROADCAST | IFF_RUNNING | IFF_MULTICAST | IFF_LOWER_UP;
const down = IFF_BROADCAST | IFF_MULTICAST;

/** The value of each golden link, without the attributes that the table doesn't contain. */
const cases: [name: string, golden: Uint8Array, expected: Link][] = [
  [
    "veth",
    veth,
    {
      family: 0,
      type: 1,
      index: 3,
      flags: running | IFF_PROMISC,
      change: 0,
      name: "v0",
      txQueueLength: 1000,
      operationalState: 6,
      mtu: 1500,
      group: 7,
      promiscuity: 1,
      allmulti: 0,
      alias: "uplink",
      protoDown: 0,
      address: mac(1),
      broadcast,
      xdp: { attached: 0 },
      info: { kind: "veth" },
      link: 2,
      qdisc: "noqueue",
      alternativeNames: ["uplink-to-the-lab", "second"],
    },
  ],
  [
    "macvlan",
    macvlan,
    {
      family: 0,
      type: 1,
      index: 4,
      flags: down,
      change: 0,
      name: "mv0",
      txQueueLength: 1000,
      operationalState: 2,
      mtu: 1000,
      group: 0,
      promiscuity: 0,
      allmulti: 0,
      protoDown: 1,
      protoDownReason: { value: 1 << 3 },
      address: mac(3),
      broadcast,
      xdp: { attached: 0 },
      info: {
        kind: "macvlan",
        data: hex(`
        08 00 01 00 01 00 00 00 # IFLA_MACVLAN_MODE
        06 00 02 00 00 00 00 00 # IFLA_MACVLAN_FLAGS
        08 00 06 00 00 00 00 00 # IFLA_MACVLAN_MACADDR_COUNT
        08 00 07 00 e8 03 00 00 # IFLA_MACVLAN_BC_QUEUE_LEN
        08 00 08 00 e8 03 00 00 # IFLA_MACVLAN_BC_QUEUE_LEN_USED
      `),
      },
      link: 3,
      qdisc: "noop",
    },
  ],
  [
    "vxlan",
    vxlan,
    {
      family: 0,
      type: 1,
      index: 5,
      flags: down,
      change: 0,
      name: "vx0",
      txQueueLength: 1000,
      operationalState: 2,
      mtu: 1000,
      group: 0,
      promiscuity: 0,
      allmulti: 0,
      protoDown: 0,
      address: mac(4),
      broadcast,
      xdp: { attached: 0 },
      // The other attributes of vxlan are in the golden bytes.
      info: { kind: "vxlan", data: payloadAt(vxlan, "d0 00 02 00") },
      qdisc: "noop",
    },
  ],
  [
    "bridgePort",
    bridgePort,
    {
      family: 0,
      type: 1,
      index: 2,
      flags: running,
      change: 0,
      name: "v1",
      txQueueLength: 1000,
      operationalState: 6,
      mtu: 1000,
      group: 0,
      promiscuity: 1,
      allmulti: 1,
      master: 6,
      protoDown: 0,
      address: mac(2),
      broadcast,
      xdp: { attached: 0 },
      info: { kind: "veth", slaveKind: "bridge", slaveData: payloadAt(bridgePort, "50 01 05 00") },
      link: 3,
      qdisc: "noqueue",
    },
  ],
  [
    "vethAcross",
    vethAcross,
    {
      family: 0,
      type: 1,
      index: 7,
      flags: down,
      change: 0,
      name: "far",
      txQueueLength: 1000,
      operationalState: 2,
      mtu: 1000,
      group: 0,
      promiscuity: 0,
      allmulti: 0,
      protoDown: 0,
      address: mac(6),
      broadcast,
      xdp: { attached: 0 },
      info: { kind: "veth" },
      linkNetnsId: 0,
      link: 2,
      qdisc: "noop",
    },
  ],
];

/** The `nla_type` of the attributes that the table doesn't contain, in this kernel's order. */
const unknownTypes = [
  17, 67, 50, 51, 31, 40, 41, 58, 63, 64, 59, 60, 66, 32, 33, 35, 47, 48, 68, 69, 23, 7, 26, 14, 0x803e,
  0x8041,
];

/** Returns the payload of the attribute that begins with these four bytes. */
function payloadAt(bytes: Uint8Array, header: string): Uint8Array {
  const start = Buffer.from(bytes).indexOf(hex(header)) + 4;
  return bytes.subarray(start, start + Number.parseInt(header.slice(3, 5) + header.slice(0, 2), 16) - 4);
}

describe("struct ifinfomsg", { skip: otherByteOrder }, () => {
  for (const [name, golden, expected] of cases) {
    const { payload } = onlyMessage(golden);

    it(`is read from ${name}`, () => {
      const { other, ...known } = readLink(payload);
      assert.deepEqual(known, expected);
      assert.deepEqual(
        other?.map(({ type }) => type),
        unknownTypes,
      );
    });

    it(`is the same after ${name} was written and read again`, () => {
      const link = readLink(payload);
      const bytes = written(link, linkSize, writeLink);
      assert.equal(bytes.length, payload.length);
      assert.deepEqual(readLink(bytes), link);
    });
  }

  it("has the family AF_BRIDGE in a bridge's own message", () =>
    assert.equal(readLink(hex("07 00 01 00 02 00 00 00 03 10 00 00 00 00 00 00")).family, 7));

  it("is written for promiscuous mode as `ip link set … promisc on` writes it", () =>
    assert.deepEqual(
      written({ family: 0, type: 0, index: 3, flags: IFF_PROMISC, change: IFF_PROMISC }, linkSize, writeLink),
      hex(`
        00 # ifi_family
        00 # padding
        00 00 # ifi_type
        03 00 00 00 # ifi_index
        00 01 00 00 # ifi_flags
        00 01 00 00 # ifi_change
      `),
    ));

  const header = "00 00 01 00 03 00 00 00 03 10 00 00 00 00 00 00";
  const broken: [what: string, bytes: string, path: string, reason: string][] = [
    ["a header cut short", header.slice(0, 15 * 3 - 1), "ifinfomsg", "15 bytes, needs 16"],
    ["a short IFLA_MTU", `${header} 06 00 04 00 dc 05 00 00`, "ifinfomsg IFLA_MTU", "2 bytes, needs 4"],
    ["no room for its name", `${header} 0a 00 03 00 76 30 00`, "ifinfomsg IFLA_IFNAME", "7 bytes, needs 10"],
    [
      "a kind that leaves its IFLA_LINKINFO",
      `${header} 0c 00 12 00 0a 00 01 00 76 65 74 68`,
      "ifinfomsg IFLA_LINKINFO IFLA_INFO_KIND",
      "8 bytes, needs 10",
    ],
    [
      "a short program number",
      `${header} 0a 00 2b 00 06 00 04 00 01 00 00 00`,
      "ifinfomsg IFLA_XDP IFLA_XDP_PROG_ID",
      "2 bytes, needs 4",
    ],
    [
      "an alternative name of no length",
      `${header} 08 00 34 80 00 00 35 00`,
      "ifinfomsg IFLA_PROP_LIST nla_len",
      "0 is less than 4",
    ],
    [
      "a short reason for its protocol to be down",
      `${header} 09 00 37 80 05 00 02 00 08 00 00 00`,
      "ifinfomsg IFLA_PROTO_DOWN_REASON IFLA_PROTO_DOWN_REASON_VALUE",
      "1 bytes, needs 4",
    ],
  ];
  for (const [what, bytes, path, reason] of broken)
    it(`is malformed with ${what}`, () => assertMalformed(() => readLink(hex(bytes)), path, reason));

  it("is either read or malformed if it is cut off anywhere", () => {
    const { payload } = onlyMessage(veth);
    for (let length = 0; length < payload.length; length++) {
      try {
        readLink(payload.subarray(0, length));
      } catch (error) {
        assert.equal((error as { code?: string }).code, "malformed", `at ${length}: ${error}`);
      }
    }
  });
});

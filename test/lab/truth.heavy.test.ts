import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, it } from "node:test";
import { createLan, type Lan } from "../../src/lab/lan.js";
import type { NicKind } from "../../src/lab/nic/models.js";
import type { PacketSender } from "../../src/linux/packet/packet-send.js";
import { quiet } from "../support/lan/quiet.js";
import { ip, isolate, noNamespaces } from "../support/network/namespace.js";
import { senderBy } from "../support/network/sender.js";
import { lacking } from "../support/process/peer.js";
import type { Card } from "../support/virtual-machine/guest-kernel.js";
import { noVirtualMachines, VirtualMachine } from "../support/virtual-machine/virtual-machine.js";

isolate();

const MAC = "52:54:00:12:34:56";
const ANOTHER_MAC = "52:54:00:12:34:57";
const BROADCAST = "ff:ff:ff:ff:ff:ff";
/** The number of times that the machine is asked whether a frame has arrived before the frame counts as lost. */
const MOST_QUESTIONS = 500;
/**
 * The number of times that a frame is sent. If other work keeps a machine from emptying its card's ring, the card loses
 * some.
 */
const MOST_FRAMES = 10;
const pause = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));
const hex = (byte: number): string => byte.toString(16).padStart(2, "0");
const series = <Value>(from: number, to: number, make: (number: number) => Value): Value[] =>
  Array.from({ length: to - from }, (_, at) => make(from + at));

/** Addresses of additional virtual cards on the machine's card. */
const secondary = series(0, 16, (number) => `02:00:00:00:01:${hex(number)}`);

/** Frames to the machine itself, to others, to groups that it has joined, and to groups that it hasn't. */
const destinations = [
  MAC,
  ANOTHER_MAC,
  "02:00:00:00:00:01",
  ...secondary,
  BROADCAST,
  "01:00:5e:00:00:01",
  "01:00:5e:01:02:03",
  "33:33:00:00:00:01",
  // Addresses from the section "Group" of KERNEL.
  "ff:ff:ff:ff:ff:fe",
  "ff:ff:00:00:00:00",
  "ff:00:00:00:00:00",
  "01:00:00:00:00:00",
  "01:00:5e:00:00:00",
  "01:00:5e:00:00:03",
  "33:33:ff:ab:cd:ef",
  "33:33:00:00:00:fe",
  // One address for every other hash, so that collisions show.
  ...series(0, 32, (number) => `01:00:5e:40:${hex(number * 7)}:${hex(number * 5)}`),
  // Addresses near the hashes that e1000 computes for the groups below.
  ...[0x00, 0x05, 0x0d, 0x0e, 0x12, 0x13, 0x14, 0x1d, 0x1e, 0x1f, 0x20, 0x50].flatMap((high) => [
    `33:33:ff:01:${hex(high)}:00`,
    `33:33:ff:02:${hex(high)}:00`,
  ]),
];

/** One step for both, in this order: the machine takes it with its shell, a host of the lab with ip. */
interface Step {
  readonly name: string;
  readonly machine: readonly string[];
  readonly host: readonly string[];
  /** Set if the list of e1000 is full, but not that of virtio-net. */
  readonly overflows?: boolean;
}

const both = (...commands: string[]): Pick<Step, "machine" | "host"> => ({
  machine: commands.map((each) => `ip ${each}`),
  host: commands,
});

/** Each IPv4 address has a group of its own, which a shell can join. */
const join = (addresses: readonly string[]): Pick<Step, "machine" | "host"> => ({
  machine: addresses.map((each) => `ip addr add ${each}/64 dev eth0`),
  host: addresses.map((each) => `addr add ${each}/64 dev eth0 nodad`),
});
const many = (from: number, to: number): string[] => series(from, to, (number) => `fe80::1:${hex(number)}00`);

const addSecondary = (from: number, to: number): Pick<Step, "machine" | "host"> => {
  const up = (number: number): string => `link set mv${number} up`;
  const add = (number: number): string =>
    `link add link eth0 name mv${number} address ${secondary[number]} type macvlan`;
  return {
    machine: series(from, to, (number) => `ip ${add(number)}; ip ${up(number)}`),
    host: series(from, to, (number) => [
      add(number),
      `link set mv${number} addrgenmode none`,
      up(number),
    ]).flat(),
  };
};

const steps: readonly Step[] = [
  { name: "off", machine: [], host: [] },
  { name: "promiscuous", ...both("link set eth0 promisc on") },
  {
    name: "all-multicast",
    machine: ["ip link set eth0 promisc off", "ifconfig eth0 allmulti"],
    host: ["link set eth0 promisc off", "link set eth0 allmulticast on"],
  },
  { name: "off again", machine: ["ifconfig eth0 -allmulti"], host: ["link set eth0 allmulticast off"] },
  { name: "a group joined", ...join(["fe80::ab:cdef"]) },
  { name: "and left", ...both("addr del fe80::ab:cdef/64 dev eth0") },
  { name: "a secondary address", ...addSecondary(0, 1) },
  { name: "14 secondary addresses", ...addSecondary(1, 14), overflows: true },
  { name: "15 secondary addresses", ...addSecondary(14, 15), overflows: true },
  { name: "15 and promiscuous", ...both("link set eth0 promisc on"), overflows: true },
  { name: "15 and no longer", ...both("link set eth0 promisc off"), overflows: true },
  { name: "14 again", ...both("link del mv14"), overflows: true },
  { name: "none again", ...both(...series(0, 14, (number) => `link del mv${number}`)), overflows: true },
  // IPv4 and IPv6 join two more.
  { name: "32 groups", ...join(many(0, 30)), overflows: true },
  { name: "33 groups", ...join(many(30, 31)), overflows: true },
  { name: "another address", ...both(`link set eth0 address ${ANOTHER_MAC}`) },
];

/**
 * Makes a frame.
 * @param etherType one that IEEE 802 reserves for experiments by default
 */
function frameFor(destination: string, etherType = "88b5"): Uint8Array {
  const header = Buffer.from(`${destination.replaceAll(":", "")}027700000001${etherType}`, "hex");
  return Buffer.concat([header, Buffer.alloc(46)]);
}

/** Returns the frames that the machine's kernel receives. */
async function receivedBy(machine: VirtualMachine, sender: PacketSender): Promise<string[]> {
  const got: string[] = [];
  // The mark always passes the filter, and the kernel counts it as an IPv4 packet, although it is invalid. A broadcast
  // would count for macvlans as well.
  const mark = frameFor(await machine.run("cat /sys/class/net/eth0/address"), "0800");
  let before = await machine.received();
  for (const destination of destinations) {
    let after = before;
    for (let sent = 0; after.packets === before.packets; sent++) {
      assert.ok(sent < MOST_FRAMES, `frames that always pass were lost, after those for ${destination}`);
      // If the previous mark was lost, the fate of its frame isn't known, and only this attempt counts.
      before = after;
      sender.send(frameFor(destination));
      // When the mark has arrived, the frame that was sent before it has arrived too, or never will.
      sender.send(mark);
      for (let asked = 0; after.packets === before.packets && asked < MOST_QUESTIONS; asked++)
        after = await machine.received();
    }
    // One of the frames is the mark.
    const frames = after.frames - before.frames - 1;
    assert.ok(frames === 0 || frames === 1, `${frames} frames for ${destination}`);
    if (frames === 1) got.push(destination);
    before = after;
  }
  return got;
}

/** Returns the frames that the kernel of the lab's host receives. */
async function passedBy(lan: Lan, sender: PacketSender): Promise<string[]> {
  const { passed, filtered } = lan.host(2).counts;
  const sum = (counts: typeof passed): number =>
    counts.own + counts.broadcast + counts.multicast + counts.other;
  const got: string[] = [];
  for (const destination of destinations) {
    const before = { passed: sum(passed), filtered: sum(filtered) };
    sender.send(frameFor(destination));
    while (sum(passed) + sum(filtered) === before.passed + before.filtered) await pause(1);
    if (sum(passed) > before.passed) got.push(destination);
  }
  return got;
}

const groupsOf = (text: string): string[] =>
  text
    .split("\n")
    .map((line) => line.trim().split(/\s+/))
    .filter(([, name]) => name === "eth0")
    .map((fields) => fields[4] ?? "");

/** Boots a machine whose card joins only the groups that it is asked to join. */
async function boot(card: Card, tap: string): Promise<VirtualMachine> {
  ip(`tuntap add dev ${tap} mode tap`);
  ip(`link set ${tap} addrgenmode none`);
  ip(`link set ${tap} up`);
  const machine = await VirtualMachine.boot(card, tap, MAC);
  const settings = "/proc/sys/net/ipv6/conf";
  for (const each of ["default", "eth0"])
    await machine.run(`echo 1 > ${settings}/${each}/addr_gen_mode; echo 0 > ${settings}/${each}/accept_dad`);
  await machine.bringUp();
  return machine;
}

/** Makes a LAN whose second host is like that machine, and whose first host sends nothing by itself. */
function createTwin(nic: NicKind): Lan {
  const lan = createLan({ hosts: 2, nic });
  const host = lan.host(2);
  quiet(lan.host(1));
  host.run(() => ip("link set eth0 addrgenmode none"));
  host.run(() => ip(`link set eth0 address ${MAC}`));
  host.run(() => ip("addr flush dev eth0"));
  return lan;
}

const pairs: readonly [card: Card, nic: NicKind, steps: readonly Step[]][] = [
  ["e1000", "perfect", steps],
  ["virtio-net", "perfect", steps.filter(({ overflows }) => !overflows)],
  ["rtl8139", "hash64", steps],
];

describe("a model of a network card", {
  skip: noNamespaces || lacking("ip") || noVirtualMachines,
  concurrency: true,
  timeout: 280_000,
}, () => {
  for (const [number, [card, nic, taken]] of pairs.entries())
    it(`${nic} accepts the same frames as QEMU's ${card} with Linux' own driver`, async () => {
      const tap = `tap${number}`;
      using machine = await boot(card, tap);
      using lan = createTwin(nic);
      const host = lan.host(2);
      using toMachine = senderBy(tap);
      using toHost = lan.host(1).run(() => senderBy("eth0"));
      for (const { name, machine: commands, host: alike } of taken) {
        for (const command of commands) await machine.run(command);
        for (const words of alike) host.run(() => ip(words));
        await pause(200);
        const joined = groupsOf(await machine.run("cat /proc/net/dev_mcast"));
        const joinedHere = groupsOf(
          host.run(() => readFileSync("/proc/thread-self/net/dev_mcast", "latin1")),
        );
        assert.deepEqual(joinedHere, joined, name);
        assert.deepEqual(await passedBy(lan, toHost), await receivedBy(machine, toMachine), name);
      }
    });
});

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, it } from "node:test";
import { createLan, type Lan } from "../../src/lab/lan.js";
import type { NicKind } from "../../src/lab/nic/models.js";
import { PacketSender } from "../../src/linux/packet-send.js";
import { Rtnetlink } from "../../src/linux/rtnetlink.js";
import { ip, isolate, noNamespaces } from "../support/namespace.js";
import { lacking } from "../support/peer.js";
import { type Card, noVirtualMachines, VirtualMachine } from "../support/virtual-machine.js";

isolate();

const MAC = "52:54:00:12:34:56";
const pause = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));
const hex = (byte: number): string => byte.toString(16).padStart(2, "0");

/** Frames for the machine itself, for others, for groups that it has joined, and for those that it hasn't. */
const destinations = [
  MAC,
  "52:54:00:12:34:57",
  "02:00:00:00:00:01",
  "ff:ff:ff:ff:ff:ff",
  "01:00:5e:00:00:01",
  "01:00:5e:01:02:03",
  "33:33:00:00:00:01",
  // Of what KERNEL calls Group.
  "ff:ff:ff:ff:ff:fe",
  "ff:ff:00:00:00:00",
  "ff:00:00:00:00:00",
  "01:00:00:00:00:00",
  "01:00:5e:00:00:00",
  "01:00:5e:00:00:03",
  "33:33:ff:ab:cd:ef",
  "33:33:00:00:00:fe",
  // One of every other hash, so that collisions show.
  ...Array.from({ length: 32 }, (_, at) => `01:00:5e:40:${hex(at * 7)}:${hex(at * 5)}`),
];

/** What both are told to do, in this order: a machine by its shell, a host of the lab by ip. */
interface Step {
  readonly name: string;
  readonly machine: string;
  readonly host: readonly string[];
}

/** So many groups that the list of e1000 overflows, and that of 8139cp: of addresses, which a shell can have. */
const many = (from: number, to: number): string[] =>
  Array.from({ length: to - from }, (_, at) => `fe80::1:${hex(from + at)}00`);
const add = (addresses: readonly string[]): Pick<Step, "machine" | "host"> => ({
  machine: addresses.map((each) => `ip addr add ${each}/64 dev eth0`).join("; "),
  host: addresses.map((each) => `addr add ${each}/64 dev eth0 nodad`),
});

const steps: readonly Step[] = [
  { name: "off", machine: "true", host: [] },
  { name: "promiscuous", machine: "ip link set eth0 promisc on", host: ["link set eth0 promisc on"] },
  {
    name: "all-multicast",
    machine: "ip link set eth0 promisc off; ifconfig eth0 allmulti",
    host: ["link set eth0 promisc off", "link set eth0 allmulticast on"],
  },
  { name: "off again", machine: "ifconfig eth0 -allmulti", host: ["link set eth0 allmulticast off"] },
  { name: "a group joined", ...add(["fe80::ab:cdef"]) },
  {
    name: "and left",
    machine: "ip addr del fe80::ab:cdef/64 dev eth0",
    host: ["addr del fe80::ab:cdef/64 dev eth0"],
  },
  { name: "20 groups", ...add(many(0, 20)) },
  { name: "40 groups", ...add(many(20, 40)) },
  {
    name: "another address",
    machine: "ip link set eth0 address 52:54:00:12:34:57",
    host: ["link set eth0 address 52:54:00:12:34:57"],
  },
];

/** Groups whose last bytes have hashes of e1000 near those of the addresses above. */
const nearby = [0x00, 0x05, 0x0d, 0x0e, 0x12, 0x13, 0x14, 0x20, 0x27, 0x28, 0x50].flatMap((high) => [
  `33:33:ff:01:${hex(high)}:00`,
  `33:33:ff:02:${hex(high)}:00`,
]);

function frameFor(destination: string): Uint8Array {
  const header = Buffer.from(`${destination.replaceAll(":", "")}02770000000188b5`, "hex");
  return Buffer.concat([header, Buffer.alloc(46)]);
}

/** Which frames the machine's kernel receives. */
async function receivedBy(machine: VirtualMachine, sender: PacketSender): Promise<string[]> {
  const got: string[] = [];
  for (const destination of [...destinations, ...nearby]) {
    const before = await machine.received();
    for (let copy = 0; copy < 3; copy++) sender.send(frameFor(destination));
    // A frame that surely passes marks the end: what was sent before it has been filtered or received by then.
    sender.send(frameFor("ff:ff:ff:ff:ff:ff"));
    let after = await machine.received();
    while (after - before < 1) after = await machine.received();
    if (after - before === 1) after = await machine.received();
    if (after - before >= 4) got.push(destination);
    else assert.equal(after - before, 1, destination);
  }
  return got;
}

/** … and the host's of the lab. */
async function passedBy(lan: Lan, sender: PacketSender): Promise<string[]> {
  const { passed, filtered } = lan.host(2).counts;
  const sum = (counts: typeof passed): number =>
    counts.own + counts.broadcast + counts.multicast + counts.other;
  const got: string[] = [];
  for (const destination of [...destinations, ...nearby]) {
    const before = { passed: sum(passed), filtered: sum(filtered) };
    sender.send(frameFor(destination));
    while (sum(passed) + sum(filtered) === before.passed + before.filtered) await pause(1);
    if (sum(passed) > before.passed) got.push(destination);
  }
  return got;
}

function senderBy(name: string): PacketSender {
  using rtnetlink = new Rtnetlink();
  return new PacketSender(rtnetlink.link(name, "test").index, "test");
}

const groupsOf = (text: string): string[] =>
  text
    .split("\n")
    .map((line) => line.trim().split(/\s+/))
    .filter(([, name]) => name === "eth0")
    .map((fields) => fields[4] ?? "");

const pairs: readonly [card: Card, nic: NicKind][] = [
  ["e1000", "perfect"],
  ["rtl8139", "hash64"],
];

describe("a model of a network card", {
  skip: noNamespaces || lacking("ip") || noVirtualMachines,
  timeout: 280_000,
}, () => {
  for (const [number, [card, nic]] of pairs.entries())
    it(`${nic} passes what QEMU's ${card} does with Linux' own driver`, async () => {
      const tap = `tap${number}`;
      ip(`tuntap add dev ${tap} mode tap`);
      ip(`link set ${tap} addrgenmode none`);
      ip(`link set ${tap} up`);
      using machine = await VirtualMachine.boot(card, tap, MAC);
      await machine.run(
        "echo 1 > /proc/sys/net/ipv6/conf/eth0/addr_gen_mode; echo 0 > /proc/sys/net/ipv6/conf/eth0/accept_dad",
      );
      await machine.bringUp();
      using lan = createLan({ hosts: 2, nic });
      const host = lan.host(2);
      for (const each of lan.hosts) each.run(() => ip("link set eth0 addrgenmode none"));
      host.run(() => ip(`link set eth0 address ${MAC}`));
      host.run(() => ip("addr flush dev eth0"));
      using toMachine = senderBy(tap);
      using toHost = lan.host(1).run(() => senderBy("eth0"));
      for (const { name, machine: command, host: commands } of steps) {
        await machine.run(command);
        for (const words of commands) host.run(() => ip(words));
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

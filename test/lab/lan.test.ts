import assert from "node:assert/strict";
import { once } from "node:events";
import { writeFileSync } from "node:fs";
import { describe, it } from "node:test";
import { openCapture } from "../../src/capture/live/capture.js";
import { sendFrame } from "../../src/capture/send.js";
import { createLan, type Lan } from "../../src/lab/lan.js";
import type { NicKind } from "../../src/lab/nic/models.js";
import type { FrameClass } from "../../src/lab/nic/nic.js";
import { holdPromiscuous } from "../../src/promiscuity/hold.js";
import { readInterface } from "../../src/promiscuity/read.js";
import { setPromiscuous } from "../../src/promiscuity/set.js";
import { despiteChance } from "../support/chance.js";
import { quiet } from "../support/lan/quiet.js";
import { noTun } from "../support/network/devices.js";
import { ipBatch } from "../support/network/ip-batch.js";
import { ip, isolate, noNamespaces, sh } from "../support/network/namespace.js";
import { firstOutput, spawn } from "../support/process/child-process.js";
import { lacking } from "../support/process/peer.js";

isolate();

/**
 * Frames for the third host: to its own address, another one, broadcast, a group that every host has joined, and groups
 * that none has.
 */
const frames = {
  own: "027700000003",
  other: "0277000000fe",
  broadcast: "ffffffffffff",
  allHosts: "01005e000001",
  group: "01005e010203",
  group6: "3333ffabcdef",
  almostBroadcast: "fffffffffffe",
};

function send(lan: Lan, destination: string): void {
  const frame = Buffer.concat([Buffer.from(`${destination}02770000000188b5`, "hex"), Buffer.alloc(46)]);
  lan.host(1).run(() => sendFrame("eth0", frame));
}

/** Returns whether the third host's kernel receives a frame. */
async function passes(lan: Lan, destination: string): Promise<boolean> {
  const { passed, filtered } = lan.host(3).counts;
  // Only frames of the same kind are counted, because hosts also send frames to groups by themselves.
  const isToGroup = Number.parseInt(destination.slice(0, 2), 16) & 1;
  const kinds: FrameClass[] = isToGroup ? ["broadcast", "multicast"] : ["own", "other"];
  const sum = (counts: Record<FrameClass, number>): number =>
    kinds.reduce((total, kind) => total + counts[kind], 0);
  const before = sum(passed);
  const all = before + sum(filtered);
  send(lan, destination);
  while (sum(passed) + sum(filtered) === all) await new Promise((resolve) => setTimeout(resolve, 1));
  return sum(passed) > before;
}

/** Returns the names of the frames that the third host's kernel receives. */
async function received(lan: Lan): Promise<string[]> {
  const names: string[] = [];
  for (const [name, destination] of Object.entries(frames))
    if (await passes(lan, destination)) names.push(name);
  return names;
}

/** Joins groups, each by a process of its own, because `ip -batch` adds only the first one. */
function join(groups: string[]): void {
  for (const group of groups) ip(`maddress add ${group} dev eth0`);
}

const hex = (byte: number): string => byte.toString(16).padStart(2, "0");

/** A program that asks for 02:77:00:00:00:fe with PACKET_MR_UNICAST until its input ends. */
const wantAddress = `
import socket, struct, sys
s = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, 0)
index = socket.if_nametoindex("eth0")
s.setsockopt(263, 1, struct.pack("iHH8s", index, 3, 6, bytes.fromhex("0277000000fe")))
print("ready", flush=True)
sys.stdin.read()
`;

const always = ["own", "broadcast", "allHosts"];
const every = Object.keys(frames);

describe("a virtual LAN", { skip: noNamespaces || noTun || lacking("ip"), timeout: 120_000 }, () => {
  const make = (options: Parameters<typeof createLan>[0] = {}): Lan => {
    const lan = createLan(options);
    for (const host of lan.hosts) quiet(host);
    return lan;
  };

  it("has cards that accept only frames to their own address, broadcast and groups that are joined", async () => {
    using lan = make();
    await new Promise((resolve) => setTimeout(resolve, 100));
    assert.deepEqual(await received(lan), always);
  });

  it("has cards that accept everything while they are promiscuous by flag, by ioctl or by a hold", async () => {
    using lan = make();
    const host = lan.host(3);
    for (const via of ["netlink", "ioctl"] as const) {
      host.run(() => setPromiscuous("eth0", true, { via }));
      assert.deepEqual(await received(lan), every);
      host.run(() => setPromiscuous("eth0", false, { via }));
      assert.deepEqual(await received(lan), always);
    }
    const hold = host.run(() => holdPromiscuous("eth0"));
    assert.deepEqual(await received(lan), every);
    hold[Symbol.dispose]();
    assert.deepEqual(await received(lan), always);
  });

  it("accepts every group in all-multicast mode, and no frames to other hosts", async () => {
    using lan = make();
    lan.host(3).run(() => ip("link set eth0 allmulticast on"));
    assert.deepEqual(
      await received(lan),
      every.filter((name) => name !== "other"),
    );
  });

  it("follows groups that are joined and left, and a change of the address", async () => {
    using lan = make();
    const host = lan.host(3);
    host.run(() => ip("maddress add 01:00:5e:01:02:03 dev eth0"));
    assert.deepEqual(await received(lan), [...always, "group"]);
    host.run(() => ip("maddress del 01:00:5e:01:02:03 dev eth0"));
    assert.deepEqual(await received(lan), always);
    host.run(() => ip(`link set eth0 address 02:77:00:00:00:fe`));
    assert.deepEqual(await received(lan), ["other", "broadcast", "allHosts"]);
  });

  it("accepts secondary addresses without becoming promiscuous", async () => {
    using lan = make();
    const host = lan.host(3);
    host.run(() => ip("link add link eth0 name mv0 address 02:77:00:00:00:fe type macvlan mode bridge"));
    host.run(() => ip("link set mv0 up"));
    // The kernel counts a unit for the address, because a tap has no filter. A card with a filter isn't notified.
    assert.equal(
      host.run(() => readInterface("eth0").promiscuity),
      1,
    );
    assert.ok((await received(lan)).includes("other"));
    assert.ok(!(await passes(lan, "0277000000fd")));
    host.run(() => ip("link set mv0 promisc on"));
    assert.ok(await passes(lan, "0277000000fd"));
    host.run(() => ip("link del mv0"));
    assert.deepEqual(await received(lan), always);
  });

  it("accepts a secondary address that a socket asks for, which no kernel event reports", {
    skip: lacking("python3"),
  }, async () => {
    using lan = make();
    const host = lan.host(3);
    const child = host.run(() =>
      spawn("python3", ["-c", wantAddress], { stdio: ["pipe", "pipe", "inherit"] }),
    );
    await firstOutput(child);
    assert.ok((await received(lan)).includes("other"));
    assert.ok(!(await passes(lan, "0277000000fd")));
    child.stdin.end();
    await once(child, "exit");
    assert.deepEqual(await received(lan), always);
  });

  it("accepts all unicast frames with more secondary addresses than the list of e1000 has room for", async () => {
    using lan = make();
    const host = lan.host(3);
    const add = (count: number): string =>
      Array.from(
        { length: 14 },
        (_, at) => `link add mv${count + at} link eth0 type macvlan mode bridge\nlink set mv${count + at} up`,
      ).join("\n");
    // Without IPv6, hosts don't join groups of random addresses, whose hashes may equal that of the frame.
    host.run(() => writeFileSync("/proc/sys/net/ipv6/conf/default/disable_ipv6", "1"));
    host.run(() => ipBatch([add(0)]));
    assert.ok(!(await passes(lan, "0277000000fd")));
    host.run(() => ipBatch(["link add mv14 link eth0 type macvlan mode bridge", "link set mv14 up"]));
    assert.ok(await passes(lan, "0277000000fd"));
  });

  it("filters groups beyond the list by twelve bits, as e1000 does", async () => {
    using lan = make();
    const host = lan.host(3);
    const groups = Array.from({ length: 20 }, (_, at) => `01:00:5e:01:${(at + 16).toString(16)}:01`);
    host.run(() => join(groups));
    // The list has no room for the last group: frames with the same last bits pass, and others don't.
    assert.ok(await passes(lan, "01005e012301"));
    assert.ok(await passes(lan, "33330a0a2301"));
    assert.ok(!(await passes(lan, "33330a0a4001")));
    assert.ok(!(await passes(lan, "01005e012302")));
  });

  it("accepts all groups when more than 32 are joined and the filter is that of rtl8139", async () => {
    using lan = make({ nic: "hash64" });
    const host = lan.host(3);
    const joined = host.run(() => sh("grep -c eth0 /proc/thread-self/net/dev_mcast"));
    const add = (from: number, to: number): string[] =>
      Array.from({ length: to - from }, (_, at) => `01:00:5e:02:00:${hex(from + at)}`);
    const most = 32 - Number(joined);
    host.run(() => join(add(0, most)));
    const unjoined = Array.from({ length: 64 }, (_, at) => `01005e0300${hex(at)}`);
    const passed = async (): Promise<number> => {
      let count = 0;
      for (const group of unjoined) if (await passes(lan, group)) count++;
      return count;
    };
    assert.ok((await passed()) < 64);
    host.run(() => join(add(most, most + 1)));
    assert.equal(await passed(), 64);
  });

  it("accepts nothing while the interface is down", async () => {
    using lan = make();
    lan.host(3).run(() => ip("link set eth0 down"));
    assert.deepEqual(await received(lan), []);
  });

  const collides: Record<NicKind, string[]> = {
    perfect: [],
    // A filter of 64 hashes can't distinguish ff:ff:ff:ff:ff:fe and others from the groups of a host if their hashes
    // are equal.
    hash64: [],
    none: ["other", "group", "group6", "almostBroadcast"],
  };
  for (const nic of ["perfect", "none"] as const)
    it(`can have ${nic === "none" ? "no filter" : "a perfect filter"}`, async () => {
      using lan = make({ nic });
      assert.deepEqual(new Set(await received(lan)), new Set([...always, ...collides[nic]]));
    });

  it("can have a hash filter, which accepts groups with the same hash", async () => {
    using lan = make({ nic: "hash64" });
    const got = await received(lan);
    for (const name of always) assert.ok(got.includes(name));
    assert.ok(!got.includes("other"));
    // Some of these groups have the same hash as 01:00:5e:00:00:01, because there are only 64 hashes.
    const { passed } = lan.host(3).counts;
    let collisions = 0;
    for (let number = 0; number < 128; number++) {
      const before = passed.multicast;
      send(lan, `01005e7f00${number.toString(16).padStart(2, "0")}`);
      await new Promise((resolve) => setTimeout(resolve, 2));
      if (passed.multicast > before) collisions++;
    }
    assert.ok(collisions > 0 && collisions < 64, `${collisions}`);
  });

  it("can have a switch, which forwards frames only to the host that they are for", async () => {
    using lan = make({ switch: true });
    lan.host(3).run(() => setPromiscuous("eth0", true));
    const other = (): number => lan.host(3).counts.passed.other;
    // The switch hasn't learnt yet where host2 is.
    send(lan, "027700000002");
    while (other() === 0) await new Promise((resolve) => setTimeout(resolve, 1));
    lan
      .host(2)
      .run(() =>
        sendFrame("eth0", Buffer.from(`027700000001027700000002${"88b5"}${"00".repeat(46)}`, "hex")),
      );
    await new Promise((resolve) => setTimeout(resolve, 50));
    const before = other();
    send(lan, "027700000002");
    await new Promise((resolve) => setTimeout(resolve, 50));
    assert.equal(other(), before);
  });

  describe("with loss and duplication", () => {
    const FRAMES = 100;

    /** Returns the numbers of the frames that arrive through a LAN that loses 30% and duplicates 20%. */
    async function arrivingWith(seed: number): Promise<number[]> {
      using lan = make({ loss: 0.3, duplicate: 0.2, seed });
      const numbers: number[] = [];
      const [first, third] = [lan.host(1), lan.host(3)];
      using capture = third.run(() => openCapture("eth0", { direction: "in", promiscuous: false }));
      const seen = capture.each(({ bytes, start }) => {
        if (bytes[start + 12] === 0x88 && bytes[start + 13] === 0xb5)
          numbers.push(bytes[start + 14] as number);
      });
      const frame = Buffer.from(`${frames.own}02770000000188b5${"00".repeat(46)}`, "hex");
      first.run(() => {
        for (let number = 0; number < FRAMES; number++) {
          frame[14] = number;
          sendFrame("eth0", frame);
        }
      });
      await new Promise((resolve) => setTimeout(resolve, 300));
      capture.stop();
      await seen;
      return numbers;
    }

    /** Returns whether the same frames arrived, apart from some at the beginning and at the end. */
    function isSame(one: readonly number[], other: readonly number[]): boolean {
      const inside = (numbers: readonly number[], shift: number): string =>
        numbers
          .map((number) => number + shift)
          .filter((number) => number >= 5 && number < FRAMES - 5)
          .join(" ");
      // Frames that the hosts' kernels sent when they came up have used the seed's first numbers.
      const shifts = Array.from({ length: 11 }, (_, at) => at - 5);
      return shifts.some((shift) => inside(one, shift) === inside(other, 0));
    }

    it("loses and duplicates the same frames with the same seed", async () => {
      const [first, again] = await despiteChance(
        async () => [await arrivingWith(5), await arrivingWith(5)] as const,
        // A kernel may send a frame between ours.
        (both) => isSame(...both),
      );
      assert.ok(isSame(first, again), `${first}; ${again}`);
    });

    it("loses and duplicates others with another seed, in the given proportions", async () => {
      const first = await arrivingWith(5);
      assert.ok(!isSame(first, await arrivingWith(6)));
      // The expectation is 100 × 0.7, and a fifth of those twice, with four standard deviations on either side.
      const once = new Set(first).size;
      assert.ok(once > 51 && once < 89, `${once} of ${FRAMES} came`);
      assert.ok(first.length - once > 1 && first.length - once < 29, `${first.length - once} came twice`);
    });
  });

  it("carries ping between its hosts, and several LANs run at once", { skip: lacking("ping") }, async () => {
    using one = createLan();
    using two = createLan();
    for (const lan of [one, two]) {
      const ping = lan
        .host(1)
        .run(() => spawn("ping", ["-c", "2", "-i", "0.1", "-W", "2", lan.host(2).ip], { stdio: "ignore" }));
      const status = await new Promise((resolve) => ping.once("exit", resolve));
      assert.equal(status, 0);
    }
  });

  it("refuses a number of hosts and a card that don't exist", () => {
    assert.throws(() => createLan({ hosts: 1 }), /a LAN can't have 1 hosts/);
    assert.throws(() => createLan({ nic: "magic" as NicKind }), /there is no card model magic/);
  });
});

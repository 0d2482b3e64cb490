import assert from "node:assert/strict";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, it } from "node:test";
import { framesOf } from "../support/capture/frames.js";
import { ip, isolate, noNamespaces } from "../support/network/namespace.js";
import { generate } from "../support/network/packet-generator.js";
import { cable, indexOf } from "../support/network/veth.js";
import { firstOutput, spawn, spawnSync } from "../support/process/child-process.js";
import { lacking } from "../support/process/peer.js";
import { promisc, Running } from "../support/process/program.js";

isolate();

const folder = mkdtempSync(join(tmpdir(), "promisc-"));
after(() => rmSync(folder, { recursive: true }));

const tcpdump = (...args: string[]) => spawnSync("tcpdump", args, { encoding: "utf8" });
const capture = (...args: string[]) => promisc(["capture", ...args]);

/** What tcpdump lists: on standard error up to 4.99, and on standard output since. */
function listed(...args: string[]): string {
  const { stdout, stderr } = tcpdump(...args);
  return stdout + stderr;
}

/** What only libpcap captures on: Bluetooth, netfilter and D-Bus. */
const OTHERS = /^\d+\.(bluetooth|nflog|nfqueue|dbus)[^\n]*\n/gm;

describe("what can be captured", { skip: noNamespaces || lacking("ip", "tcpdump") }, () => {
  ip("link set lo up");
  cable("x0", "x1");
  cable("y0", "y1");
  ip("link set y1 down");
  ip("link add bridge0 type bridge");
  ip("link add bridge1 type bridge");
  ip("link set bridge1 up");
  ip("link add 77 type bridge");
  ip("link set 77 up");
  ip("tuntap add tap0 mode tap");

  it("is listed as tcpdump lists it with -D", () => {
    const theirs = tcpdump("-D").stdout.replace(OTHERS, "");
    const names = theirs.replace(/^\d+\./gm, "");
    for (const option of ["-D", "--list-interfaces"]) {
      const { stdout, stderr, status } = capture(option);
      assert.equal(stdout.replace(/^\d+\./gm, ""), names);
      assert.deepEqual([stderr, status], ["", 0]);
      assert.deepEqual(
        stdout.match(/^\d+/gm),
        names
          .trimEnd()
          .split("\n")
          .map((_, index) => `${index + 1}`),
      );
    }
  });

  it("is listed as JSON", () => {
    const { interfaces } = JSON.parse(capture("-D", "--json").stdout);
    assert.deepEqual(interfaces[0], {
      number: 1,
      ifname: /^1\.(\w+)/.exec(tcpdump("-D").stdout)?.[1],
      up: true,
      running: true,
      loopback: false,
      wireless: false,
      connection: "connected",
    });
  });

  it("is named by its number, unless an interface has that name", () => {
    for (const args of [
      ["-i", "1"],
      ["-i", "2"],
      ["-i", "77"],
      ["-i", "00002"],
    ])
      assert.equal(capture(...args, "-L").stdout, listed(...args, "-L"));
    for (const number of ["0", "999"]) {
      const { stderr, status } = capture("-i", number);
      assert.match(
        stderr,
        /^promisc: cannot capture on \d+: there is no interface of this name, and no number \d+ in a list of \d+\npromisc capture -D lists the interfaces with their numbers\n$/,
      );
      assert.equal(status, 4);
      assert.equal(tcpdump("-i", number, "-c", "1").status, 1);
    }
  });

  it("has the link types that tcpdump lists with -L", () => {
    for (const name of ["x0", "lo", "any", "bridge1"])
      for (const option of ["-L", "--list-data-link-types"])
        assert.equal(capture("-i", name, option).stdout, listed("-i", name, "-L"));
    const { interfaces } = JSON.parse(capture("-i", "lo", "-L", "--json").stdout);
    assert.deepEqual(interfaces, [
      { ifname: "lo", link_types: [{ name: "EN10MB", description: "Ethernet", printable: true }] },
    ]);
    assert.match(
      capture("-i", "nosuch0", "-L").stderr,
      /^promisc: cannot capture on nosuch0: No such device \(ENODEV\)\n/,
    );
  });

  it("has the host's time stamps", () => {
    for (const name of ["x0", "lo", "any"])
      for (const option of ["-J", "--list-time-stamp-types"])
        assert.equal(capture("-i", name, option).stdout, listed("-i", name, "-J"));
    const { interfaces } = JSON.parse(capture("-i", "lo", "-J", "--json").stdout);
    assert.deepEqual(interfaces, [
      { ifname: "lo", time_stamp_types: [{ name: "host", description: "Host" }] },
    ]);
    assert.equal(
      capture("-j", "nosuch").stderr,
      "promisc: cannot capture: there is no time stamp type nosuch\npromisc capture -J lists them\n",
    );
    assert.equal(tcpdump("-j", "nosuch").status, 1);
    const { stderr, status } = capture("-d", "-j", "adapter", "arp");
    assert.equal(stderr, "promisc: time stamp type adapter isn't supported: packets get the host's times\n");
    assert.equal(status, 0);
    assert.equal(capture("-d", "--time-stamp-type", "host", "arp").stderr, "");
  });

  it("is captured with the link type of -y", () => {
    for (const args of [
      ["-i", "any", "-y", "LINUX_SLL", "-d", "arp"],
      ["-i", "any", "--linktype=linux_sll2", "-d", "arp"],
      ["-y", "RAW", "-d", "ip"],
      ["-i", "x0", "-y", "EN10MB", "-d", "vlan"],
    ])
      assert.equal(capture(...args).stdout, tcpdump(...args).stdout, args.join(" "));
    const offers =
      "promisc: cannot capture on x0: it doesn't offer the link type RAW\nit offers EN10MB and DOCSIS\n";
    for (const mode of [[], ["-d"]]) {
      const { stderr, status } = capture("-i", "x0", "-y", "RAW", ...mode);
      assert.deepEqual([stderr, status], [offers, 2]);
    }
    assert.equal(
      capture("-y", "nosuch").stderr,
      "promisc: cannot capture: there is no link type nosuch\npromisc capture -L lists those that an interface offers\n",
    );
  });

  it("has the same SLL and DOCSIS packets as in tcpdump's capture", async () => {
    const filter = ["ether", "proto", "0x88b5"];
    for (const args of [
      ["-i", "any", "-y", "LINUX_SLL", "-c", "10", ...filter],
      ["-i", "x0", "-y", "DOCSIS", "-c", "5"],
    ]) {
      const peer = spawn("tcpdump", ["-Z", "root", "-U", "-w", "-", ...args], {
        stdio: ["ignore", "pipe", "pipe"],
      });
      const theirs: Buffer[] = [];
      peer.stdout?.on("data", (bytes: Buffer) => theirs.push(bytes));
      const ended = once(peer, "close");
      await firstOutput(peer, "stderr");
      const path = join(folder, "own.pcap");
      await using own = new Running(["capture", "--user", "root", "-w", path, ...args]);
      await own.hasSaid(`link-type ${args[3]}`);
      await generate({ index: indexOf("x1"), count: 5, size: 60, rate: 0 });
      await ended;
      assert.equal((await own.outcome).status, 0);
      const [ours, peers] = [readFileSync(path), Buffer.concat(theirs)];
      assert.equal(ours.readUInt32LE(20), peers.readUInt32LE(20));
      assert.deepEqual(framesOf(ours), framesOf(peers));
    }
  });
});

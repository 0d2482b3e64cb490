import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, it } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { openCapture } from "../../src/capture/live/capture.js";
import { packRecords } from "../../src/capture/live/ring-to-pcap.js";
import { PacketSender } from "../../src/linux/packet-send.js";
import { pcapOf, recordsOf, variousFrames } from "../support/frames.js";
import { noTcpdump } from "../support/holding-processes.js";
import { isolate, noNamespaces } from "../support/namespace.js";
import { generate, startGenerator } from "../support/packet-generator.js";
import { cable, indexOf } from "../support/veth.js";

isolate();

const folder = mkdtempSync(join(tmpdir(), "promisc-"));
after(() => rmSync(folder, { recursive: true }));

interface Comparison {
  interfaceName: string;
  filter?: string;
  snapLength?: number;
  /** Names an option of tcpdump that promisc has under another name. */
  options?: string[];
}

/** What tcpdump and a capture wrote of the same traffic, as records: times in microseconds. */
async function compare(
  { interfaceName, filter = "", snapLength = 262144, options = [] }: Comparison,
  send: () => unknown,
): Promise<void> {
  const file = join(folder, "tcpdump.pcap");
  // In immediate mode tcpdump doesn't lose what its last block holds.
  const args = [
    "-Z",
    "root",
    "--immediate-mode",
    "-U",
    "-i",
    interfaceName,
    "-s",
    String(snapLength),
    "-w",
    file,
  ];
  const peer = spawn("tcpdump", [...args, ...options, filter], { stdio: ["ignore", "ignore", "pipe"] });
  await once(peer.stderr, "data");
  const capture = openCapture(interfaceName, { filter, snapLength });
  const own: Uint8Array[] = [pcapOf([])];
  const extent = { start: 0, end: 0 };
  const done = capture.eachBatch((batch) => {
    while (packRecords(batch, "microseconds", extent)) own.push(batch.bytes.slice(extent.start, extent.end));
  });
  await send();
  capture.stop();
  await done;
  let records = recordsOf(readFileSync(file));
  const expected = recordsOf(Buffer.concat(own));
  for (let tries = 0; tries < 100 && records.length < expected.length; tries++) {
    await sleep(10);
    records = recordsOf(readFileSync(file));
  }
  peer.kill("SIGINT");
  await once(peer, "exit");
  assert.ok(expected.length > 0);
  assert.deepEqual(expected, recordsOf(readFileSync(file)));
}

describe("a capture beside tcpdump", { skip: noNamespaces || noTcpdump }, () => {
  if (noNamespaces || noTcpdump) return;
  cable("v0", "v1", { mtu: 9000 });

  const various = (): void => {
    using sender = new PacketSender(indexOf("v1"), "test");
    using back = new PacketSender(indexOf("v0"), "test");
    for (const frame of variousFrames().filter(({ length }) => length > 14)) {
      sender.send(frame);
      back.send(frame);
    }
    sender.send(new Uint8Array(9014).fill(1));
  };

  for (const filter of [
    "",
    "arp or icmp",
    "vlan",
    "vlan 5",
    "ip",
    "not udp",
    "ip6 protochain 58",
    "inbound and ip",
    "outbound",
    "broadcast or multicast",
  ])
    it(`writes the same records of ${filter || "everything"}`, () =>
      compare({ interfaceName: "v0", filter }, various));

  it("cuts the same", async () => {
    for (const snapLength of [14, 40, 96])
      for (const filter of ["", "udp or vlan"])
        await compare({ interfaceName: "v0", snapLength, filter }, various);
  });

  it("writes the same of all interfaces at once", async () => {
    for (const filter of ["", "udp port 53", "inbound", "ether[0] = 1 or ip", "ifindex 2"])
      await compare({ interfaceName: "any", filter }, various);
  });

  it("writes the same of thousands", () =>
    compare({ interfaceName: "v0" }, () =>
      generate({ index: indexOf("v1"), count: 20_000, size: 100, rate: 50_000 }),
    ));

  it("keeps what the kernel counted, when both are stopped under load", async () => {
    const generator = startGenerator({ index: indexOf("v1"), count: 10_000_000, size: 60, rate: 50_000 });
    const capture = openCapture("v0");
    const extent = { start: 0, end: 0 };
    let bytes = 0;
    const done = capture.eachBatch((batch) => {
      while (packRecords(batch, "nanoseconds", extent, 4096)) bytes += extent.end - extent.start;
    });
    await sleep(300);
    capture.stop();
    await done;
    generator.kill("SIGKILL");
    const { received, dropped, captured } = capture.statistics;
    assert.ok(captured > 0);
    assert.equal(captured + dropped, received);
    assert.equal(bytes, captured * 76);
  });
});

import assert from "node:assert/strict";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, it } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { openCapture } from "../../src/capture/live/capture.js";
import { packRecords } from "../../src/capture/live/ring-to-pcap.js";
import { PacketSender } from "../../src/linux/packet/packet-send.js";
import { type PcapRecord, pcapOf, recordsOf, variousFrames } from "../support/capture/frames.js";
import { isolate, noNamespaces } from "../support/network/namespace.js";
import { generate, startGenerator } from "../support/network/packet-generator.js";
import { cable, indexOf } from "../support/network/veth.js";
import { firstOutput, spawn } from "../support/process/child-process.js";
import { noTcpdump } from "../support/process/holding-processes.js";

isolate();

const folder = mkdtempSync(join(tmpdir(), "promisc-"));
after(() => rmSync(folder, { recursive: true }));

interface Comparison {
  interfaceName?: string;
  filter?: string;
  snapLength?: number;
}

/** Asserts that tcpdump and captures write the same of the same traffic, which is sent once for all comparisons. */
async function compare(comparisons: readonly Comparison[], send: () => unknown): Promise<void> {
  const pairs = await Promise.all(comparisons.map(startPair));
  await send();
  for (const pair of pairs) await pair();
}

/** Starts both programs. Returns a function that ends them and compares their files. */
async function startPair(
  { interfaceName = "v0", filter = "", snapLength = 262144 }: Comparison,
  id: number,
): Promise<() => Promise<void>> {
  const file = join(folder, `${id}.pcap`);
  const options = [
    "-Z",
    "root",
    "-U",
    "-B",
    "16384",
    "-i",
    interfaceName,
    "-s",
    String(snapLength),
    "-w",
    file,
  ];
  const peer = spawn("tcpdump", [...options, filter], { stdio: ["ignore", "ignore", "pipe"] });
  await firstOutput(peer, "stderr");
  const capture = openCapture(interfaceName, { filter, snapLength });
  const own: Uint8Array[] = [pcapOf([])];
  const records = { start: 0, end: 0, packets: 0 };
  const done = capture.eachBatch((batch) => {
    while (packRecords(batch, "microseconds", records))
      own.push(batch.bytes.slice(records.start, records.end));
  });
  return async () => {
    capture.stop();
    await done;
    const records = recordsOf(Buffer.concat(own));
    // tcpdump loses the packets in its last block if it ends before the block's timeout.
    for (let tries = 0; tries < 300 && recordsOf(readFileSync(file)).length < records.length; tries++)
      await sleep(10);
    peer.kill("SIGINT");
    await once(peer, "exit");
    const expected = recordsOf(readFileSync(file));
    assert.ok(expected.length > 0, filter);
    assert.deepEqual(records.map(contentOf), expected.map(contentOf), `${interfaceName} ${filter}`);
    // The kernel reads the clock for each of the two sockets.
    for (const [index, record] of records.entries())
      assert.ok(Math.abs(timeOf(record) - timeOf(expected[index] as PcapRecord)) < 1);
  };
}

const contentOf = ({ frame, length }: PcapRecord): object => ({
  frame: Buffer.from(frame).toString("hex"),
  length,
});
const timeOf = ({ seconds, fraction }: PcapRecord): number => seconds + fraction / 1e6;

describe("a capture beside tcpdump's", { skip: noNamespaces || noTcpdump }, () => {
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

  const filters = [
    "",
    "arp or icmp",
    "vlan",
    "vlan 5",
    "ip",
    "not udp",
    "ip6 protochain 58",
    "broadcast or multicast",
  ];
  // "inbound", "outbound" and "ifindex" aren't compared: until its ring has been used once, libpcap filters the
  // kernel's packets again, and that filter doesn't have these values.
  it("writes the same records", () =>
    compare(
      filters.map((filter) => ({ filter })),
      various,
    ));

  it("cuts packets in the same way", () =>
    compare(
      [14, 40, 96].flatMap((snapLength) => ["", "ip or vlan"].map((filter) => ({ snapLength, filter }))),
      various,
    ));

  it("writes the same packets of all interfaces at once", () =>
    compare(
      ["", "udp port 53", "inbound", "ether[0] = 1 or ip", "ifindex 2 or arp"].map((filter) => ({
        interfaceName: "any",
        filter,
      })),
      various,
    ));

  it("writes the same thousands of packets", () =>
    compare([{}], () => generate({ index: indexOf("v1"), count: 20_000, size: 100, rate: 50_000 })));

  it("keeps every packet that the kernel counted when both are stopped under load", async () => {
    const generator = startGenerator({ index: indexOf("v1"), count: 10_000_000, size: 60, rate: 50_000 });
    const capture = openCapture("v0");
    const records = { start: 0, end: 0, packets: 0 };
    let bytes = 0;
    const done = capture.eachBatch((batch) => {
      while (packRecords(batch, "nanoseconds", records, 4096)) bytes += records.end - records.start;
    });
    while (bytes === 0) await sleep(10);
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

import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";
import { openCaptureWriter } from "../../../src/capture/file/write/open-writer.js";
import type { PcapngWriter } from "../../../src/capture/file/write/pcapng-writer.js";
import { PromiscError } from "../../../src/errors.js";
import { frame, type Kept, keep, readAll, temporaryDirectory } from "../../support/capture/capture-files.js";
import { execFileSync } from "../../support/process/child-process.js";
import { lacking, tcpdump } from "../../support/process/peer.js";

const COUNT = 3000;
const ethernet = { name: "eth0", linkType: 1, snapLength: 262_144 };
const directory = temporaryDirectory();

/** Writes frames to a file of this name, and returns its path and the packets that should be in it. */
function writeFrames(name: string, options = {}): { path: string; frames: Kept[] } {
  const path = join(directory, name);
  const frames: Kept[] = [];
  const writer = openCaptureWriter(path, options);
  writer.addInterface(ethernet);
  for (let index = 0; index < COUNT; index++) {
    const packet = frame(index);
    if (writer.format === "pcapng") packet.packetType = (index % 6) - 1;
    writer.writePacket(packet);
    frames.push(keep(packet));
  }
  assert.equal(writer.packets, COUNT);
  writer.close();
  return { path, frames };
}

const microseconds = (time: string) => `${time.slice(0, -3)}000`;

const files: [name: string, options: object, digits: number][] = [
  ["micro.pcap", {}, 6],
  ["nano.pcap", { nanoseconds: true }, 9],
  ["nano.pcapng", {}, 9],
];

describe("a written capture file", () => {
  for (const [name, options, digits] of files) {
    const { path, frames } = writeFrames(name, options);
    const expected = frames.map((each) => ({
      ...each,
      time: digits === 6 ? microseconds(each.time) : each.time,
    }));

    it(`${name} is read back with the same packets`, async () => {
      const { packets, interfaces, error } = await readAll(path);
      assert.equal(error, undefined);
      assert.deepEqual(packets, expected);
      assert.deepEqual(interfaces, [name.endsWith("ng") ? ethernet : { ...ethernet, name: undefined }]);
    });

    it(`${name} has the same packets for tcpdump`, { skip: lacking("tcpdump") }, () => {
      const [command, ...args] = [...tcpdump, "-r", path, "-tt", "-n", "-e", "-xx", "--nano"];
      const text = execFileSync(command as string, args, {
        encoding: "utf8",
        stdio: ["ignore", "pipe", "ignore"],
        maxBuffer: 2 ** 26,
      });
      const seen: { time: string; length: number; data: string }[] = [];
      for (const line of text.split("\n")) {
        const head = /^(\d+\.\d+) .* length (\d+):/.exec(line);
        const bytes = /^\t0x[0-9a-f]+: {2}([0-9a-f ]+)/.exec(line);
        if (head) seen.push({ time: head[1] as string, length: Number(head[2]), data: "" });
        else if (bytes) (seen.at(-1) as { data: string }).data += (bytes[1] as string).replaceAll(" ", "");
      }
      assert.deepEqual(
        seen,
        expected.map(({ time, length, data }) => ({ time, length, data })),
      );
    });

    it(`${name} has the same packets for tshark`, { skip: lacking("tshark") }, () => {
      const fields = ["frame.time_epoch", "frame.len", "frame.cap_len"].flatMap((field) => ["-e", field]);
      const text = execFileSync("tshark", ["-r", path, "-T", "fields", ...fields], {
        encoding: "utf8",
        stdio: ["ignore", "pipe", "ignore"],
      });
      assert.deepEqual(
        text.trimEnd().split("\n"),
        expected.map(({ time, length, data }) => `${time}\t${length}\t${data.length / 2}`),
      );
    });

    it(`${name} is complete for capinfos`, { skip: lacking("capinfos") }, () => {
      const text = execFileSync("capinfos", ["-M", "-c", path], { encoding: "utf8" });
      assert.match(text, new RegExp(`Number of packets: +${COUNT}\n`));
    });
  }

  it("has the format that its name says", () => {
    for (const [name, format, gzip] of [
      ["a.PCAPNG", "pcapng", false],
      ["a.pcapng.gz", "pcapng", true],
      ["a.cap", "pcap", false],
      ["pcapng", "pcap", false],
      ["a.pcap.GZ", "pcap", true],
    ] as const) {
      const writer = openCaptureWriter(join(directory, name));
      writer.addInterface(ethernet);
      assert.equal(writer.format, format);
      writer.close();
      assert.equal(readFileSync(join(directory, name)).readUInt16BE() === 0x1f8b, gzip, name);
    }
  });

  it("is gzip for other programs if it is compressed, and is read back", {
    skip: lacking("gzip", "tshark"),
  }, async () => {
    const { path, frames } = writeFrames("all.pcapng.gz");
    execFileSync("gzip", ["-t", path]);
    const { packets, error } = await readAll(path);
    assert.equal(error, undefined);
    assert.deepEqual(packets, frames);
    const seen = execFileSync("tshark", ["-r", path], {
      encoding: "utf8",
      stdio: ["ignore", "pipe", "ignore"],
    });
    assert.equal(seen.trimEnd().split("\n").length, COUNT);
  });

  it("is valid without packets", async () => {
    for (const name of ["none.pcap", "none.pcapng"]) {
      openCaptureWriter(join(directory, name)).close();
      const writer = openCaptureWriter(join(directory, `interface-${name}`));
      writer.addInterface(ethernet);
      // The file is read before anything else is written.
      const early = await readAll(join(directory, `interface-${name}`));
      assert.equal(early.error, undefined);
      assert.equal(early.packets.length, 0);
      writer.close();
    }
    assert.equal((await readAll(join(directory, "none.pcapng"))).error, undefined);
    assert.equal((await readAll(join(directory, "none.pcap"))).interfaces[0]?.linkType, 1);
  });

  it("can have a packet that is longer than the buffer", async () => {
    const path = join(directory, "long.pcapng");
    const writer = openCaptureWriter(path);
    writer.addInterface(ethernet);
    const bytes = new Uint8Array(3_000_000).fill(7);
    const long = { ...frame(0), bytes, start: 0, capturedLength: bytes.length, length: bytes.length };
    for (const packet of [frame(1), long, frame(2), long]) writer.writePacket(packet);
    writer.close();
    const { packets, error } = await readAll(path);
    assert.equal(error, undefined);
    assert.deepEqual(packets, [frame(1), long, frame(2), long].map(keep));
  });
});

describe("the pcapng writer", () => {
  it("writes several interfaces, comments and statistics, which capinfos and tshark read", {
    skip: lacking("capinfos", "tshark"),
  }, () => {
    const path = join(directory, "several.pcapng");
    const writer = openCaptureWriter(path, {
      section: { comments: ["one", "zwei ü"], application: "promisc" },
    }) as PcapngWriter;
    writer.addInterface(ethernet, { description: "the first", speed: 1_000_000_000n });
    writer.addInterface({ name: "any", linkType: 276, snapLength: 96 });
    for (let index = 0; index < 10; index++) writer.writePacket({ ...frame(index), interfaceId: index % 2 });
    const now = 1_700_000_001n * 1_000_000_000n;
    writer.writeStatistics({
      interfaceId: 0,
      timestamp: now,
      options: { startTime: now - 5n, endTime: now, received: 12n, interfaceDropped: 2n },
    });
    writer.close();
    const text = execFileSync("capinfos", ["-M", path], { encoding: "utf8" });
    for (const line of [
      /Capture application: +promisc/,
      /Number of interfaces in file: 2/,
      /Name = eth0\n/,
      /Description = the first\n/,
      /Speed = 1000000000\n/,
      /Encapsulation = Linux cooked-mode capture v2/,
      /Time precision = nanoseconds \(9\)/,
      /Number of stat entries = 1\n/,
      /Number of packets = 5\n/,
    ])
      assert.match(text, line);
    const json = execFileSync("tshark", ["-r", path, "-T", "fields", "-e", "frame.interface_name"], {
      encoding: "utf8",
      stdio: ["ignore", "pipe", "ignore"],
    });
    assert.equal(json, "eth0\nany\n".repeat(5));
  });
});

describe("the pcap writer", () => {
  it("refuses a second link type", () => {
    const writer = openCaptureWriter(join(directory, "two.pcap"));
    writer.addInterface(ethernet);
    writer.addInterface({ ...ethernet, name: "eth1" });
    assert.throws(
      () => writer.addInterface({ ...ethernet, linkType: 113 }),
      (error) =>
        error instanceof PromiscError &&
        error.code === "usage" &&
        error.message.endsWith("pcap holds one link type, and there are EN10MB and LINUX_SLL"),
    );
    writer.close();
  });

  it("refuses a path that can't be written to", () => {
    for (const [path, name] of [
      [directory, "EISDIR"],
      [join(directory, "no/such"), "ENOENT"],
    ] as const)
      assert.throws(
        () => openCaptureWriter(path),
        (error) => error instanceof PromiscError && error.errno?.name === name,
      );
  });

  it("truncates a file that exists", async () => {
    const path = join(directory, "old.pcap");
    writeFileSync(path, "x".repeat(100_000));
    openCaptureWriter(path).close();
    assert.equal((await readAll(path)).error, undefined);
    assert.equal(readFileSync(path).length, 24);
  });
});

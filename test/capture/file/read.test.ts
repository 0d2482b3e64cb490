import assert from "node:assert/strict";
import { closeSync, openSync, readFileSync, writeFileSync, writeSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";
import { gzipSync } from "node:zlib";
import { readCapture } from "../../../src/capture/file/read/read-capture.js";
import { openCaptureWriter } from "../../../src/capture/file/write/open-writer.js";
import { PromiscError } from "../../../src/errors.js";
import {
  type Block,
  NAME_RESOLUTION_BLOCK,
  SECTION_HEADER_BLOCK,
} from "../../../src/wire/file/pcapng/block.js";
import { frame, type Kept, keep, readAll, temporaryDirectory } from "../../support/capture/capture-files.js";
import { execFileSync } from "../../support/process/child-process.js";
import { lacking, tcpdump } from "../../support/process/peer.js";
import type { Peer } from "../../support/process/peers.js";
import { hex } from "../../support/wire/golden/hex.js";

const COUNT = 3000;
const directory = temporaryDirectory();

function writeFrames(name: string, options = {}): string {
  const path = join(directory, name);
  const writer = openCaptureWriter(path, options);
  writer.addInterface({ name: "eth0", linkType: 1, snapLength: 262_144 });
  for (let index = 0; index < COUNT; index++) writer.writePacket(frame(index));
  writer.close();
  return path;
}

const micro = writeFrames("micro.pcap");
const nano = writeFrames("nano.pcap", { nanoseconds: true });
const ng = writeFrames("nano.pcapng");
const expected = Array.from({ length: COUNT }, (_, index) => keep(frame(index)));
const toMicroseconds = (packets: Kept[]) =>
  packets.map((each) => ({ ...each, time: `${each.time.slice(0, -3)}000` }));

function run(command: string, ...args: string[]): void {
  execFileSync(command, args, { stdio: ["ignore", "ignore", "pipe"] });
}

function saved(name: string, bytes: Uint8Array): string {
  const path = join(directory, name);
  writeFileSync(path, bytes);
  return path;
}

/** Converts a pcap file to the other byte order. */
function otherOrder(bytes: Buffer): Buffer {
  const swapped = Buffer.from(bytes);
  swapped.subarray(0, 4).swap32();
  swapped.subarray(4, 8).swap16();
  swapped.subarray(8, 24).swap32();
  for (let at = 24; at < bytes.length; at += 16 + bytes.readUInt32LE(at + 8))
    swapped.subarray(at, at + 16).swap32();
  return swapped;
}

const malformed = (text: string) => (error: unknown) =>
  error instanceof PromiscError && error.code === "malformed" && error.message.includes(text);

describe("reading a capture file of another program", () => {
  const made: [name: string, command: string[], packets: Kept[]][] = [
    ["tcpdump.pcap", [...tcpdump, "-r", micro, "-w"], toMicroseconds(expected)],
    ["tcpdump-nano.pcap", [...tcpdump, "-r", nano, "--nano", "-w"], expected],
    ["tshark.pcapng", ["tshark", "-r", nano, "-F", "pcapng", "-w"], expected],
    ["tshark-nano.pcap", ["tshark", "-r", nano, "-F", "nsecpcap", "-w"], expected],
    ["tshark-modified.pcap", ["tshark", "-r", micro, "-F", "modpcap", "-w"], toMicroseconds(expected)],
    ["editcap.pcapng", ["editcap", "-F", "pcapng", ng], expected],
    ["mergecap.pcapng", ["mergecap", nano, "-w"], expected],
  ];
  for (const [name, command, packets] of made)
    it(`gives the packets of ${name}`, {
      skip: lacking("tcpdump", command[0] as Peer),
    }, async () => {
      const path = join(directory, name);
      const [program, ...args] = command;
      run(program as string, ...args, path);
      const result = await readAll(path);
      assert.equal(result.error, undefined);
      assert.deepEqual(result.packets, packets);
    });

  it("gives the packets of a file that dumpcap wrote from a pipe", { skip: lacking("dumpcap") }, async () => {
    const path = join(directory, "dumpcap.pcapng");
    execFileSync("dumpcap", ["-q", "-i", "-", "-w", path], {
      input: readFileSync(nano),
      stdio: ["pipe", "ignore", "ignore"],
    });
    const result = await readAll(path);
    assert.equal(result.error, undefined);
    assert.deepEqual(result.packets, expected);
  });

  it("distinguishes the interfaces of a file that has two", { skip: lacking("mergecap") }, async () => {
    const path = join(directory, "merged.pcapng");
    run("mergecap", "-I", "none", ng, ng, "-w", path);
    const result = await readAll(path);
    assert.equal(result.packets.length, 2 * COUNT);
    assert.equal(result.interfaces.length, 2);
    assert.equal(result.packets.filter(({ interfaceId }) => interfaceId === 1).length, COUNT);
  });
});

describe("reading a capture file", () => {
  it("accepts the other byte order", async () => {
    const path = saved("big.pcap", otherOrder(readFileSync(nano)));
    assert.deepEqual((await readAll(path)).packets, expected);
  });

  it("accepts gzip, with several members too", async () => {
    const bytes = readFileSync(ng);
    const halves = [gzipSync(bytes.subarray(0, 70_001)), gzipSync(bytes.subarray(70_001))];
    for (const [name, compressed] of [
      ["one.gz", gzipSync(bytes)],
      ["two.gz", Buffer.concat(halves)],
    ] as const) {
      const result = await readAll(saved(name, compressed));
      assert.equal(result.error, undefined);
      assert.deepEqual(result.packets, expected);
    }
  });

  it("accepts zstd, with several frames too", { skip: lacking("zstd") }, async () => {
    for (const [name, options] of [
      ["fast.zst", ["-1", "--no-check"]],
      ["best.zst", ["-19"]],
      ["long.zst", ["--long=27"]],
    ] as const) {
      const path = join(directory, name);
      run("zstd", "-q", "-f", ...options, nano, "-o", path);
      const result = await readAll(path);
      assert.equal(result.error, undefined);
      assert.deepEqual(result.packets, expected);
    }
    const bytes = readFileSync(nano);
    const parts = [bytes.subarray(0, 70_001), bytes.subarray(70_001)].map((part, index) => {
      const path = saved(`part-${index}`, part);
      run("zstd", "-q", "-f", path);
      return readFileSync(`${path}.zst`);
    });
    const skippable = hex("52 2a 4d 18 03 00 00 00 01 02 03");
    const frames = Buffer.concat([parts[0] as Buffer, skippable, parts[1] as Buffer]);
    const result = await readAll(saved("frames.zst", frames));
    assert.equal(result.error, undefined);
    assert.deepEqual(result.packets, expected);
  });

  it("refuses a file that isn't a capture file", async () => {
    for (const [bytes, reason] of [
      [Buffer.from("#!/bin/sh\n"), "unknown file format"],
      [Buffer.alloc(0), "truncated dump file; tried to read 24 file header bytes, only got 0"],
      [readFileSync(nano).subarray(0, 20), "tried to read 24 file header bytes, only got 20"],
      [gzipSync("hello"), "unknown file format"],
    ] as const)
      await assert.rejects(readCapture(saved("not", bytes)), malformed(reason));
    await assert.rejects(readCapture(directory), (error: PromiscError) => error.errno?.name === "EISDIR");
    await assert.rejects(readCapture("/no/such"), (error: PromiscError) => error.errno?.name === "ENOENT");
  });

  it("gives every whole packet of a file that is cut anywhere, and reports what is missing", async () => {
    for (const [path, header, fixed] of [
      [nano, 24, 16],
      [ng, 4, 0],
    ] as const) {
      const bytes = readFileSync(path);
      for (let cut = Math.max(header, 4); cut < 900; cut += 7) {
        const { packets, error } = await readAll(saved("cut", bytes.subarray(0, cut)));
        assert.deepEqual(packets, expected.slice(0, packets.length));
        if (error === undefined) continue;
        assert.ok(malformed("truncated")(error), `${error}`);
        if (fixed === 0) continue;
        let at = header;
        for (const { data } of packets) at += fixed + data.length / 2;
        const left = cut - at;
        const needs = (expected[packets.length] as Kept).data.length / 2;
        const said =
          left < fixed
            ? `tried to read 16 header bytes, only got ${left}`
            : `tried to read ${needs} captured bytes, only got ${left - fixed}`;
        assert.ok(malformed(`truncated dump file; ${said}`)(error), `${error}`);
      }
    }
  });

  it("gives the packets before the cut of a compressed file", { skip: lacking("zstd") }, async () => {
    const zst = join(directory, "cut.zst");
    // The frames are incompressible, or the cut would be in the first block.
    run("zstd", "-q", "-f", "-1", writeFrames("for-zstd.pcap"), "-o", zst);
    for (const compressed of [gzipSync(readFileSync(micro), { level: 0 }), readFileSync(zst)]) {
      const cut = saved("cut", compressed.subarray(0, compressed.length - 10));
      const { packets, error } = await readAll(cut);
      assert.ok(packets.length > 0, "packets before the cut");
      assert.deepEqual(packets, toMicroseconds(expected).slice(0, packets.length));
      assert.ok(error instanceof PromiscError && error.code === "malformed", `${error}`);
    }
  });

  it("refuses a zstd file that asks for an excessive window", async () => {
    // A frame header that asks for a window of 3.75 TiB.
    const bytes = hex("28 b5 2f fd 00 ff 01 00 00");
    await assert.rejects(readCapture(saved("window.zst", bytes)), malformed("128 MiB is the most"));
  });

  it("gives the packets before the damage in the middle of a file", async () => {
    const bytes = readFileSync(ng);
    const damaged = Buffer.from(bytes);
    const at = damaged.length >>> 1;
    damaged.fill(0xff, at, at + 4000);
    const { packets, error } = await readAll(saved("damaged", damaged));
    assert.ok(packets.length > 100);
    // The damage may be within a frame, up to the next length.
    assert.deepEqual(packets.slice(0, -1), expected.slice(0, packets.length - 1));
    assert.ok(malformed("pcapng block length")(error), `${error}`);
  });

  it("counts the interfaces of all sections, in both byte orders", async () => {
    const big = hex(`
      0a 0d 0d 0a 00 00 00 1c 1a 2b 3c 4d 00 01 00 00 ff ff ff ff ff ff ff ff 00 00 00 1c # section header
      00 00 00 01 00 00 00 20 00 69 00 00 00 00 00 60 00 09 00 01 06 00 00 00 00 00 00 00 00 00 00 20 # interface
      00 00 00 06 00 00 00 24 00 00 00 00 00 06 0a 24 18 1e 40 00 00 00 00 01 00 00 00 09 # a packet of
      aa 00 00 00 00 00 00 24 # one byte
    `);
    const small = readFileSync(ng);
    const { packets, interfaces, error } = await readAll(
      saved("sections", Buffer.concat([small, big, small])),
    );
    assert.equal(error, undefined);
    assert.equal(packets.length, 2 * COUNT + 1);
    assert.deepEqual(interfaces[1], { name: undefined, linkType: 105, snapLength: 96 });
    const middle = packets[COUNT] as Kept;
    assert.equal(middle.interfaceId, 1);
    assert.equal(middle.data, "aa");
    assert.equal((packets[COUNT + 1] as Kept).interfaceId, 2);
  });

  it("reports a packet of an interface that the file doesn't describe as malformed", async () => {
    const bytes = readFileSync(ng);
    const header = bytes.readUInt32LE(4);
    // The file lacks the interface's block.
    const cut = Buffer.concat([
      bytes.subarray(0, header),
      bytes.subarray(header + bytes.readUInt32LE(header + 4)),
    ]);
    const { error } = await readAll(saved("undescribed", cut));
    assert.ok(malformed("of interface 0, and the section has 0")(error), `${error}`);
  });

  it("gives the file's other blocks", { skip: lacking("editcap") }, async () => {
    const path = join(directory, "comments.pcapng");
    run("editcap", "--capture-comment", "a comment", ng, path);
    const reader = await readCapture(path);
    const types: number[] = [];
    reader.onBlock = (block: Block) => {
      types.push(block.type);
    };
    for await (const batch of reader) while (batch.next());
    assert.equal(types[0], SECTION_HEADER_BLOCK);
    assert.ok(types.includes(1));
    assert.ok(!types.includes(NAME_RESOLUTION_BLOCK));
  });
});

describe("reading the packets of a capture file", () => {
  it("gives the same packets one by one, in batches and in a loop", async () => {
    for (const path of [micro, ng]) {
      const each: Kept[] = [];
      const reader = await readCapture(path);
      await reader.each((packet) => each.push(keep(packet)));
      const batches: Kept[] = [];
      await (await readCapture(path)).eachBatch((batch) => {
        while (batch.next()) batches.push(keep(batch.packet));
      });
      assert.equal(each.length, COUNT);
      assert.deepEqual(each, (await readAll(path)).packets);
      assert.deepEqual(batches, each);
      assert.deepEqual(reader.interfaces.length, 1);
    }
  });

  it("ends after the current batch when the reader is stopped or its signal aborts", async () => {
    const big = writeBig();
    const controller = new AbortController();
    const signalled = await readCapture(big, { signal: controller.signal });
    const stopped = await readCapture(big);
    for (const [reader, stop] of [
      [signalled, () => controller.abort()],
      [stopped, () => stopped.stop()],
    ] as const) {
      let count = 0;
      let batches = 0;
      await reader.eachBatch((batch) => {
        batches++;
        while (batch.next()) count++;
        stop();
      });
      assert.equal(batches, 1);
      assert.ok(count > 0 && count < COUNT * 2, `${count}`);
    }
  });

  it("gives no packet to `each` after the one whose callback stops the reader", async () => {
    const reader = await readCapture(micro);
    let count = 0;
    await reader.each(() => {
      count++;
      reader.stop();
    });
    assert.equal(count, 1);
  });

  it("gives no packets if the reader was stopped before", async () => {
    const reader = await readCapture(micro);
    reader.stop();
    await reader.each(() => assert.fail("a packet"));
  });

  it("fails after all complete packets if the file is damaged", async () => {
    const bytes = readFileSync(micro);
    const reader = await readCapture(saved("damaged.pcap", bytes.subarray(0, bytes.length - 1)));
    let count = 0;
    await assert.rejects(
      reader.each(() => void count++),
      malformed("truncated"),
    );
    assert.equal(count, COUNT - 1);
  });
});

describe("batches of a capture reader", () => {
  it("stay unchanged with the option copy", async () => {
    const big = writeBig();
    const reader = await readCapture(big, { copy: true });
    const kept: { bytes: Uint8Array; start: number; capturedLength: number }[] = [];
    for await (const batch of reader)
      while (batch.next()) {
        const { bytes, start, capturedLength } = batch.packet;
        kept.push({ bytes, start, capturedLength });
      }
    assert.equal(kept.length, COUNT * 2);
    kept.forEach(({ bytes, start, capturedLength }, index) => {
      const data = Buffer.from(bytes.subarray(start, start + capturedLength)).toString("hex");
      assert.equal(data, (expected[index % COUNT] as Kept).data);
    });
  });

  it("are skipped if they aren't read", async () => {
    let batches = 0;
    for await (const batch of await readCapture(writeBig())) {
      assert.ok(batch.next());
      batches++;
    }
    assert.ok(batches > 1);
  });

  it("end when the signal aborts, even while no data comes", { timeout: 10_000 }, async () => {
    const controller = new AbortController();
    const fifo = join(directory, "fifo");
    run("mkfifo", fifo);
    const opening = readCapture(fifo, { signal: controller.signal });
    const writing = openSync(fifo, "w");
    writeSync(writing, readFileSync(nano).subarray(0, 100));
    const reader = await opening;
    let packets = 0;
    for await (const batch of reader) {
      while (batch.next()) packets++;
      setTimeout(() => controller.abort(), 50);
    }
    assert.ok(packets >= 1);
    closeSync(writing);
  });

  it("arrive from a pipe as soon as they are whole", { timeout: 10_000 }, async () => {
    const fifo = join(directory, "live");
    run("mkfifo", fifo);
    const opening = readCapture(fifo);
    const writing = openSync(fifo, "w");
    const bytes = readFileSync(ng);
    const head = bytes.readUInt32LE(4) + bytes.readUInt32LE(bytes.readUInt32LE(4) + 4);
    let at = 0;
    const feed = (length: number) => {
      at += writeSync(writing, bytes, at, length);
    };
    feed(head);
    const batches = (await opening)[Symbol.asyncIterator]();
    for (let index = 0; index < 20; index++) {
      const length = bytes.readUInt32LE(at + 4);
      // Half a packet gives no batch yet; the other half completes it.
      feed(length >>> 1);
      const coming = batches.next();
      feed(length - (length >>> 1));
      const { value } = await coming;
      assert.ok(value);
      assert.ok(value.next());
      assert.deepEqual(keep(value.packet), expected[index]);
      assert.equal(value.next(), false);
    }
    closeSync(writing);
    assert.equal((await batches.next()).done, true);
  });
});

/** Writes a file that fills several buffers. */
function writeBig(): string {
  const bytes = readFileSync(nano);
  return saved("twice.pcap", Buffer.concat([bytes, bytes.subarray(24)]));
}

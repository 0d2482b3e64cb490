import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";
import { type CopyOptions, copyCapture } from "../../../src/capture/file/copy-capture.js";
import { readCapture } from "../../../src/capture/file/read/read-capture.js";
import { openCaptureWriter } from "../../../src/capture/file/write/open-writer.js";
import type { PcapngWriter } from "../../../src/capture/file/write/pcapng-writer.js";
import { PromiscError } from "../../../src/errors.js";
import { frame, type Kept, keep, readAll, temporaryDirectory } from "../../support/capture/capture-files.js";
import { execFileSync } from "../../support/process/child-process.js";
import { lacking } from "../../support/process/peer.js";

const COUNT = 2000;
const directory = temporaryDirectory();
const expected = Array.from({ length: COUNT }, (_, index) =>
  keep({ ...frame(index), interfaceId: index % 2 }),
);

/** Writes a capture file with two interfaces, comments and statistics. */
function writeRich(name: string, linkTypes: readonly number[]): string {
  const path = join(directory, name);
  const writer = openCaptureWriter(path, { section: { comments: ["of the section"] } }) as PcapngWriter;
  for (const [index, linkType] of linkTypes.entries())
    writer.addInterface({ name: `eth${index}`, linkType, snapLength: 0 }, { description: `number ${index}` });
  for (let index = 0; index < COUNT; index++) writer.writePacket({ ...frame(index), interfaceId: index % 2 });
  for (const interfaceId of [0, 1])
    writer.writeStatistics({ interfaceId, timestamp: 1n, options: { received: 1000n, systemDropped: 5n } });
  writer.close();
  return path;
}

const rich = writeRich("rich.pcapng", [1, 1]);

async function copy(from: string, name: string, options: CopyOptions & { nanoseconds?: boolean } = {}) {
  const path = join(directory, name);
  const { nanoseconds = true, ...rest } = options;
  const writer = openCaptureWriter(path, { nanoseconds });
  try {
    const copied = await copyCapture(await readCapture(from), writer, rest);
    return { path, copied };
  } finally {
    writer.close();
  }
}

describe("copying a capture file", () => {
  it("from pcapng to pcapng gives an identical file", async () => {
    const { path, copied } = await copy(rich, "copy.pcapng");
    assert.equal(copied, COUNT);
    assert.deepEqual(readFileSync(path), readFileSync(rich));
  });

  it("keeps all blocks of a pcapng file that another program wrote", {
    skip: lacking("editcap", "capinfos"),
  }, async () => {
    const path = join(directory, "commented.pcapng");
    execFileSync("editcap", ["--capture-comment", "more", "-a", "3:a packet's", rich, path]);
    const { path: copied } = await copy(path, "commented-copy.pcapng");
    const facts = (file: string) =>
      execFileSync("capinfos", ["-M", file], { encoding: "utf8" }).replaceAll(file, "");
    assert.equal(facts(copied), facts(path));
    assert.deepEqual(readFileSync(copied), readFileSync(path));
    assert.ok(readFileSync(copied).includes("a packet's"));
  });

  it("keeps the other blocks when only some of the packets are copied", {
    skip: lacking("capinfos"),
  }, async () => {
    const { path, copied } = await copy(rich, "some.pcapng", {
      accept: ({ interfaceId }) => interfaceId === 1,
    });
    assert.equal(copied, COUNT / 2);
    assert.deepEqual(
      (await readAll(path)).packets,
      expected.filter(({ interfaceId }) => interfaceId === 1),
    );
    const text = execFileSync("capinfos", ["-M", path], { encoding: "utf8" });
    assert.match(text, /Capture comment: +of the section/);
    assert.equal(text.match(/Number of stat entries = 1/g)?.length, 2);
  });

  it("ends after the given number of packets", async () => {
    const { path, copied } = await copy(rich, "count.pcapng", { count: 7 });
    assert.equal(copied, 7);
    assert.deepEqual((await readAll(path)).packets, expected.slice(0, 7));
  });

  it("from pcapng to pcap and back keeps the packets", async () => {
    const one = (packets: Kept[]) => packets.map((each) => ({ ...each, interfaceId: 0 }));
    const { path: pcap } = await copy(rich, "copy.pcap");
    assert.deepEqual((await readAll(pcap)).packets, one(expected));
    const { path: back } = await copy(pcap, "back.pcapng.gz");
    const result = await readAll(back);
    assert.deepEqual(result.packets, one(expected));
    assert.deepEqual(result.interfaces, [{ name: undefined, linkType: 1, snapLength: 262_144 }]);
  });

  it("refuses to write pcapng with two link types as pcap", async () => {
    const mixed = writeRich("mixed.pcapng", [1, 113]);
    await assert.rejects(
      copy(mixed, "mixed.pcap"),
      (error) => error instanceof PromiscError && error.code === "usage",
    );
  });

  it("keeps the link type of a file without packets", async () => {
    const none = join(directory, "none.pcap");
    const writer = openCaptureWriter(none);
    writer.addInterface({ name: undefined, linkType: 105, snapLength: 96 });
    writer.close();
    for (const name of ["none-copy.pcap", "none-copy.pcapng"]) {
      const { path } = await copy(none, name);
      assert.deepEqual((await readAll(path)).interfaces, [
        { name: undefined, linkType: 105, snapLength: 96 },
      ]);
    }
  });
});

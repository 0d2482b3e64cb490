import assert from "node:assert/strict";
import { mkdirSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";
import { copyCapture } from "../../../src/capture/file/copy-capture.js";
import { parseFileSize } from "../../../src/capture/file/file-size.js";
import { readCapture } from "../../../src/capture/file/read/read-capture.js";
import { Rotation, type RotationOptions } from "../../../src/capture/file/rotation.js";
import { openCaptureWriter } from "../../../src/capture/file/write/open-writer.js";
import { PromiscError } from "../../../src/errors.js";
import { frame, readAll, temporaryDirectory } from "../../support/capture/capture-files.js";
import { execFileSync } from "../../support/process/child-process.js";
import { lacking, tcpdump } from "../../support/process/peer.js";

const COUNT = 6000;
const START = frame(0).seconds;
const directory = temporaryDirectory();
const source = join(directory, "source.pcap");

const writer = openCaptureWriter(source);
writer.addInterface({ name: undefined, linkType: 1, snapLength: 262_144 });
for (let index = 0; index < COUNT; index++) writer.writePacket(frame(index));
writer.close();

/** Copies the source with rotation into a folder of its own, and returns the paths in the order of their names. */
async function rotate(folder: string, name: string, options: RotationOptions): Promise<string[]> {
  const into = join(directory, folder);
  mkdirSync(into);
  const rotation = new Rotation(join(into, name), options, START);
  const writer = openCaptureWriter(rotation.path, { name });
  await copyCapture(await readCapture(source), writer, { rotation });
  writer.close();
  return readdirSync(into)
    .sort()
    .map((file) => join(into, file));
}

describe("rotation of capture files by size", () => {
  for (const files of [undefined, 1, 3, 10, 11])
    it(`makes the same files as tcpdump with ${files ?? "no"} file limit`, {
      skip: lacking("tcpdump"),
    }, async () => {
      const ours = await rotate(`ours-${files}`, "x.pcap", { size: 1_000_000, files });
      const into = join(directory, `theirs-${files}`);
      mkdirSync(into);
      const limit = files === undefined ? [] : ["-W", `${files}`];
      const [command, ...args] = [...tcpdump, "-r", source, "-C", "1", ...limit, "-w", join(into, "x.pcap")];
      execFileSync(command as string, args, { stdio: "ignore" });
      const theirs = readdirSync(into).sort();
      assert.deepEqual(
        ours.map((path) => path.slice(path.lastIndexOf("/") + 1)),
        theirs,
      );
      assert.ok(theirs.length > 2 || files === 1, theirs.join());
      theirs.forEach((name, index) => {
        assert.deepEqual(readFileSync(ours[index] as string), readFileSync(join(into, name)), name);
      });
    });
});

describe("rotation of capture files by time", () => {
  // The packets have a rate of ten per second.
  it("names files by the local time of their packets, as date prints it", async () => {
    const formats = "%Y-%m-%d_%H.%M.%S_%s_%j_%y_%F_%e_%I_%p_%b_%a_%%_%Z_%z_%G_%V_%T";
    const paths = await rotate("time", `${formats}.pcap`, { seconds: 100 });
    assert.equal(paths.length, COUNT / 1000);
    for (let index = 0; index < paths.length; index++) {
      const at = START + index * 100;
      const name = execFileSync("date", ["-d", `@${at}`, `+${formats}.pcap`], {
        encoding: "utf8",
        env: { ...process.env, LC_ALL: "C" },
      }).trimEnd();
      const { packets } = await readAll(join(directory, "time", name));
      assert.equal(packets.length, 1000, name);
      assert.match((packets[0] as { time: string }).time, new RegExp(`^${at}\\.`));
    }
  });

  it("ends after the last file", async () => {
    const paths = await rotate("time-limit", "%s.pcap", { seconds: 100, files: 3 });
    assert.equal(paths.length, 3);
    for (const path of paths) assert.equal((await readAll(path)).packets.length, 1000);
  });

  it("numbers the files of each period from the beginning when a size is given too, and reuses them in a ring", async () => {
    const paths = await rotate("both", "%s.pcap", { seconds: 300, size: 500_000, files: 2 });
    assert.deepEqual(
      paths.map((path) => path.slice(path.lastIndexOf("/") + 1)),
      [`${START}.pcap0`, `${START}.pcap1`, `${START + 300}.pcap0`, `${START + 300}.pcap1`],
    );
    for (const path of paths) assert.equal((await readAll(path)).error, undefined);
  });
});

describe("rotation of pcapng files", () => {
  it("begins each file with the section and its interfaces", async () => {
    const paths = await rotate("ng", "x.pcapng", { size: 1_000_000 });
    assert.ok(paths.length > 2);
    let packets = 0;
    for (const path of paths) {
      const result = await readAll(path);
      assert.equal(result.error, undefined);
      assert.equal(result.interfaces.length, 1);
      packets += result.packets.length;
    }
    assert.equal(packets, COUNT);
  });
});

describe("parseFileSize", () => {
  it("takes millions of bytes, or a number with a suffix", () => {
    for (const [text, bytes] of [
      ["1", 1_000_000],
      ["2k", 2048],
      ["2K", 2048],
      ["3m", 3 * 2 ** 20],
      ["1G", 2 ** 30],
    ] as const)
      assert.equal(parseFileSize(text), bytes);
  });

  it("refuses what isn't a size", () => {
    for (const text of ["", "0", "-1", "1.5", "1t", "k", "1 k", "99999999999999999"])
      assert.throws(
        () => parseFileSize(text),
        (error) => error instanceof PromiscError && error.code === "usage",
      );
  });
});

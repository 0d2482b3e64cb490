import assert from "node:assert/strict";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";
import { fileURLToPath } from "node:url";
import { createGzip } from "node:zlib";
import { openCaptureWriter } from "../../../src/capture/file/write/open-writer.js";
import { frame, temporaryDirectory } from "../../support/capture/capture-files.js";
import { spawn, spawnSync } from "../../support/process/child-process.js";
import { lacking } from "../../support/process/peer.js";

const child = fileURLToPath(new URL("../../support/capture/capture-reading-child.js", import.meta.url));
const directory = temporaryDirectory();
const COUNT = 4000;

/** Returns a file's head, and records of about 3 MB that may follow it any number of times. */
function pieces(name: string): { head: Buffer; body: Buffer } {
  const [without, path] = [join(directory, `none-${name}`), join(directory, name)];
  for (const [each, count] of [
    [without, 0],
    [path, COUNT],
  ] as const) {
    const writer = openCaptureWriter(each);
    writer.addInterface({ name: "eth0", linkType: 1, snapLength: 0 });
    for (let index = 0; index < count; index++) writer.writePacket(frame(index));
    writer.close();
  }
  const head = readFileSync(without);
  return { head, body: readFileSync(path).subarray(head.length) };
}

async function readThrough(name: string, times: number, compress: "none" | "gzip" | "zstd") {
  const { head, body } = pieces(name);
  const reading = spawn(process.execPath, [child], { stdio: ["pipe", "pipe", "inherit"] });
  let said = "";
  reading.stdout.setEncoding("utf8").on("data", (text: string) => {
    said += text;
  });
  const closed = once(reading, "close");
  const zstd =
    compress === "zstd" ? spawn("zstd", ["-q", "-1"], { stdio: ["pipe", "pipe", "inherit"] }) : undefined;
  const gzip = compress === "gzip" ? createGzip({ level: 1 }) : undefined;
  zstd?.stdout.pipe(reading.stdin);
  gzip?.pipe(reading.stdin);
  const into = zstd?.stdin ?? gzip ?? reading.stdin;
  into.write(head);
  for (let time = 0; time < times; time++) if (!into.write(body)) await once(into, "drain");
  into.end();
  await closed;
  return JSON.parse(said) as { packets: number; early: number; most: number; bytes: number; error: string };
}

describe("the memory of the capture reader", () => {
  const streams: [name: string, times: number, compress: "none" | "gzip" | "zstd"][] = [
    ["x.pcap", 100, "none"],
    ["x.pcapng", 100, "none"],
    ["x.pcap", 100, "gzip"],
    ["x.pcap", 100, "zstd"],
  ];
  for (const [name, times, compress] of streams)
    it(`doesn't grow with a stream of 300 MB (${name}, compression ${compress})`, {
      skip: compress === "zstd" && lacking("zstd"),
    }, async () => {
      const { packets, bytes, early, most, error } = await readThrough(name, times, compress);
      assert.equal(error, "");
      assert.equal(packets, COUNT * times);
      assert.ok(bytes > 290_000_000, `${bytes} bytes`);
      assert.ok(most < early + 60, `${Math.round(most)} MiB, ${Math.round(early)} MiB at first`);
    });

  it("isn't allocated for a block that is announced but doesn't come", () => {
    // The block's header announces 16 MiB, but the input ends there.
    const { head } = pieces("y.pcapng");
    const liar = Buffer.from([1, 0, 0, 0, 0, 0, 0, 1]);
    const { stdout } = spawnSync(process.execPath, [child], {
      input: Buffer.concat([head, liar]),
      encoding: "utf8",
    });
    const { error } = JSON.parse(stdout) as { error: string };
    assert.match(error, /truncated pcapng dump file; tried to read 16777216 bytes, only got 8/);
  });
});

import assert from "node:assert/strict";
import { once } from "node:events";
import {
  closeSync,
  constants,
  mkdirSync,
  openSync,
  readFileSync,
  readSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";
import { fileURLToPath } from "node:url";
import { openCaptureWriter } from "../../../src/capture/file/write/open-writer.js";
import { PromiscError } from "../../../src/errors.js";
import { frame, keep, readAll, temporaryDirectory } from "../../support/capture/capture-files.js";
import { isolate, noNamespaces } from "../../support/network/namespace.js";
import { execFileSync, firstOutput, spawn, spawnSync } from "../../support/process/child-process.js";
import { lacking } from "../../support/process/peer.js";

const child = fileURLToPath(new URL("../../support/capture/capture-writing-child.js", import.meta.url));
const ethernet = { name: "eth0", linkType: 1, snapLength: 262_144 };
const names = ["x.pcap", "x.pcapng", "x.pcapng.gz"];
const directory = temporaryDirectory();
isolate();

/** Asserts that a file has the first frames and nothing else, and returns their number. */
async function assertWhole(path: string, least: number): Promise<number> {
  const { packets, error } = await readAll(path);
  assert.equal(error, undefined, `${path}: ${error}`);
  assert.ok(packets.length >= least, `${packets.length} packets of at least ${least}`);
  const last = packets.at(-1);
  if (last) assert.deepEqual(last, keep(frame((packets.length - 1) % 1000)));
  return packets.length;
}

/** Returns the counts in "12 packets are lost, 345 were written". */
function counts(message: string): { lost: number; written: number } {
  const said = /: (\d+) packets? (?:is|are) lost, (\d+) were written$/.exec(message);
  assert.ok(said, message);
  return { lost: Number(said[1]), written: Number(said[2]) };
}

describe("writing a capture file to a full disk", { skip: noNamespaces }, () => {
  for (const name of names)
    it(`leaves whole packets in ${name}, and the error says how many`, async () => {
      const disk = join(directory, `disk-${name}`);
      mkdirSync(disk);
      execFileSync("mount", ["-t", "tmpfs", "-o", "size=1500k", "tmpfs", disk]);
      try {
        const path = join(disk, name);
        const writer = openCaptureWriter(path, { nanoseconds: true });
        writer.addInterface(ethernet);
        let written = 0;
        const fill = () => {
          for (; ; written++) {
            const packet = frame(written % 1000);
            // Random data can't be compressed away.
            if (name.endsWith(".gz"))
              for (let at = 14; at < packet.capturedLength; at++)
                packet.bytes[packet.start + at] = Math.random() * 256;
            writer.writePacket(packet);
          }
        };
        let failure: unknown;
        assert.throws(fill, (error) => {
          failure = error;
          return error instanceof PromiscError && error.errno?.name === "ENOSPC";
        });
        const said = counts((failure as PromiscError).message);
        assert.ok(said.lost > 0);
        assert.equal(said.lost + said.written, written);
        writer.close();
        if (name.endsWith(".gz")) {
          const { packets, error } = await readAll(path);
          assert.equal(error, undefined);
          assert.equal(packets.length, said.written);
        } else assert.equal(await assertWhole(path, 1), said.written);
      } finally {
        execFileSync("umount", [disk]);
      }
    });
});

describe("writing a capture file under a limit on file size", () => {
  for (const name of names)
    it(`leaves whole packets in ${name}`, { skip: lacking("prlimit") }, async () => {
      const path = join(directory, `limit-${name}`);
      const { stderr, status } = spawnSync(
        "prlimit",
        ["--fsize=1500000", process.execPath, child, path, "100000000"],
        { encoding: "utf8" },
      );
      assert.equal(status, 5, stderr);
      assert.match(stderr, /EFBIG/);
      assert.equal(await assertWhole(path, 1), counts(stderr.trimEnd()).written);
      assert.ok(statSync(path).size <= 1_500_000);
    });
});

describe("writing a capture file to a pipe that nobody reads any more", () => {
  it("throws an error that says how many packets are lost", async () => {
    const writing = spawn(process.execPath, [child, "-", "100"], { stdio: ["ignore", "pipe", "pipe"] });
    let stderr = "";
    writing.stderr.setEncoding("utf8").on("data", (text: string) => {
      stderr += text;
    });
    await firstOutput(writing);
    writing.stdout.destroy();
    const [status] = await once(writing, "close");
    assert.equal(status, 5);
    assert.match(stderr, /cannot write standard output: Broken pipe \(EPIPE\): \d+ packets are lost/);
  });
});

describe("an error of a capture file", () => {
  const errorOf = (action: () => unknown): PromiscError => {
    let failure: unknown;
    assert.throws(action, (error) => {
      failure = error;
      return error instanceof PromiscError;
    });
    return failure as PromiscError;
  };

  it("has the kernel's errno, and the error of Node.js as its cause", () => {
    const writer = openCaptureWriter("/dev/full");
    const { errno, cause, code } = errorOf(() => writer.addInterface(ethernet));
    assert.deepEqual(
      [code, errno?.name, (cause as NodeJS.ErrnoException).code],
      ["kernel", "ENOSPC", "ENOSPC"],
    );
  });

  it("has the errno EPIPE if the reader of a pipe is gone", () => {
    const { writer, reader } = pipe("left");
    closeSync(reader);
    assert.equal(errorOf(() => writer.addInterface(ethernet)).errno?.name, "EPIPE");
  });
});

/** A named pipe, with a writer and an open reader. */
function pipe(name: string): { writer: ReturnType<typeof openCaptureWriter>; reader: number } {
  const path = join(directory, name);
  execFileSync("mkfifo", [path]);
  const reader = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  return { writer: openCaptureWriter(path), reader };
}

/** More than a pipe has room for. */
const MANY = 2000;

function fill(writer: ReturnType<typeof openCaptureWriter>): void {
  writer.addInterface(ethernet);
  for (let index = 0; index < MANY; index++) writer.writePacket(frame(index % 1000));
}

describe("draining a capture writer", () => {
  it("resolves when the reader of a full pipe has read everything, and the event loop runs meanwhile", async () => {
    const { writer, reader } = pipe("slow");
    fill(writer);
    const { size } = writer;
    const draining = writer.drain();
    let read = 0;
    const bytes = Buffer.alloc(size);
    const reading = setInterval(() => {
      try {
        read += readSync(reader, bytes, read, size - read, null);
      } catch (error) {
        assert.equal((error as NodeJS.ErrnoException).code, "EAGAIN");
      }
    }, 1);
    try {
      await draining;
    } finally {
      clearInterval(reading);
    }
    writer.close();
    for (let count = -1; count !== 0; read += count) count = readSync(reader, bytes, read, size - read, null);
    closeSync(reader);
    assert.equal(read, size);
    assert.equal(writer.packets, MANY);
  });

  it("rejects with the number of lost packets when its signal aborts while a pipe is full", async () => {
    const { writer, reader } = pipe("unread");
    fill(writer);
    const controller = new AbortController();
    const draining = writer.drain(controller.signal);
    setTimeout(() => controller.abort(), 20);
    await assert.rejects(draining, (error: PromiscError) => {
      const { lost, written } = counts(error.message);
      assert.equal(lost + written, MANY);
      assert.equal(error.errno?.name, "EAGAIN");
      return true;
    });
    writer.close();
    closeSync(reader);
  });

  it("writes everything to a regular file, even if its signal has aborted", async () => {
    const path = join(directory, "drained.pcapng");
    using writer = openCaptureWriter(path);
    fill(writer);
    await writer.drain(AbortSignal.abort());
    assert.equal(await assertWhole(path, MANY), MANY);
  });
});

describe("writing a capture file to standard output", () => {
  it("cuts a file back to whole packets too, and keeps what the file had before them", {
    skip: lacking("prlimit"),
  }, async () => {
    const path = join(directory, "appended");
    writeFileSync(path, "before");
    const script = `exec "${process.execPath}" "${child}" - 100000000 >> "${path}"`;
    const { status } = spawnSync("prlimit", ["--fsize=1500000", "sh", "-c", script]);
    assert.equal(status, 5);
    const bytes = readFileSync(path);
    assert.equal(bytes.subarray(0, 6).toString(), "before");
    writeFileSync(path, bytes.subarray(6));
    await assertWhole(path, 1);
  });
});

describe("a capture file's writer that is killed", () => {
  for (const [name, cutShort] of [
    ["x.pcap", /truncated/],
    ["x.pcapng", /truncated/],
    ["x.pcapng.gz", /unexpected end of file/],
  ] as const)
    it(`leaves in ${name} the packets that it flushed`, async () => {
      for (let round = 0; round < 8; round++) {
        const path = join(directory, `killed-${round}-${name}`);
        const writing = spawn(process.execPath, [child, path, "500"], {
          stdio: ["ignore", "ignore", "pipe"],
        });
        let stderr = "";
        writing.stderr.setEncoding("utf8").on("data", (text: string) => {
          stderr += text;
        });
        await firstOutput(writing, "stderr");
        await new Promise((resolve) => setTimeout(resolve, Math.random() * 60));
        writing.kill("SIGKILL");
        await once(writing, "close");
        const flushed = Number(stderr.trimEnd().split("\n").at(-1));
        assert.equal(flushed % 500, 0, stderr);
        const { packets, error } = await readAll(path);
        assert.ok(
          flushed > 0 && packets.length >= flushed,
          `${packets.length} packets, ${flushed} were flushed`,
        );
        // The writer may be killed during a write.
        if (error !== undefined) assert.match(`${error}`, cutShort);
        packets.forEach((packet, index) => {
          assert.deepEqual(packet, keep(frame(index % 1000)));
        });
      }
    });
});

import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { readCapture } from "../../src/capture/file/read/read-capture.js";
import { openCaptureWriter } from "../../src/capture/file/write/open-writer.js";
import type { CaptureInterface, Packet, PacketBatch } from "../../src/capture/packet.js";
import type { BatchSource } from "../../src/capture/packet-source.js";
import { type PacketSink, Pump } from "../../src/capture/pump.js";
import { frame, temporaryDirectory } from "../support/capture/capture-files.js";

const directory = temporaryDirectory();
const BATCH = 5;

const describe = (name: string): CaptureInterface => ({ name, linkType: 1, snapLength: 0 });

/**
 * A source of batches with frames numbered from 0, all of one interface. A signal ends it as it ends a live capture.
 */
class Frames implements BatchSource {
  readonly interfaces = [describe("eth0")];
  readonly #batches: number;
  isLeft = false;
  isStopped = false;

  constructor(batches: number) {
    this.#batches = batches;
  }

  stop(): void {
    this.isStopped = true;
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<PacketBatch, void> {
    try {
      for (let batch = 0; batch < this.#batches && !this.isStopped; batch++) yield this.#batch(batch);
    } finally {
      this.isLeft = true;
    }
  }

  #batch(number: number): PacketBatch {
    let next = number * BATCH;
    const packet = frame(0);
    return {
      packet,
      next: () => next < (number + 1) * BATCH && Boolean(Object.assign(packet, frame(next++))),
    };
  }
}

/** A sink that records the calls of its methods. */
class Diary implements PacketSink {
  readonly said: string[] = [];
  readonly #most: number;
  #taken = 0;

  constructor(most = Number.POSITIVE_INFINITY) {
    this.#most = most;
  }

  addInterface({ name }: CaptureInterface): void {
    this.said.push(`interface ${name}`);
  }

  take({ capturedLength }: Packet): boolean {
    if (this.#taken === this.#most) return false;
    this.#taken++;
    this.said.push(`${capturedLength}`);
    return true;
  }

  flush(): void {
    this.said.push("flush");
  }

  end(): void {
    this.said.push("end");
  }
}

const lengths = (from: number, to: number): string[] =>
  Array.from({ length: to - from }, (_, at) => `${frame(from + at).capturedLength}`);

test("a pump gives every packet to every sink, flushes the sinks after each batch, and ends them", async () => {
  const sinks = [new Diary(), new Diary()];
  assert.equal(await new Pump(new Frames(2), sinks).run(), 10);
  for (const { said } of sinks)
    assert.deepEqual(said, ["interface eth0", ...lengths(0, 5), "flush", ...lengths(5, 10), "flush", "end"]);
});

test("a pump ends after a count of accepted packets, and cuts them to the snap length", async () => {
  const source = new Frames(9);
  const sink = new Diary();
  const accept = ({ capturedLength }: Packet) => capturedLength > 100;
  assert.equal(await new Pump(source, [sink], { accept, count: 3, snapLength: 150 }).run(), 3);
  assert.ok(source.isLeft);
  const accepted = lengths(0, 9 * BATCH)
    .map(Number)
    .filter((length) => length > 100);
  assert.deepEqual(
    sink.said.filter((word) => /^\d/.test(word)),
    accepted.slice(0, 3).map((length) => `${Math.min(length, 150)}`),
  );
  assert.deepEqual(sink.said.slice(-2), ["flush", "end"]);
});

test("a pump ends when one sink has enough", async () => {
  const source = new Frames(9);
  const sinks = [new Diary(7), new Diary()];
  assert.equal(await new Pump(source, sinks).run(), 7);
  assert.ok(source.isLeft);
  for (const { said } of sinks) assert.deepEqual(said.slice(-3), [...lengths(6, 7), "flush", "end"]);
});

test("a pump's signal stops the source and ends the sinks", async () => {
  const source = new Frames(9);
  const sink = new Diary();
  const controller = new AbortController();
  sink.flush = () => controller.abort();
  assert.equal(await new Pump(source, [sink]).run(controller.signal), BATCH);
  assert.ok(source.isStopped);
  assert.equal(sink.said.at(-1), "end");

  const before = new Frames(9);
  assert.equal(await new Pump(before, [new Diary()]).run(AbortSignal.abort()), 0);
});

test("a pump ends its sinks when the source or another sink fails", async () => {
  const source = new Frames(9);
  const [failing, other] = [new Diary(), new Diary()];
  failing.take = () => {
    throw new Error("no room");
  };
  await assert.rejects(new Pump(source, [failing, other]).run(), /no room/);
  assert.ok(source.isLeft);
  for (const { said } of [failing, other]) assert.equal(said.at(-1), "end");
});

test("a pump gives whole batches to a single sink, but not if packets are counted, chosen or cut", async () => {
  const takesWhole = (): { sink: Diary & PacketSink; whole: () => number } => {
    let whole = 0;
    const sink: Diary & PacketSink = new Diary();
    sink.takeWhole = (batch) => {
      whole++;
      let taken = 0;
      while (batch.next()) taken++;
      return taken;
    };
    return { sink, whole: () => whole };
  };
  const alone = takesWhole();
  assert.equal(await new Pump(new Frames(3), [alone.sink]).run(), 3 * BATCH);
  assert.equal(alone.whole(), 3);
  for (const options of [{ count: 100 }, { accept: () => true }, { snapLength: 2000 }]) {
    const { sink, whole } = takesWhole();
    assert.equal(await new Pump(new Frames(3), [sink], options).run(), 3 * BATCH);
    assert.equal(whole(), 0);
  }
  const beside = takesWhole();
  await new Pump(new Frames(3), [beside.sink, new Diary()]).run();
  assert.equal(beside.whole(), 0);
});

test("a pump announces interfaces that a file describes late before their first packet", async () => {
  const path = join(directory, "later.pcapng");
  using writer = openCaptureWriter(path);
  for (const interfaceId of [0, 1, 2]) {
    writer.addInterface(describe(`eth${interfaceId}`));
    writer.writePacket({ ...frame(interfaceId), interfaceId });
  }
  writer.close();
  const sink = new Diary();
  await new Pump(await readCapture(path), [sink]).run();
  const [first, second, third] = lengths(0, 3);
  assert.deepEqual(sink.said, [
    "interface eth0",
    first,
    "interface eth1",
    second,
    "interface eth2",
    third,
    "flush",
    "end",
  ]);
});

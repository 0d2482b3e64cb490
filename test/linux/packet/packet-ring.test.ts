import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { PacketRing, type PacketRingOptions } from "../../../src/linux/packet/packet-ring.js";
import { acceptAll } from "../../../src/wire/kernel/bpf/classic.js";
import { blockWord } from "../../../src/wire/kernel/packet-ring.js";
import { ip, isolate, noNamespaces } from "../../support/network/namespace.js";
import { generate } from "../../support/network/packet-generator.js";
import { cable, indexOf } from "../../support/network/veth.js";

isolate();

describe("a packet ring", { skip: noNamespaces }, () => {
  if (noNamespaces) return;
  cable("v0", "v1");
  const send = (count: number): Promise<void> =>
    generate({ index: indexOf("v1"), count, size: 1000, rate: 0 });
  const open = (options: Partial<PacketRingOptions> = {}): PacketRing =>
    new PacketRing({
      index: indexOf("v0"),
      operation: "test",
      cooked: false,
      promiscuous: true,
      filter: acceptAll(2000),
      bufferSize: 256 * 1024,
      blockTimeout: 10,
      ...options,
    });

  /** Reads blocks until a number of packets have arrived. */
  async function take(ring: PacketRing, packets: number): Promise<number> {
    let taken = 0;
    while (taken < packets) {
      const block = ring.ready();
      if (!block) {
        await sleep(1);
        continue;
      }
      assert.equal(ring.ready(), block);
      taken += block.words[blockWord.packets] as number;
      ring.release();
    }
    return taken;
  }

  it("receives nothing before it listens, and everything afterwards", async () => {
    using ring = open();
    await send(10);
    ring.listen();
    await send(20);
    assert.equal(await take(ring, 20), 20);
    assert.deepEqual(ring.statistics(), { packets: 20, drops: 0 });
  });

  it("reuses its blocks, and its counts add up", async () => {
    using ring = open();
    ring.listen();
    for (let round = 1; round <= 8; round++) {
      await send(100);
      assert.equal(await take(ring, 100), 100);
      assert.deepEqual(ring.statistics(), { packets: round * 100, drops: 0 });
    }
  });

  it("counts drops while nobody reads its blocks, and goes on afterwards", async () => {
    using ring = open();
    ring.listen();
    await send(1000);
    const { packets, drops } = ring.statistics();
    assert.equal(packets, 1000);
    assert.ok(drops > 0 && drops < 1000);
    assert.equal(await take(ring, packets - drops), packets - drops);
    await send(50);
    assert.equal(await take(ring, 50), 50);
    assert.deepEqual(ring.statistics(), { packets: 1050, drops });
  });

  it("accepts another filter while it listens", async () => {
    using ring = open();
    ring.listen();
    ring.setFilter(acceptAll(0));
    await send(10);
    assert.deepEqual(ring.statistics(), { packets: 0, drops: 0 });
    ring.setFilter(acceptAll(100));
    await send(10);
    assert.equal(await take(ring, 10), 10);
  });

  it("reports once that its interface went down", () => {
    cable("w0", "w1");
    using ring = open({ index: indexOf("w0") });
    ring.listen();
    assert.equal(ring.takeError(), 0);
    ip("link set w0 down");
    assert.notEqual(ring.takeError(), 0);
    assert.equal(ring.takeError(), 0);
    using other = open({ index: indexOf("w0") });
    assert.throws(() => other.listen(), { code: "kernel", message: /ENETDOWN/ });
    ip("link del w0");
  });

  it("limits its size", () => {
    for (const bufferSize of [0, -1, Number.NaN, 256 * 1024 - 1, 2 ** 32 + 1])
      assert.throws(() => open({ bufferSize }), { code: "usage" }, `${bufferSize}`);
    for (const bufferSize of [256 * 1024, 1_000_000, 64 * 1024 * 1024])
      open({ bufferSize })[Symbol.dispose]();
    assert.throws(() => open({ index: 9999 }), { code: "no-interface" });
  });
});

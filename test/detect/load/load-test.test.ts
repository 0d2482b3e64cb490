import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { describe, it } from "node:test";
import { openCapture } from "../../../src/capture/live/capture.js";
import {
  type LoadEvent,
  type LoadResult,
  type LoadStart,
  loadTest,
} from "../../../src/detect/load/load-test.js";
import type { LoadOptions } from "../../../src/detect/load/plan.js";
import type { LabHost } from "../../../src/lab/host.js";
import { createLan, type Lan, type LanOptions } from "../../../src/lab/lan.js";
import { PacketSender } from "../../../src/linux/packet/packet-send.js";
import { readInterface } from "../../../src/promiscuity/read.js";
import { despiteChance } from "../../support/chance.js";
import { noTun } from "../../support/network/devices.js";
import { ip, isolate, noNamespaces, sh } from "../../support/network/namespace.js";
import { lacking } from "../../support/process/peer.js";

isolate();

/** A few more rounds than are needed to distinguish three targets from chance. */
const ROUNDS = 14;

const targetOf = ({ ip: host, mac }: LabHost): { host: string; mac: string } => ({ host, mac });

function make(options: LanOptions): Lan {
  const lan = createLan(options);
  for (const host of lan.hosts) host.run(() => ip("link set eth0 addrgenmode none"));
  return lan;
}

/** Runs a load test from the first host to its end. */
async function run(lan: Lan, options: Omit<LoadOptions, "interface">): Promise<LoadEvent[]> {
  const test = loadTest({ interface: "eth0", ...options });
  const all: LoadEvent[] = [];
  // The first call opens the sockets, and so it has to run on the host.
  for (let next = await lan.host(1).run(() => test.next()); !next.done; next = await test.next())
    all.push(next.value);
  return all;
}

function resultOf(events: readonly LoadEvent[]): LoadResult {
  const last = events.at(-1);
  assert.equal(last?.event, "end");
  return last as LoadResult;
}

const openFiles = (): number => readdirSync("/proc/self/fd").length;

const targetsOf = (lan: Lan, ...numbers: number[]) => numbers.map((number) => targetOf(lan.host(number)));

/**
 * Returns whether a target is reported as different. By design, the probability that any host is so by chance is at
 * most 0.01.
 */
const isDifferent = ({ verdict }: LoadResult["targets"][number]): boolean => verdict === "different";

describe("a load test", { skip: noNamespaces || noTun || lacking("ip"), timeout: 280_000 }, () => {
  it("finds no difference on a LAN of filtering hosts, and sends no more than it announced", async () => {
    const { targets } = await despiteChance(once, (result) => !result.targets.some(isDifferent));
    for (const target of targets) assert.ok(!isDifferent(target), `${target.host}: ${target.words}`);
  });

  async function once(): Promise<LoadResult> {
    using lan = make({ hosts: 5 });
    // The fifth host isn't a target, and sees all frames.
    const witness = lan.host(5);
    const destinations = new Map<string, number>();
    const capture = witness.run(() => openCapture("eth0", { direction: "in" }));
    const seen = capture.each(({ bytes, start }) => {
      const mac = Buffer.from(bytes.subarray(start, start + 6)).toString("hex");
      destinations.set(mac, (destinations.get(mac) ?? 0) + 1);
    });
    const events = await run(lan, {
      targets: targetsOf(lan, 2, 3, 4),
      rounds: ROUNDS,
      rate: 3000,
    });
    await new Promise((resolve) => setTimeout(resolve, 100));
    capture.stop();
    await seen;

    const result = resultOf(events);
    const { targets, plan, frames, unowned } = result;
    for (const { loaded, quiet } of targets) {
      for (const { sent, lost, times } of [loaded, quiet]) {
        assert.ok(sent > ROUNDS * 9 && sent <= ROUNDS * 10, `${sent}`);
        assert.ok(
          times && times.p10 > 0 && times.p10 <= times.p50 && times.p99 <= times.largest && lost < sent / 2,
        );
      }
    }
    const load = destinations.get(unowned.replaceAll(":", "")) ?? 0;
    assert.equal(load, frames);
    assert.ok(load > plan.frames / 4 && load <= plan.frames, `${load} of ${plan.frames}`);
    let requests = 0;
    for (const { mac } of lan.hosts.slice(1, 4)) requests += destinations.get(mac.replaceAll(":", "")) ?? 0;
    // The tester's kernel may send a few ARP replies to the targets besides.
    assert.ok(requests > 0 && requests <= plan.requests + 20, `${requests} of ${plan.requests}`);
    assert.equal(lan.host(2).counts.passed.other, 0);

    // Each round has one loaded and one quiet block, in random order.
    const blocks = events.filter((event) => event.event === "block");
    assert.equal(blocks.length, 2 * ROUNDS);
    for (let round = 1; round <= ROUNDS; round++) {
      const ofRound = blocks.filter((block) => block.round === round);
      assert.deepEqual(new Set(ofRound.map(({ loaded }) => loaded)), new Set([true, false]));
      for (const { loaded, frames: sent } of ofRound)
        assert.ok(loaded ? sent <= plan.framesABlock : sent === 0);
    }
    // All rounds have the same order with a probability of 1 in 8192.
    assert.equal(new Set(blocks.filter((_, at) => at % 2 === 0).map(({ loaded }) => loaded)).size, 2);
    return result;
  }

  it("finds a host that sniffs and reports each foreign frame over a slow link", {
    skip: lacking("tc"),
  }, async (t) => {
    const result = await despiteChance(
      withSensor,
      (each) => !each || each.targets.map(isDifferent).join() === "false,true,false",
    );
    if (!result) {
      t.skip("this kernel has no token bucket filter");
      return;
    }
    const [second, third, fourth] = result.targets;
    assert.equal(third?.verdict, "different", third?.words);
    assert.notEqual(third.direction, "faster");
    // The effect is nearly 1 on an idle machine.
    assert.ok(third.comparisons.times.effect > 0.5, `${third.comparisons.times.effect}`);
    for (const other of [second, fourth]) assert.notEqual(other?.verdict, "different", other?.words);
  });

  /** Returns undefined if the kernel can't slow a link. */
  async function withSensor(): Promise<LoadResult | undefined> {
    using lan = make({ hosts: 4 });
    const sensor = lan.host(3);
    try {
      sensor.run(() => sh("tc qdisc add dev eth0 root tbf rate 1200kbit burst 2k limit 3000"));
    } catch (error) {
      assert.match((error as Error).message, /qdisc kind is unknown|No such file or directory/);
      return undefined;
    }
    // The host's reports and its answers to ping wait in one queue. With a card that filters, it has nothing to report.
    const report = Buffer.concat([Buffer.from("02770000000102770000000388b5", "hex"), Buffer.alloc(186)]);
    using sender = sensor.run(() => new PacketSender(readInterface("eth0").ifindex, "report"));
    using capture = sensor.run(() => openCapture("eth0", { direction: "in", immediate: true }));
    const PACKET_OTHERHOST = 3;
    const reporting = capture.each(({ packetType }) => {
      if (packetType === PACKET_OTHERHOST) sender.trySend(report);
    });
    const events = await run(lan, { targets: targetsOf(lan, 2, 3, 4), rounds: ROUNDS, rate: 1500 });
    capture.stop();
    await reporting;
    return resultOf(events);
  }

  it("sends echo requests over IPv6 too, and reports that there were too few to compare", async () => {
    using lan = make({ hosts: 2 });
    for (const [index, host] of lan.hosts.entries())
      host.run(() => ip(`address add fd00::${index + 1}/64 dev eth0 nodad`));
    const mac = lan.host(2).mac.toUpperCase();
    const events = await run(lan, { targets: [{ host: "fd00:0::2", mac }], rounds: 1, rate: 100 });
    const [result] = resultOf(events).targets;
    assert.equal(result?.host, "fd00::2");
    assert.ok(result.quiet.sent > 0 && result.quiet.sent <= 10 && result.quiet.lost < result.quiet.sent);
    assert.equal(result.verdict, "inconclusive");
    assert.match(result.words, /too few answers/);
  });

  it("reports a silent host", async () => {
    using lan = make({ hosts: 2 });
    const events = await run(lan, {
      targets: [{ host: "10.77.9.9", mac: "02:77:00:00:09:09" }],
      rounds: 1,
      rate: 100,
    });
    const [result] = resultOf(events).targets;
    assert.deepEqual([result?.quiet.sent, result?.quiet.lost, result?.quiet.times], [10, 10, undefined]);
    assert.match(result?.words ?? "", /answered no echo request/);
  });

  it("stops at once without a result when it is aborted or left, and leaves nothing open", async () => {
    using lan = make({ hosts: 3 });
    const foreign = (): number => lan.host(2).counts.filtered.other;
    const abort = new AbortController();
    const before = openFiles();
    const options = { interface: "eth0", targets: lan.hosts.slice(1).map(targetOf), rounds: 50 };
    const test = loadTest({ ...options, signal: abort.signal });
    const { value: start } = await lan.host(1).run(() => test.next());
    assert.equal((start as LoadStart).event, "start");
    assert.ok(openFiles() > before);
    assert.equal(
      lan.host(1).run(() => readInterface("eth0").promiscuity),
      0,
    );
    const next = test.next();
    // The test is aborted in the middle of the first loaded block, or of the quiet block before it.
    setTimeout(() => abort.abort(), 200);
    const { value, done } = await next;
    assert.ok(done && value === undefined);
    assert.equal(openFiles(), before);
    const atOnce = foreign();
    await new Promise((resolve) => setTimeout(resolve, 100));
    const sent = foreign();
    assert.ok(sent - atOnce < 50, "only what was on its way");
    await new Promise((resolve) => setTimeout(resolve, 300));
    assert.equal(foreign(), sent);

    const left = loadTest(options);
    await lan.host(1).run(() => left.next());
    await left.return(undefined);
    assert.equal(openFiles(), before);

    const aborted = loadTest({ ...options, signal: AbortSignal.abort() });
    const kinds: string[] = [];
    for (let each = await lan.host(1).run(() => aborted.next()); !each.done; each = await aborted.next())
      kinds.push(each.value.event);
    assert.ok(!kinds.includes("end"));
    assert.equal(openFiles(), before);
  });

  it("refuses invalid options before it sends anything, and fails when the interface goes down", async () => {
    using lan = make({ hosts: 2 });
    const targets = [targetOf(lan.host(2))];
    const before = openFiles();
    const start = (options: Partial<LoadOptions>): Promise<unknown> =>
      lan.host(1).run(() => loadTest({ interface: "eth0", targets, ...options }).next());
    await assert.rejects(start({ interface: "eth7" }), { code: "no-interface" });
    await assert.rejects(start({ rounds: 0 }), { code: "usage" });
    lan.host(1).run(() => ip("link set eth0 mtu 1000"));
    await assert.rejects(start({ frameSize: 1100 }), { code: "usage", message: /longer than eth0 sends/ });
    assert.equal(openFiles(), before);

    const test = loadTest({ interface: "eth0", targets });
    await lan.host(1).run(() => test.next());
    lan.host(1).run(() => ip("link set eth0 down"));
    await assert.rejects(test.next(), { code: "kernel", message: /ENETDOWN/ });
    assert.equal(openFiles(), before);
  });
});

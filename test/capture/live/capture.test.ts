import assert from "node:assert/strict";
import { once } from "node:events";
import { describe, it } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { type LiveCapture, openCapture } from "../../../src/capture/live/capture.js";
import type { CaptureOptions, InterfaceEvent } from "../../../src/capture/live/options.js";
import { sendFrame } from "../../../src/capture/send.js";
import { describeErrno, ENETDOWN, ENODEV } from "../../../src/linux/ffi/errno.js";
import { Rtnetlink } from "../../../src/linux/netlink/rtnetlink.js";
import { ethernet, ipv4, udp } from "../../support/capture/frames.js";
import { ip, isolate, noNamespaces } from "../../support/network/namespace.js";
import { generate, NUMBER_AT, startGenerator } from "../../support/network/packet-generator.js";
import { cable, indexOf } from "../../support/network/veth.js";
import { firstOutput, spawn, spawnSync } from "../../support/process/child-process.js";
import { lacking } from "../../support/process/peer.js";

isolate();

interface Seen {
  frame: string;
  length: number;
  packetType: number;
  interfaceId: number;
  time: number;
}

/** Collects copies of all packets until the capture ends. */
async function collect(capture: LiveCapture): Promise<Seen[]> {
  const seen: Seen[] = [];
  await capture.each(({ bytes, start, capturedLength, length, packetType, interfaceId, ...time }) => {
    const frame = Buffer.from(bytes.subarray(start, start + capturedLength)).toString("hex");
    seen.push({ frame, length, packetType, interfaceId, time: time.seconds + time.nanoseconds / 1e9 });
  });
  return seen;
}

/** Captures while `action` runs. */
async function capturing(
  interfaces: string | string[],
  options: CaptureOptions,
  action: () => unknown,
): Promise<{ seen: Seen[]; capture: LiveCapture }> {
  const capture = openCapture(interfaces, options);
  const seen = collect(capture);
  await action();
  capture.stop();
  return { seen: await seen, capture };
}

const hex = (frame: Uint8Array): string => Buffer.from(frame).toString("hex");
const dns = ipv4(udp(5353, 53));
const frame = ethernet("b", "a", 0x800, dns);

function promiscuity(name: string): number | undefined {
  using rtnetlink = new Rtnetlink();
  return rtnetlink.link(name, "test").promiscuity;
}

describe("a live capture", { skip: noNamespaces }, () => {
  if (noNamespaces) return;
  cable("v0", "v1");
  ip("link set lo up");

  it("gives frames as they were sent, with length, time and packet type", async () => {
    const own = `02:00:00:00:00:0b`;
    ip(`link set v0 address ${own}`);
    const frames = [
      frame,
      ethernet("all", "a", 0x800, dns),
      ethernet("group", "a", 0x800, dns),
      ethernet("a", "b", 0x800, ipv4(udp(1, 2, 1400))),
    ];
    const before = Date.now() / 1000;
    const { seen, capture } = await capturing("v0", {}, () => {
      for (const each of frames) sendFrame("v1", each);
      sendFrame("v0", frame);
    });
    assert.deepEqual(
      seen.map(({ frame, packetType }) => ({ frame, packetType })),
      [
        ...frames.map((each, packetType) => ({ frame: hex(each), packetType })),
        { frame: hex(frame), packetType: 4 },
      ],
    );
    for (const { frame, length, time } of seen) {
      assert.equal(length, frame.length / 2);
      assert.ok(time >= before - 0.001 && time <= Date.now() / 1000 + 0.001, `${time}`);
    }
    assert.deepEqual(capture.interfaces, [{ name: "v0", linkType: 1, snapLength: 262144 }]);
    const { interfaces, ...total } = capture.statistics;
    const classes = { host: 1, broadcast: 1, multicast: 1, otherHost: 1, outgoing: 1 };
    assert.deepEqual(total, { captured: 5, received: 5, dropped: 0, classes });
    assert.deepEqual(interfaces, [{ name: "v0", ...total }]);
  });

  const tagged = ethernet("b", "a", 0x8100, [0x60, 5, 8, 0, ...dns]);

  it("puts back VLAN tags, which the kernel removes from received frames", async () => {
    const frames = [
      tagged,
      ethernet("b", "a", 0x88a8, [0, 7, 8, 0, ...dns]),
      ethernet("b", "a", 0x88a8, [0, 7, 0x81, 0, 0x20, 8, 8, 0, ...dns]),
      ethernet("b", "a", 0x8100, [0, 0, 8, 0, ...dns]),
    ];
    const { seen } = await capturing("v0", {}, () => {
      for (const each of frames) sendFrame("v1", each);
    });
    assert.deepEqual(
      seen.map(({ frame, length }) => [frame, length]),
      frames.map((each) => [hex(each), each.length]),
    );
  });

  it("filters by VLAN tag, though the kernel keeps the tag apart from the frame", async () => {
    const { seen } = await capturing("v0", { filter: "vlan 5 and udp" }, () => {
      sendFrame("v1", frame);
      sendFrame("v1", tagged);
      sendFrame("v1", ethernet("b", "a", 0x8100, [0, 6, 8, 0, ...dns]));
    });
    assert.deepEqual(
      seen.map(({ frame }) => frame),
      [hex(tagged)],
    );
  });

  it("cuts packets to the snap length, those with a VLAN tag too", async () => {
    for (const filter of ["", "udp or vlan"]) {
      const { seen } = await capturing("v0", { snapLength: 20, filter }, () => {
        sendFrame("v1", frame);
        sendFrame("v1", tagged);
      });
      assert.deepEqual(
        seen.map(({ frame, length }) => [frame, length]),
        [frame, tagged].map((each) => [hex(each).slice(0, 40), each.length]),
      );
    }
  });

  it("distinguishes received packets from sent ones", async () => {
    const back = ethernet("a", "b", 0x800, dns);
    const both = (): void => {
      sendFrame("v1", frame);
      sendFrame("v0", back);
    };
    for (const [filter, one] of [
      ["inbound and udp", frame],
      ["outbound", back],
    ] as const) {
      const { seen } = await capturing("v0", { filter }, both);
      assert.deepEqual(
        seen.map((each) => each.frame),
        [hex(one)],
        filter,
      );
    }
    const expected = { in: [frame], out: [back], inout: [frame, back] };
    for (const [direction, frames] of Object.entries(expected))
      for (const filter of ["", "udp"]) {
        const options = { direction: direction as "in", filter };
        const { seen } = await capturing("v0", options, both);
        assert.deepEqual(
          seen.map((each) => each.frame),
          frames.map(hex),
          direction,
        );
      }
  });

  it("gives each loopback packet once", async () => {
    for (const name of ["lo", "any"]) {
      const { seen } = await capturing(name, {}, () => sendFrame("lo", frame));
      assert.equal(seen.length, 1, name);
    }
  });

  it("filters in user space what the kernel can't filter", async () => {
    const { seen, capture } = await capturing("v0", { filter: "ip protochain 17" }, () => {
      sendFrame("v1", frame);
      sendFrame("v1", ethernet("b", "a", 0x800, ipv4(udp(1, 2), { protocol: 6 })));
    });
    assert.deepEqual(
      seen.map(({ frame }) => frame),
      [hex(frame)],
    );
    assert.equal(capture.statistics.received, 2);
    assert.equal(capture.statistics.captured, 1);
  });

  it("refuses an invalid filter before it opens a socket", () => {
    assert.throws(() => openCapture("v0", { filter: "tcp prot" }), { code: "usage" });
    assert.equal(promiscuity("v0"), 0);
  });

  it("captures on several interfaces at once, in order on each of them", async () => {
    cable("w0", "w1");
    const count = 3000;
    const { seen, capture } = await capturing(["v0", "w0"], { filter: "ether proto 0x88b5" }, () =>
      Promise.all(
        ["v1", "w1"].map((name) => generate({ index: indexOf(name), count, size: 60, rate: 30_000 })),
      ),
    );
    ip("link del w0");
    assert.deepEqual(
      capture.interfaces.map(({ name }) => name),
      ["v0", "w0"],
    );
    for (const id of [0, 1]) {
      const own = seen.filter(({ interfaceId }) => interfaceId === id);
      const numbers = own.map(({ frame }) =>
        Number.parseInt(frame.slice(NUMBER_AT * 2, NUMBER_AT * 2 + 8), 16),
      );
      assert.deepEqual(
        numbers,
        Array.from({ length: count }, (_, index) => index),
      );
      assert.equal(capture.statistics.interfaces[id]?.captured, count);
    }
  });

  it('captures on each interface that is up with "all"', () => {
    ip("link add idle type veth peer name idle2");
    using capture = openCapture("all", { bufferSize: 1 << 20 });
    ip("link del idle");
    assert.deepEqual(capture.interfaces.map(({ name }) => name).sort(), ["lo", "v0", "v1"]);
  });

  it("loses nothing that was received before it was stopped, under load", async () => {
    const generator = startGenerator({ index: indexOf("v1"), count: 10_000_000, size: 60, rate: 50_000 });
    const capture = openCapture("v0", { filter: "ether proto 0x88b5" });
    const numbers: number[] = [];
    const done = capture.eachBatch((batch) => {
      while (batch.next()) {
        const { bytes, start } = batch.packet;
        numbers.push(Buffer.from(bytes.buffer, bytes.byteOffset + start + NUMBER_AT, 4).readUInt32BE());
        if (numbers.length === 5000) capture.stop();
      }
    });
    await done;
    generator.kill("SIGKILL");
    // Packets that it sends later would be counted by the next test.
    await once(generator, "exit");
    const { received, dropped, captured } = capture.statistics;
    assert.equal(captured + dropped, received);
    assert.equal(numbers.length, captured);
    assert.ok(captured >= 5000);
    if (dropped === 0) assert.equal((numbers.at(-1) ?? 0) - (numbers[0] ?? 0) + 1, captured);
  });

  it("hands out no packet after one whose callback stops it", async () => {
    const controller = new AbortController();
    for (const stop of [(one: LiveCapture) => one.stop(), () => controller.abort()]) {
      const capture = openCapture("v0", { filter: "ether proto 0x88b5", signal: controller.signal });
      await generate({ index: indexOf("v1"), count: 50, size: 60, rate: 0 });
      let count = 0;
      await capture.each(() => {
        count++;
        stop(capture);
      });
      assert.equal(count, 1);
      assert.equal(capture.statistics.captured, 1);
      assert.equal(promiscuity("v0"), 0);
    }
  });

  it("counts packets that didn't fit into the ring", async () => {
    const capture = openCapture("v0", { bufferSize: 256 * 1024, filter: "ether proto 0x88b5" });
    // Nobody reads the ring meanwhile.
    await generate({ index: indexOf("v1"), count: 20_000, size: 1514, rate: 0 });
    capture.stop();
    const seen = await collect(capture);
    const { received, dropped, captured } = capture.statistics;
    assert.equal(received, 20_000);
    assert.equal(seen.length, captured);
    assert.ok(dropped > 0);
    assert.equal(captured + dropped, received);
  });

  it("ends when its signal aborts or its loop is left", async () => {
    const controller = new AbortController();
    const seen = collect(openCapture("v0", { signal: controller.signal }));
    sendFrame("v1", frame);
    controller.abort();
    assert.equal((await seen).length, 1);

    const capture = openCapture("v0", { immediate: true });
    sendFrame("v1", frame);
    for await (const batch of capture) {
      assert.ok(batch.next());
      break;
    }
    assert.equal(promiscuity("v0"), 0);
    assert.equal(capture.statistics.captured, 1);

    const aborted = openCapture("v0", { signal: AbortSignal.abort() });
    assert.deepEqual(await collect(aborted), []);
  });

  it("makes the interface promiscuous while it runs, by default", async () => {
    const quiet = openCapture("v0", { promiscuous: false });
    assert.equal(promiscuity("v0"), 0);
    quiet[Symbol.dispose]();
    const capture = openCapture("v0");
    assert.equal(promiscuity("v0"), 1);
    capture.stop();
    await collect(capture);
    assert.equal(promiscuity("v0"), 0);
  });

  it("leaves the interface not promiscuous when it is killed", async () => {
    const module = JSON.stringify(new URL("../../../src/capture/live/capture.js", import.meta.url));
    const script = `import { openCapture } from ${module};
      openCapture("v0").each(() => {}); console.log("ready");`;
    const child = spawn(process.execPath, ["--input-type=module", "--eval", script], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    await firstOutput(child);
    assert.equal(promiscuity("v0"), 1);
    child.kill("SIGKILL");
    await once(child, "exit");
    assert.equal(promiscuity("v0"), 0);
  });

  it("reports an interface that isn't up or doesn't exist", () => {
    ip("link add down0 type veth peer name down1");
    assert.throws(() => openCapture("down0"), {
      code: "kernel",
      message: /capture on down0: .*\(ENETDOWN\)/,
      errno: describeErrno(ENETDOWN),
    });
    ip("link del down0");
    assert.throws(() => openCapture("down0"), { code: "no-interface" });
    assert.throws(() => openCapture([]), { code: "no-interface" });
    assert.throws(() => openCapture("v0", { bufferSize: 1000 }), { code: "usage" });
    assert.throws(() => openCapture("v0", { bufferSize: 2 ** 33 }), { code: "usage" });
    assert.throws(() => sendFrame("down0", frame), { code: "no-interface" });
    assert.throws(() => sendFrame("v0", new Uint8Array(4000)), { code: "kernel", message: /EMSGSIZE/ });
  });

  for (const [how, command] of Object.entries({ removed: "link del x0", moved: "link set x0 netns 1" }))
    it(`gives the packets that were received before its interface is ${how}, and reports that`, async () => {
      cable("x0", "x1");
      const other = spawn("unshare", ["--net", "sleep", "60"]);
      try {
        const capture = openCapture("x0");
        const seen: number[] = [];
        const done = capture.each((packet) => void seen.push(packet.length));
        await generate({ index: indexOf("x1"), count: 500, size: 60, rate: 0 });
        await sleep(20);
        ip(command.replace("netns 1", `netns ${other.pid}`));
        await assert.rejects(done, {
          code: "no-interface",
          message: "cannot capture on x0: the interface disappeared",
          errno: describeErrno(ENODEV),
        });
        assert.equal(seen.length, 500);
      } finally {
        other.kill("SIGKILL");
      }
    });

  it("goes on when its interface is down for a while or one of several is removed", async () => {
    cable("y0", "y1");
    cable("z0", "z1");
    const events: InterfaceEvent[] = [];
    const capture = openCapture(["y0", "z0"], {
      onInterface: (event) => events.push(event),
      immediate: true,
    });
    const seen = collect(capture);
    ip("link set y0 down");
    while (events.length < 1) await sleep(1);
    ip("link del z0");
    while (!events.some(({ event }) => event === "gone")) await sleep(1);
    ip("link set y0 up");
    sendFrame("y1", frame);
    capture.stop();
    assert.deepEqual(
      (await seen).map(({ interfaceId }) => interfaceId),
      [0],
    );
    assert.deepEqual(events[0], { event: "down", ifname: "y0" });
    assert.deepEqual(events.at(-1), { event: "gone", ifname: "z0" });
    ip("link del y0");
  });

  it("throws a PromiscError without the privilege", async () => {
    const module = JSON.stringify(new URL("../../../src/capture/live/capture.js", import.meta.url));
    const script = `import { openCapture } from ${module};
      try { openCapture("v0"); } catch (error) { console.log(error.code); }`;
    const child = spawn(
      "setpriv",
      [
        "--bounding-set",
        "-all",
        "--inh-caps",
        "-all",
        "--",
        process.execPath,
        "--input-type=module",
        "--eval",
        script,
      ],
      {
        stdio: ["ignore", "pipe", "inherit"],
      },
    );
    assert.equal(String(await firstOutput(child)), "privilege\n");
  });

  it("reads the kernel's 32-bit counters repeatedly while it runs", {
    skip: lacking("strace"),
  }, () => {
    const module = new URL("../../../src/capture/live/capture.js", import.meta.url).href;
    // The timers run a thousand times as fast.
    const script = `
      const { setInterval } = globalThis;
      globalThis.setInterval = (call, ms) => setInterval(call, ms / 1000);
      const { openCapture } = await import(${JSON.stringify(module)});
      const capture = openCapture("v0");
      await new Promise((resolve) => setTimeout(resolve, 300));
      capture[Symbol.dispose]();`;
    const { stderr } = spawnSync(
      "strace",
      ["-f", "-e", "trace=getsockopt", process.execPath, "--input-type=module", "--eval", script],
      { encoding: "utf8" },
    );
    assert.ok(stderr.split("PACKET_STATISTICS").length > 5, stderr);
  });

  it("leaves zeros in views that outlive it, and many captures take no more memory than one", () => {
    const child = fileURLToPath(new URL("../../support/capture/late-reading-child.js", import.meta.url));
    const { signal, stdout } = spawnSync(process.execPath, ["--expose-gc", child, "v0", "v1", "20"], {
      encoding: "utf8",
      stdio: ["ignore", "pipe", "inherit"],
    });
    assert.equal(signal, null);
    const { seen, late, resident, addresses } = JSON.parse(stdout);
    assert.deepEqual({ seen, late }, { seen: 0xff, late: 0 });
    // Both are in MiB; each ring has 16.
    assert.ok(resident < 50 && addresses < 100, stdout);
  });
});

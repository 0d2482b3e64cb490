import assert from "node:assert/strict";
import { once } from "node:events";
import { describe, it } from "node:test";
import type { PoisoningEvent, PoisoningFinding } from "../../../src/detect/poisoning/event.js";
import { listenForPoisoning } from "../../../src/detect/poisoning/listen.js";
import { createLan, type Lan } from "../../../src/lab/lan.js";
import { Rtnetlink } from "../../../src/linux/netlink/rtnetlink.js";
import { PacketSender } from "../../../src/linux/packet/packet-send.js";
import { readInterface } from "../../../src/promiscuity/read.js";
import { arpReply } from "../../support/lan/arp-reply.js";
import { noTun } from "../../support/network/devices.js";
import { ip, isolate, noNamespaces } from "../../support/network/namespace.js";
import { cable, sendFrames } from "../../support/network/veth.js";
import { spawn } from "../../support/process/child-process.js";
import { lacking } from "../../support/process/peer.js";

isolate();

const pause = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));
const bytes = (mac: string): Buffer => Buffer.from(mac.replaceAll(":", ""), "hex");

function send(lan: Lan, host: number, frames: Iterable<Uint8Array>): void {
  lan.host(host).run(() => {
    using rtnetlink = new Rtnetlink();
    using sender = new PacketSender(rtnetlink.link("eth0", "test").index, "test");
    for (const frame of frames) sender.send(frame);
  });
}

const isFinding = (event: PoisoningEvent): event is PoisoningFinding => event.event === "finding";

/** Begins to listen on the first host, and returns the events after the start. */
async function listening(
  lan: Lan,
  name: string,
  signal?: AbortSignal,
): Promise<AsyncGenerator<PoisoningEvent, void>> {
  const events = listenForPoisoning({ interface: name, ...(signal ? { signal } : {}) });
  // The first event is asked for in the host's namespace, because listening begins with that.
  const { value: start } = await lan.host(1).run(() => events.next());
  assert.deepEqual(start, { event: "start", ifname: name });
  return events;
}

/** Returns the findings on the first host while `what` runs. */
async function heard(lan: Lan, what: () => unknown): Promise<PoisoningFinding[]> {
  const controller = new AbortController();
  const events = await listening(lan, "eth0", controller.signal);
  const found: PoisoningFinding[] = [];
  const end = (async () => {
    for await (const event of events) if (isFinding(event)) found.push(event);
  })();
  await what();
  await pause(200);
  controller.abort();
  await end;
  return found;
}

const skip = noNamespaces || noTun || lacking("ip");

describe("listening for poisoning", { skip, timeout: 60_000 }, () => {
  for (const isSwitch of [false, true])
    it(`reports a gateway whose address is taken over on a ${isSwitch ? "switch" : "hub"}`, async () => {
      using lan = createLan({ switch: isSwitch });
      const [me, gateway, attacker] = [lan.host(1), lan.host(2), lan.host(3)];
      me.run(() => ip(`route add default via ${gateway.ip}`));
      me.run(() => ip(`neigh add ${gateway.ip} lladdr ${gateway.mac} dev eth0`));
      const [finding, ...more] = await heard(lan, () => {
        send(lan, 3, Array(20).fill(arpReply(lan.host(1), gateway.ip, attacker.mac)));
      });
      assert.deepEqual(more, []);
      assert.equal(finding?.kind, "gateway-changed");
      assert.equal(finding?.severity, "alarm");
      assert.deepEqual(
        [finding?.address, finding?.mac, finding?.previousMac],
        [gateway.ip, attacker.mac, gateway.mac],
      );
      assert.match(finding?.time ?? "", /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{9}Z$/);
      assert.equal(
        me.run(() => readInterface("eth0").promiscuity),
        0,
      );
    });

  it("reports neighbour advertisements that take over an IPv6 address", {
    skip: lacking("ping"),
  }, async () => {
    using lan = createLan();
    // The attacker's kernel advertises the addresses that it has when it is asked for them.
    const victim = "fd00::2";
    lan.host(2).run(() => ip(`addr add ${victim}/64 dev eth0 nodad`));
    lan.host(1).run(() => ip("addr add fd00::1/64 dev eth0 nodad"));
    lan.host(1).run(() => ip(`neigh add ${victim} lladdr ${lan.host(2).mac} dev eth0 nud stale`));
    const found = await heard(lan, async () => {
      lan.host(2).run(() => ip(`addr del ${victim}/64 dev eth0`));
      lan.host(3).run(() => ip(`addr add ${victim}/64 dev eth0 nodad`));
      lan.host(1).run(() => ip("neigh flush dev eth0"));
      const ping = lan.host(1).run(() => spawn("ping", ["-c", "1", "-W", "1", victim], { stdio: "ignore" }));
      await once(ping, "exit");
    });
    assert.deepEqual(
      found.map(({ kind, address, mac }) => ({ kind, address, mac })),
      [{ kind: "changed", address: victim, mac: lan.host(3).mac }],
    );
  });

  it("follows this host's addresses and routers as they change", async () => {
    using lan = createLan();
    const [me, attacker] = [lan.host(1), lan.host(3)];
    const claims = async (address: string, mac = attacker.mac): Promise<void> => {
      send(lan, 3, [arpReply(me, address, mac)]);
      await pause(50);
    };
    me.run(() => ip("addr add 10.77.0.50/24 dev eth0"));
    const found = await heard(lan, async () => {
      // Anybody may claim an address that this host no longer has.
      me.run(() => ip("addr del 10.77.0.50/24 dev eth0"));
      await claims("10.77.0.50");
      me.run(() => ip("addr add 10.77.0.51/24 dev eth0"));
      await pause(20);
      await claims("10.77.0.51");
      me.run(() => ip("route add default via 10.77.0.2"));
      await claims("10.77.0.2", lan.host(2).mac);
      await claims("10.77.0.2");
    });
    assert.deepEqual(
      found.map(({ kind, address }) => `${kind} ${address}`).filter((each) => !each.startsWith("forged")),
      ["own-address-claimed 10.77.0.51", "gateway-changed 10.77.0.2"],
    );
  });

  it("reports nothing during the usual traffic of a LAN", { skip: lacking("ping") }, async () => {
    using lan = createLan();
    const found = await heard(lan, async () => {
      for (const host of [2, 3]) {
        const ping = lan
          .host(1)
          .run(() =>
            spawn("ping", ["-c", "2", "-i", "0.2", "-W", "1", lan.host(host).ip], { stdio: "ignore" }),
          );
        await once(ping, "exit");
      }
      // A host restarts its card, which sends duplicate address detection, announcements and router solicitations.
      lan.host(2).run(() => ip("link set eth0 down"));
      lan.host(2).run(() => ip("link set eth0 up"));
      await pause(1500);
    });
    assert.deepEqual(found, []);
  });

  it("survives malformed frames", async () => {
    using lan = createLan();
    const whole = arpReply(lan.host(1), "10.77.0.9", lan.host(3).mac);
    const found = await heard(lan, () => {
      send(
        lan,
        3,
        Array.from({ length: 46 }, (_, at) => whole.subarray(0, 14 + at)),
      );
      const nd = Buffer.concat([
        bytes(lan.host(1).mac),
        bytes(lan.host(3).mac),
        Buffer.from("86dd6000000000183aff", "hex"),
      ]);
      send(
        lan,
        3,
        Array.from({ length: 90 }, (_, at) => Buffer.concat([nd, Buffer.alloc(at, 136)])),
      );
    });
    assert.deepEqual(
      found.filter(({ kind }) => kind !== "forged-sender"),
      [],
    );
  });

  it("reports how many frames were lost, so that the sum is complete", async () => {
    cable("slow0", "slow1");
    ip("addr add 192.0.2.1/24 dev slow0");
    const controller = new AbortController();
    const { signal } = controller;
    const events = listenForPoisoning({ interface: "slow0", signal });
    await events.next();
    const { address: mac = "" } = readInterface("slow0");
    // Each frame makes a finding of its own: it claims this host's address with another hardware address.
    const frames = Array.from({ length: 40_000 }, (_, number) => {
      const other = `02:01:00:00:${(0x10000 | number).toString(16).slice(1).replace(/^../, "$&:")}`;
      return arpReply({ ip: "192.0.2.1", mac }, "192.0.2.1", other);
    });
    // Nothing is read meanwhile.
    sendFrames("slow1", frames);
    const count = { start: 0, finding: 0, lost: 0, down: 0 };
    for await (const event of events) {
      count[event.event] += event.event === "lost" ? event.frames : 1;
      if (event.event === "lost") controller.abort();
    }
    assert.ok(count.lost > 0);
    assert.equal(count.finding + count.lost, frames.length);
    assert.equal(count.down, 0);
    ip("link del slow0");
  });

  it("reports that its interface went down, goes on when it is up, and fails when it is removed", async () => {
    cable("flaky0", "flaky1");
    ip("addr add 192.0.2.1/24 dev flaky0");
    const events = listenForPoisoning({ interface: "flaky0" });
    assert.deepEqual((await events.next()).value, { event: "start", ifname: "flaky0" });
    ip("link set flaky0 down");
    const down = (await events.next()).value;
    assert.deepEqual([down?.event, down?.ifname], ["down", "flaky0"]);
    ip("link set flaky0 up");
    const { address: mac = "" } = readInterface("flaky0");
    const claim = arpReply({ ip: "192.0.2.1", mac }, "192.0.2.1", "02:00:00:00:00:66");
    sendFrames("flaky1", [claim]);
    assert.equal((await events.next()).value?.event, "finding");
    ip("link del flaky0");
    await assert.rejects(events.next(), {
      code: "no-interface",
      message: "cannot listen on flaky0: the interface disappeared",
    });
  });

  it("refuses an interface that isn't Ethernet, isn't up, or doesn't exist", async () => {
    using lan = createLan();
    await assert.rejects(listening(lan, "lo"), { code: "usage" });
    await assert.rejects(listening(lan, "nowhere"), { code: "no-interface" });
    lan.host(1).run(() => ip("link set eth0 down"));
    await assert.rejects(listening(lan, "eth0"), { code: "kernel" });
  });
});

import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { Askers } from "../../../../src/detect/decoy/dns/askers.js";
import { type Decoy, inventSlots } from "../../../../src/detect/decoy/dns/decoy.js";
import type { DnsDecoyQuery } from "../../../../src/detect/decoy/dns/event.js";
import { QueryListener } from "../../../../src/detect/decoy/dns/listener.js";
import type { DnsDecoyTarget } from "../../../../src/detect/decoy/dns/options.js";
import { readPtrQuery } from "../../../../src/detect/decoy/dns/query.js";
import { PromiscError } from "../../../../src/errors.js";
import { ptrMessage, reverseName, type Sender, tcpFrame, udpFrame } from "../../../support/lan/ptr-query.js";

const sniffer: Sender = { ip: "192.0.2.3", mac: "02:00:00:00:00:03" };
const router: Sender = { ip: "192.0.2.1", mac: "02:00:00:00:00:01" };
const prober: Sender = { ip: "192.0.2.9", mac: "02:00:00:00:00:09" };
const stranger: Sender = { ip: "192.0.2.66", mac: "02:00:00:00:00:66" };

/** The time at which decoys are sent, in seconds since 1970. */
const SENT = 1_800_000_000;

class Scene {
  readonly told: DnsDecoyQuery[] = [];
  readonly decoys: Decoy[];
  readonly listener: QueryListener;

  constructor({ targets = [sniffer, router], resolvers = [] as string[], rounds = 1 } = {}) {
    const hosts: DnsDecoyTarget[] = targets.map(({ ip, mac }) => ({ host: ip, mac }));
    const slots = inventSlots(hosts, rounds, [4, 6]);
    this.decoys = slots.flatMap(({ pairs }) =>
      pairs.flatMap(({ source, destination }) => [source, destination]),
    );
    this.listener = new QueryListener(hosts, slots, new Askers(hosts, resolvers), (query) =>
      this.told.push(query),
    );
  }

  send(): this {
    for (const decoy of this.decoys) decoy.sentAt = SENT * 1000;
    return this;
  }

  address(index: number): string {
    return this.decoys[index]?.address.text as string;
  }

  hear(frame: Uint8Array, { seconds = SENT + 1, packetType = 0 } = {}): this {
    // The frame isn't at the beginning of its memory, as in a ring.
    const bytes = new Uint8Array(frame.length + 20).fill(0xa5);
    bytes.set(frame, 9);
    const lengths = { capturedLength: frame.length, length: frame.length };
    this.listener.take({
      bytes,
      start: 9,
      ...lengths,
      seconds,
      nanoseconds: 5e8,
      interfaceId: 0,
      packetType,
    });
    return this;
  }

  ask(from: Sender, to: Sender, index: number, how: { seconds?: number; packetType?: number } = {}): this {
    return this.hear(udpFrame(from, to, ptrMessage([this.address(index)])), how);
  }

  get askers(): string[] {
    return this.told.map(({ asker }) => asker);
  }

  get verdicts(): string[] {
    return this.listener.results().map(({ verdict }) => verdict);
  }
}

describe("the sender of a query for a decoy's name", () => {
  it("is a target if both of its addresses are the target's, whichever slot the decoy was for", () => {
    const scene = new Scene().send().ask(sniffer, prober, 0).ask(sniffer, prober, 7);
    assert.deepEqual(scene.askers, ["target", "target"]);
    assert.deepEqual(
      scene.told.map(({ slot }) => slot.host),
      [sniffer.ip, router.ip],
    );
    assert.deepEqual(scene.verdicts, ["asks", "silent"]);
    assert.deepEqual(scene.told[0], {
      event: "query",
      time: "2027-01-15T08:00:01.500000000Z",
      asker: "target",
      finding: true,
      address: sniffer.ip,
      mac: sniffer.mac,
      target: { host: sniffer.ip, mac: sniffer.mac },
      decoy: scene.address(0),
      slot: { host: sniffer.ip, mac: sniffer.mac },
      delay: 1500,
      resolver: prober.ip,
      transport: "udp",
      port: 53,
    });
  });

  it("isn't a target if only one address is the target's", () => {
    const scene = new Scene()
      .send()
      .ask({ ip: sniffer.ip, mac: stranger.mac }, prober, 0)
      .ask({ ip: "203.0.113.7", mac: router.mac }, prober, 0)
      .ask(stranger, prober, 0);
    assert.deepEqual(scene.askers, ["target-address", "target-mac", "other"]);
    assert.ok(scene.told.every(({ finding }) => !finding));
    assert.deepEqual(scene.verdicts, ["silent", "silent"]);
  });

  it("isn't a target if it received a query for the name before, or is a known resolver", () => {
    const relaying = new Scene().send().ask(sniffer, router, 0).ask(router, prober, 0);
    assert.deepEqual(relaying.askers, ["target", "resolver"]);
    assert.deepEqual(relaying.verdicts, ["asks", "silent"]);
    // The router wasn't asked for this name.
    relaying.ask(router, prober, 1);
    assert.deepEqual(relaying.verdicts, ["asks", "asks"]);

    const known = new Scene({ resolvers: [router.ip] }).send().ask(router, prober, 0);
    assert.deepEqual(known.askers, ["resolver"]);
  });

  it("is this machine if the kernel reports the frame as sent, whatever its addresses", () => {
    const scene = new Scene().send().ask(sniffer, router, 0, { packetType: 4 });
    assert.deepEqual(scene.askers, ["self"]);
    assert.deepEqual(scene.verdicts, ["silent", "silent"]);
  });

  it("counts as spoofed if the decoy hasn't been sent yet", () => {
    const scene = new Scene().ask(sniffer, prober, 0);
    scene.send().ask(sniffer, prober, 1, { seconds: SENT - 1 });
    assert.deepEqual(scene.askers, ["spoofed", "spoofed"]);
    assert.ok(scene.told.every((query) => !query.finding && query.delay === undefined));
    assert.deepEqual(scene.verdicts, ["silent", "silent"]);
    scene.ask(sniffer, prober, 2);
    assert.deepEqual(scene.verdicts, ["disputed", "silent"]);
    assert.equal(scene.listener.results()[0]?.spoofed, 2);
  });

  it("is recognized by an IPv6 address in any spelling", () => {
    const target = { host: "FE80:0::3%eth0", mac: "02:00:00:00:00:AA" };
    const askers = new Askers([target], []);
    const sender = { address: "fe80::3", mac: "02:00:00:00:00:aa" };
    assert.deepEqual(askers.identify(sender, false, false), { asker: "target", target });
  });

  it("is reported once per decoy, and only up to a limit", () => {
    const scene = new Scene({ rounds: 10 }).send();
    for (let time = 0; time < 5; time++) scene.ask(sniffer, prober, 0);
    assert.equal(scene.told.length, 1);
    for (let number = 0; number < 100; number++) {
      const mac = `02:00:00:00:01:${number.toString(16).padStart(2, "0")}`;
      scene.ask({ ip: "192.0.2.66", mac }, prober, 1);
    }
    assert.equal(scene.told.length, 1 + 16);
    assert.equal(scene.listener.untold, 84);
    // A new finding is reported all the same.
    scene.ask(router, prober, 1);
    assert.equal(scene.told.at(-1)?.finding, true);
  });
});

describe("a query for a decoy's name", () => {
  const heard = (make: (scene: Scene) => Uint8Array): number => {
    const scene = new Scene().send();
    return scene.hear(make(scene)).told.length;
  };
  const message = (scene: Scene): Uint8Array => ptrMessage([scene.address(0)]);

  it("is recognized in UDP, TCP, mDNS and LLMNR", () => {
    assert.equal(
      heard((scene) => tcpFrame(sniffer, prober, message(scene))),
      1,
    );
    for (const port of [53, 5353, 5355])
      assert.equal(
        heard((scene) => udpFrame(sniffer, prober, message(scene), port)),
        1,
      );
    assert.equal(
      heard((scene) => udpFrame(sniffer, prober, message(scene), 54)),
      0,
    );
  });

  it("is recognized for IPv6 addresses, in upper and lower case, and among several questions", () => {
    const scene = new Scene().send();
    const [four, six] = [scene.address(0), scene.address(2)];
    assert.match(four, /^198\.19\./);
    assert.match(six, /^2001:2:/);
    const questions = [four, six].map((address) => ({
      name: reverseName(address).toUpperCase(),
      type: 12,
      class: 0x8001,
    }));
    scene.hear(udpFrame(sniffer, prober, ptrMessage([], { questions }), 5353));
    assert.deepEqual(
      scene.told.map(({ decoy }) => decoy),
      [four, six],
    );
  });

  it("isn't an answer, an update, or a query of another type or name", () => {
    assert.equal(
      heard((scene) => udpFrame(sniffer, prober, ptrMessage([scene.address(0)], { response: true }))),
      0,
    );
    assert.equal(
      heard((scene) => udpFrame(sniffer, prober, ptrMessage([scene.address(0)], { opcode: 5 }))),
      0,
    );
    const a = (scene: Scene) => [{ name: reverseName(scene.address(0)), type: 1, class: 1 }];
    assert.equal(
      heard((scene) => udpFrame(sniffer, prober, ptrMessage([], { questions: a(scene) }))),
      0,
    );
    assert.equal(
      heard(() => udpFrame(sniffer, prober, ptrMessage(["198.19.0.0", "192.0.2.1"]))),
      0,
    );
  });

  it("is ignored and counted if it is malformed", () => {
    const scene = new Scene().send();
    const whole = udpFrame(sniffer, prober, message(scene));
    for (let length = 0; length < whole.length; length++) scene.hear(whole.subarray(0, length));
    const query = message(scene);
    query.fill(0xff, 12, 20);
    scene.hear(udpFrame(sniffer, prober, query));
    assert.equal(scene.told.length, 0);
    assert.ok(scene.listener.malformed > 0);
  });

  it("is read from random bytes, or reported as malformed", () => {
    const whole = udpFrame(sniffer, prober, ptrMessage(["198.19.1.2"]));
    const changes = fc.array(fc.tuple(fc.nat(whole.length - 1), fc.nat(255)), { maxLength: 8 });
    fc.assert(
      fc.property(changes, fc.nat(whole.length), (changed, length) => {
        const bytes = Uint8Array.from(whole);
        for (const [at, value] of changed) bytes[at] = value;
        try {
          readPtrQuery(bytes, 0, length);
        } catch (error) {
          assert.ok(error instanceof PromiscError && error.code === "malformed", String(error));
        }
      }),
      { numRuns: 5000 },
    );
  });
});

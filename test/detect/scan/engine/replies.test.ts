import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { Exchange } from "../../../../src/detect/scan/engine/exchange.js";
import { HostTable, type Row } from "../../../../src/detect/scan/engine/host-table.js";
import { Replies } from "../../../../src/detect/scan/engine/replies.js";
import { EVERYONE, macBytes, ProbeFrame, type Prober } from "../../../../src/detect/scan/probe/frame.js";
import {
  isShared,
  type Probe,
  type ProbeKind,
  type ProbeNumber,
  probeCatalogue,
  probeKinds,
} from "../../../../src/detect/scan/probe/probe.js";
import { Random } from "../../../fuzz/random.js";
import { type Answerer, answerTo } from "../../../support/lan/answers.js";

const prober: Prober = { mac: "02:00:00:00:00:01", ipv4: "10.0.0.1", ipv6: "fe80::1" };
const TOKEN = Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8);
const answerer = (last: number): Answerer => ({
  mac: macBytes(`02:00:00:00:00:${last.toString(16).padStart(2, "0")}`),
  ipv6: Uint8Array.of(0xfe, 0x80, ...new Array(13).fill(0), last),
});
const STRANGERS = 4;
const FIRST = 0 as Row;

/** A scan's state with some hosts, 10.0.0.2 and following, whose hardware addresses are known. */
class Scene {
  readonly hosts: HostTable;
  readonly exchange: Exchange;
  readonly replies: Replies;
  readonly #frames: ReadonlyMap<ProbeKind, ProbeFrame>;

  constructor(count = 1, { isKnown = true, takesStrangers = true } = {}) {
    this.hosts = new HostTable(count + STRANGERS);
    for (let number = 2; number < count + 2; number++) {
      const { mac, ipv6 } = answerer(number);
      const row = this.hosts.add();
      this.hosts.setIpv4(row, Uint8Array.of(10, 0, 0, number), 0);
      if (!isKnown) continue;
      this.hosts.setIpv6(row, ipv6, 0);
      this.hosts.setMac(row, mac, 0);
    }
    this.exchange = new Exchange(probeCatalogue(), this.hosts);
    const own = { mac: macBytes(prober.mac), ipv4: Uint8Array.of(10, 0, 0, 1) };
    this.replies = new Replies(this.exchange, own, TOKEN, takesStrangers);
    this.replies.isDiscovering = !isKnown;
    this.#frames = new Map(probeKinds.map((kind) => [kind, new ProbeFrame(kind, prober, TOKEN, 1)]));
  }

  /** Returns the numbers of probes, in the order in which they are sent. */
  probes(wanted: (probe: Probe) => boolean): ProbeNumber[] {
    return this.exchange.probes.filter((number) => wanted(this.exchange.probe(number)));
  }

  one(kind: ProbeKind, role: Probe["role"]): ProbeNumber {
    return this.probes((probe) => probe.kind === kind && probe.role === role)[0] as ProbeNumber;
  }

  /** Sends a probe, and returns its frame. */
  ask(number: ProbeNumber, row = FIRST): Uint8Array {
    const { kind, destination = "02:00:00:00:00:02" } = this.exchange.probe(number);
    const frame = this.#frames.get(kind) as ProbeFrame;
    const isIpv4 = kind === "arp" || kind === "icmp";
    const { ipv4, ipv6 } = this.hosts;
    frame.setDestination(macBytes(destination), 0);
    if (isShared({ kind } as Probe)) frame.setTarget(undefined, 0, EVERYONE, number, 1);
    else frame.setTarget(isIpv4 ? ipv4 : ipv6, row * (isIpv4 ? 4 : 16), row, number, 1);
    this.exchange.begin(number, row, 0);
    return frame.bytes.slice();
  }

  take(frame: Uint8Array): void {
    this.replies.take(frame, 0, frame.length, 1);
  }

  /** Returns how often a probe was answered, and how often by another machine. */
  outcome(number: ProbeNumber, row = FIRST): [answered: number, another: number] {
    return [this.exchange.answered(number, row), this.exchange.another(number, row)];
  }
}

const all = (): boolean => true;
/** Returns a copy of a frame with other bytes at an offset. */
const changed = (frame: Uint8Array, at: number, ...bytes: number[]): Uint8Array => {
  const copy = frame.slice();
  copy.set(bytes, at);
  return copy;
};

describe("an answer to a probe", () => {
  it("is counted for exactly the probe that it answers, once per sent probe", () => {
    const scene = new Scene();
    for (const number of scene.probes(({ role }) => role !== "discovery")) {
      const answer = answerTo(scene.ask(number), answerer(2));
      const before = scene.probes(all).map((each) => scene.exchange.answered(each, FIRST));
      for (const _twice of [1, 2]) scene.take(answer);
      const after = scene.probes(all).map((each) => scene.exchange.answered(each, FIRST));
      assert.deepEqual(
        after.map((count, at) => count - (before[at] as number)),
        scene.probes(all).map((each) => (each === number ? 1 : 0)),
      );
    }
    assert.equal(scene.exchange.outstanding, 0);
    assert.equal(scene.hosts.isContested[0], 0);
  });

  it("isn't counted if nothing was asked, or the probe is answered already", () => {
    const scene = new Scene();
    const number = scene.one("arp", "control");
    const answer = answerTo(scene.ask(number), answerer(2));
    scene.take(answer);
    const other = scene.one("arp", "random-group");
    scene.take(answer);
    assert.deepEqual(scene.outcome(number), [1, 0]);
    assert.deepEqual(scene.outcome(other), [0, 0]);
  });

  it("is counted for the earlier probe if it is late, until its host is asked again", () => {
    const scene = new Scene();
    const [first, second] = scene.probes(({ kind, role }) => kind === "icmp" && role === "random-group");
    const late = answerTo(scene.ask(first as ProbeNumber), answerer(2));
    scene.exchange.endRound();
    scene.ask(second as ProbeNumber);
    scene.take(late);
    // The answer is assigned by its token.
    assert.deepEqual(scene.outcome(first as ProbeNumber), [1, 0]);
    assert.deepEqual(scene.outcome(second as ProbeNumber), [0, 0]);
  });

  const forgeries: readonly [name: string, kind: ProbeKind, forge: (answer: Uint8Array) => Uint8Array][] = [
    ["if it is in a frame to another machine", "arp", (answer) => changed(answer, 5, 0x77)],
    ["if it is to another machine's address", "arp", (answer) => changed(answer, 41, 0x77)],
    ["if it is a request", "arp", (answer) => changed(answer, 21, 1)],
    ["if it is about hardware that isn't Ethernet", "arp", (answer) => changed(answer, 15, 6)],
    ["if it is about an address that wasn't asked for", "arp", (answer) => changed(answer, 31, 0x77)],
    ["if it has another scan's token", "icmp", (answer) => changed(answer, 42, 0x77)],
    [
      "if it names a host that doesn't exist",
      "icmp",
      (answer) => changed(answer, 50, 0x7f, 0xff, 0xff, 0xff),
    ],
    ["if it names a probe that doesn't exist", "icmp", (answer) => changed(answer, 54, 0xff)],
    ["if it names a probe of another kind", "icmp", (answer) => changed(answer, 54, 4)],
    ["if it comes from another address", "icmp", (answer) => changed(answer, 29, 0x77)],
    ["if it is a request", "icmp", (answer) => changed(answer, 34, 8)],
    ["if its header length is zero", "icmp", (answer) => changed(answer, 14, 0x40)],
    ["if its header length is beyond its end", "icmp", (answer) => changed(answer, 14, 0x4f)],
    ["if its token is cut off", "icmp", (answer) => answer.subarray(0, 56)],
    ["if it has another scan's token", "icmp6", (answer) => changed(answer, 62, 0x77)],
    ["if it comes from another address", "icmp6", (answer) => changed(answer, 37, 0x77)],
    ["if it quotes another scan's packet", "option", (answer) => changed(answer, 118, 0x77)],
    ["if it is about an address that wasn't asked for", "nd", (answer) => changed(answer, 77, 0x77)],
  ];
  for (const [name, kind, forge] of forgeries)
    it(`isn't counted ${name} (${kind})`, () => {
      const scene = new Scene();
      const number = scene.one(kind, "random-group");
      const answer = answerTo(scene.ask(number), answerer(2));
      scene.take(forge(answer));
      assert.deepEqual(
        scene.probes(all).filter((each) => scene.outcome(each).some((count) => count > 0)),
        [],
      );
      // The unchanged answer is counted, so only the change was the reason.
      scene.take(answer);
      assert.deepEqual(scene.outcome(number), [1, 0]);
    });

  it("by another machine is counted for that machine, and makes the address contested", () => {
    for (const kind of probeKinds.filter((each) => !isShared({ kind: each } as Probe))) {
      const scene = new Scene();
      const number = scene.one(kind, "random-group");
      scene.take(answerTo(scene.ask(number), answerer(9)));
      assert.deepEqual(scene.outcome(number), [0, 1], kind);
      assert.equal(scene.hosts.count, 2);
      assert.deepEqual([...scene.hosts.isContested.subarray(0, 2)], [1, 1]);
    }
  });

  it("isn't counted for the host if it names another sender than its frame does", () => {
    const scene = new Scene();
    const number = scene.one("arp", "random-group");
    // The answer names the host, but another machine sent it.
    scene.take(changed(answerTo(scene.ask(number), answerer(2)), 6, ...answerer(9).mac));
    assert.deepEqual(scene.outcome(number), [0, 1]);
    assert.equal(scene.hosts.isContested[0], 1);
  });

  it("to a probe for all nodes makes a new host known, but only during discovery without named targets", () => {
    for (const [takesStrangers, expected] of [
      [true, 2],
      [false, 1],
    ] as const) {
      const scene = new Scene(1, { isKnown: false, takesStrangers });
      const answer = answerTo(scene.ask(scene.one("icmp6-all", "discovery")), answerer(7));
      scene.take(answer);
      assert.equal(scene.hosts.count, expected);
      scene.replies.isDiscovering = false;
      scene.take(answerTo(scene.ask(scene.one("icmp6-all", "discovery")), answerer(8)));
      assert.equal(scene.hosts.count, expected);
    }
  });
});

describe("a flood of answers to a scan", () => {
  it("adds at most three machines that claim a host's address, and the host's own answers still count", () => {
    const scene = new Scene(2);
    const number = scene.one("arp", "control");
    const probe = scene.ask(number);
    for (let liar = 0x10; liar < 0xf0; liar++) scene.take(answerTo(probe, answerer(liar)));
    scene.take(answerTo(probe, answerer(2)));
    assert.equal(scene.hosts.count, 5);
    assert.deepEqual([...scene.hosts.isContested.subarray(0, 5)], [1, 0, 1, 1, 1]);
    assert.equal(scene.exchange.answered(number, FIRST), 1);
  });

  it("adds machines that weren't asked up to a limit, and the rest are counted", () => {
    const scene = new Scene(1, { isKnown: false });
    const probe = scene.ask(scene.one("icmp6-all", "discovery"));
    for (let stranger = 0x10; stranger < 0xf0; stranger++) scene.take(answerTo(probe, answerer(stranger)));
    assert.equal(scene.hosts.count, 1 + STRANGERS);
    assert.equal(scene.hosts.leftOut, 0xe0 - STRANGERS);
  });

  it("changes only what valid answers may change if its answers are damaged at random", () => {
    const scene = new Scene(3);
    const random = new Random(7);
    const numbers = scene.probes(({ role }) => role !== "discovery");
    const answers: Uint8Array[] = [];
    for (const row of scene.hosts.rows())
      for (const number of numbers) answers.push(answerTo(scene.ask(number, row), answerer(row + 2)));
    for (let time = 0; time < 100_000; time++) {
      const answer = random.pick(answers).slice(0, 1 + random.below(160));
      for (let bytes = random.below(8); bytes > 0; bytes--)
        answer[random.below(answer.length)] = random.below(256);
      scene.take(answer);
    }
    for (const row of scene.hosts.rows())
      for (const number of numbers)
        assert.ok(scene.exchange.answered(number, row) <= scene.exchange.sent(number, row));
    assert.ok(scene.hosts.count <= 3 + STRANGERS);
    // The addresses of the hosts haven't changed.
    for (let row = 0; row < 3; row++) {
      assert.deepEqual(scene.hosts.mac.slice(row * 6, row * 6 + 6), answerer(row + 2).mac);
      assert.deepEqual(scene.hosts.ipv6.slice(row * 16, row * 16 + 16), answerer(row + 2).ipv6);
    }
  });
});

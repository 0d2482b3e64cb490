import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { Pacer } from "../../../src/detect/load/block.js";
import { describeLoad, type LoadOptions, planLoad } from "../../../src/detect/load/plan.js";

const target = { host: "192.0.2.1", mac: "02:00:00:00:00:01" };
const options: LoadOptions = { interface: "eth0", targets: [target] };

describe("the plan of a load test", () => {
  it("describes what is sent in numbers and in words", () => {
    const { frames, requests, loadedSeconds, seconds } = planLoad({ ...options, targets: [target, target] });
    assert.deepEqual([frames, requests, loadedSeconds, seconds], [50_000, 802, 10, 22]);
    assert.equal(
      describeLoad({ ...options, rounds: 1, rate: 1000, frameSize: 1000 }),
      "Sends up to 1,000 frames per second, of 1,000 bytes each, through eth0 (8 Mbit/s) to an address that nobody has, which a switch " +
        "passes to every host, for 0.5 seconds in 1 block: 500 frames, 0.5 MB; and 21 echo requests to 1 host; " +
        "takes about 3 seconds.",
    );
  });

  const refused: readonly [string, Partial<LoadOptions>, RegExp][] = [
    ["no rounds", { rounds: 0 }, /0 rounds/],
    ["too many rounds", { rounds: 101 }, /101 rounds/],
    ["half a round", { rounds: 1.5 }, /1.5 rounds/],
    ["a rate of no frames", { rate: 0 }, /0 frames per second/],
    ["too many frames", { rate: 20_001 }, /20001 frames per second/],
    ["a rate that isn't a number", { rate: Number.NaN }, /option rate must be a number, not NaN/],
    ["too short frames", { frameSize: 59 }, /59 bytes per frame/],
    ["too long frames", { frameSize: 1515 }, /1515 bytes per frame/],
    ["more than a hundred megabits", { rate: 10_000, frameSize: 1514 }, /100 Mbit\/s/],
    ["no targets", { targets: [] }, /0 targets/],
    ["too many targets", { targets: new Array(65).fill(target) }, /65 targets/],
  ];
  for (const [name, wrong, message] of refused)
    it(`refuses ${name}`, () => {
      assert.throws(() => describeLoad({ ...options, ...wrong }), { code: "usage", message });
    });
});

describe("the pacer", () => {
  it("keeps the rate and the total limit", () => {
    const pacer = new Pacer(2000, 900, 0);
    let sent = 0;
    for (let now = 1; now <= 400; now++) sent += pacer.due(now);
    assert.equal(sent, 800);
    for (let now = 401; now <= 1000; now++) sent += pacer.due(now);
    assert.equal(sent, 900);
  });

  it("makes up for at most ten milliseconds after the event loop was late", () => {
    const pacer = new Pacer(1000, 10_000, 0);
    assert.equal(pacer.due(5000), 10);
    assert.equal(pacer.due(5001), 1);
  });

  it("works at a low rate", () => {
    const pacer = new Pacer(1, 10, 0);
    let sent = 0;
    for (let now = 100; now <= 3000; now += 100) sent += pacer.due(now);
    assert.ok(sent === 2 || sent === 3, `${sent}`);
  });

  it("never exceeds the rate and one burst between any two moments", () => {
    const steps = fc.array(fc.double({ min: 0, max: 50, noNaN: true }), { minLength: 1, maxLength: 60 });
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 20_000 }), steps, (rate, waits) => {
        const pacer = new Pacer(rate, Number.MAX_SAFE_INTEGER, 0);
        const history: { now: number; sent: number }[] = [];
        let now = 0;
        for (const wait of waits) {
          now += wait;
          history.push({ now, sent: pacer.due(now) });
        }
        for (const [from, { now: start }] of history.entries()) {
          let sum = 0;
          for (const { now: end, sent } of history.slice(from)) {
            sum += sent;
            assert.ok(sum <= ((end - start) * rate) / 1000 + Math.max(1, rate / 100) + 1e-6);
          }
        }
      }),
    );
  });
});

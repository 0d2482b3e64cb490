import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { accountFor, type Claim } from "../../../src/promiscuity/holders/accounting.js";
import type { Holder } from "../../../src/promiscuity/holders/holder.js";

function claim(certainty: Claim["certainty"], name = "d"): Claim {
  const device = { ifindex: 1, ifname: name, infoKind: "bridge", netns: 1 };
  return { holder: { kind: "device", units: 1, device, relation: "its port" }, certainty };
}

const flag: Claim = { holder: { kind: "flag", units: 1 }, certainty: "counted" };
const blindness = { reason: "2 processes hide", remedy: "sudo" };
const inShort = (holders: readonly Holder[]): string[] =>
  holders.map(({ kind, units }) => `${units} ${kind}`);

describe("accountFor", () => {
  it("gives each claimant its unit if they add up to the count", () => {
    assert.deepEqual(inShort(accountFor(3, [flag, claim("derived"), claim("possible")])), [
      "1 flag",
      "1 device",
      "1 device",
    ]);
  });

  it("leaves out a possible claim if no unit is left", () => {
    assert.deepEqual(inShort(accountFor(1, [flag, claim("possible")])), ["1 flag"]);
  });

  it("doesn't guess which of several possible claimants has a unit", () => {
    const holders = accountFor(2, [flag, claim("possible", "a"), claim("possible", "b")]);
    assert.deepEqual(inShort(holders), ["1 flag", "1 unexplained"]);
    const [, unexplained] = holders;
    assert.equal(unexplained?.kind, "unexplained");
    assert.equal(unexplained.candidates.length, 2);
  });

  it("reports units that nobody claims as unexplained", () => {
    assert.deepEqual(inShort(accountFor(3, [flag])), ["1 flag", "2 unexplained"]);
  });

  it("reports such units as hidden if the reader can't see everything", () => {
    assert.deepEqual(inShort(accountFor(3, [flag], blindness)), ["1 flag", "2 hidden"]);
  });

  it("doesn't trust certain claims more than the count", () => {
    const holders = accountFor(2, [flag, claim("derived", "a"), claim("derived", "b")]);
    assert.deepEqual(inShort(holders), ["1 flag", "1 unexplained"]);
  });

  it("adds up to the count for any claims, if the kernel counted at least the claims it counted itself", () => {
    const claims = fc.array(fc.constantFrom(claim("counted"), claim("derived"), claim("possible")), {
      maxLength: 6,
    });
    fc.assert(
      fc.property(claims, fc.nat(8), fc.boolean(), (all, extra, isBlind) => {
        const counted = all.filter(({ certainty }) => certainty === "counted").length;
        const count = counted + extra;
        const holders = accountFor(count, all, isBlind ? blindness : undefined);
        assert.equal(
          holders.reduce((sum, { units }) => sum + units, 0),
          count,
        );
      }),
    );
  });
});

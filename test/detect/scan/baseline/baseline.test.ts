import assert from "node:assert/strict";
import { describe, it } from "node:test";
import {
  type Baseline,
  emptyBaseline,
  parseBaseline,
  updateBaseline,
} from "../../../../src/detect/scan/baseline/baseline.js";
import type { HostReport } from "../../../../src/detect/scan/report.js";
import { evidenceOf } from "../../../support/lan/evidence.js";

const DAY_MS = 24 * 60 * 60 * 1000;
const begin = Date.parse("2027-01-01T00:00:00.000Z");

function found(host: string): HostReport {
  return {
    host,
    mac: "52:54:00:12:34:56",
    ifname: "eth0",
    verdict: "filtering",
    confidence: 0.9,
    evidence: ["answers none"],
    ...evidenceOf(() => 0),
  };
}

const hostsOf = ({ hosts }: Baseline): Set<string> => new Set(hosts.map(({ host }) => host));

describe("the baseline of a scan", () => {
  it("keeps a host that is often there, however many others come and go", () => {
    let baseline = emptyBaseline;
    for (let scan = 0; scan < 3; scan++)
      baseline = updateBaseline(baseline, [found("10.0.0.1"), found("10.0.0.2")], new Date(begin + scan));
    for (let scan = 0; scan < 30; scan++) {
      const strangers = Array.from({ length: 1024 }, (_, at) => found(`fe80::${scan}:${at}`));
      baseline = updateBaseline(baseline, [found("10.0.0.1"), ...strangers], new Date(begin + DAY_MS + scan));
    }
    assert.ok(baseline.hosts.length <= 8192 + 1025, `${baseline.hosts.length} hosts are kept`);
    const hosts = hostsOf(baseline);
    assert.ok(hosts.has("10.0.0.1") && hosts.has("10.0.0.2"));
    // Only the last of the other hosts are kept.
    assert.ok(hosts.has("fe80::29:7") && !hosts.has("fe80::0:7"));
  });

  it("forgets a host that wasn't found for 90 days", () => {
    const first = updateBaseline(emptyBaseline, [found("10.0.0.1"), found("10.0.0.2")], new Date(begin));
    const later = updateBaseline(first, [found("10.0.0.1")], new Date(begin + 90 * DAY_MS));
    assert.deepEqual([...hostsOf(later)], ["10.0.0.1", "10.0.0.2"]);
    const last = updateBaseline(later, [found("10.0.0.1")], new Date(begin + 90 * DAY_MS + 1));
    assert.deepEqual([...hostsOf(last)], ["10.0.0.1"]);
  });

  it("is read as it was written, also from before scans were counted", () => {
    const baseline = updateBaseline(emptyBaseline, [found("10.0.0.1")], new Date(begin));
    assert.deepEqual(parseBaseline(JSON.stringify(baseline), "b.json"), baseline);
    const [host] = baseline.hosts;
    const { scans: _, ...old } = host as NonNullable<typeof host>;
    parseBaseline(JSON.stringify({ schema: 1, hosts: [old] }), "b.json");
  });

  const wrong: [string, unknown, string][] = [
    ["filtering", null, "be a time such as 2027-06-30T18:00:00.000Z, and is null"],
    ["filtering", "yesterday", 'be a time such as 2027-06-30T18:00:00.000Z, and is "yesterday"'],
    ["host", 7, "be an IP address, and is 7"],
    ["mac", "none", 'be an Ethernet address, and is "none"'],
    [
      "verdict",
      "toString",
      'be one of filtering, open, partial, unfiltered-device, unreachable, and is "toString"',
    ],
    ["confidence", "1", 'be a number from 0 to 1, and is "1"'],
    ["confidence", 2, "be a number from 0 to 1, and is 2"],
    ["evidence", [1], "be a list of texts, and is [1]"],
    ["answered", undefined, "be a list of texts, and is missing"],
    ["time", {}, "be a time such as 2027-06-30T18:00:00.000Z, and is {}"],
    ["scans", 0.5, "be a whole number above 0, and is 0.5"],
  ];
  for (const [key, value, must] of wrong)
    it(`with ${key}: ${JSON.stringify(value)} is refused, with the place of the error`, () => {
      const { hosts } = updateBaseline(
        emptyBaseline,
        [found("10.0.0.1"), found("10.0.0.2")],
        new Date(begin),
      );
      const text = JSON.stringify({ schema: 1, hosts: [hosts[0], { ...hosts[1], [key]: value }] });
      assert.throws(() => parseBaseline(text, "b.json"), {
        name: "PromiscError",
        code: "malformed",
        message: `cannot read baseline b.json: hosts[1].${key} must ${must}`,
      });
    });

  it("with a host that isn't an object is refused", () => {
    assert.throws(() => parseBaseline('{"schema":1,"hosts":[null]}', "b.json"), {
      message: "cannot read baseline b.json: hosts[0] must be an object, and is null",
    });
  });
});

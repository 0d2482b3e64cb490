import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { formatHosts } from "../../../src/cli/scan/host-table.js";
import type { HostReport } from "../../../src/detect/scan/report.js";
import { evidenceOf } from "../../support/lan/evidence.js";

const report: HostReport = {
  host: "192.0.2.7",
  mac: "52:54:00:12:34:56",
  vendor: "A vendor whose name is longer than the column",
  ifname: "eth0",
  verdict: "open",
  confidence: 0.75,
  evidence: ["answers all", "it is eth\x1b[2J0 in net:[1]"],
  ...evidenceOf(() => 1),
};

describe("the table of promisc scan", () => {
  it("has one line per host and further evidence below it, without control characters", () => {
    assert.equal(
      formatHosts([report], {
        compare: false,
        verbose: false,
        width: Number.POSITIVE_INFINITY,
        colour: false,
      }),
      "HOST       MAC                VENDOR                    VERDICT  SURE  EVIDENCE\n" +
        "192.0.2.7  52:54:00:12:34:56  A vendor whose name is …  open      75%  answers all\n" +
        "    it is eth\\x1b[2J0 in net:[1]\n",
    );
  });

  it("fits a terminal: with evidence cut, below the host if there is no room beside it, or whole if asked for", () => {
    const long = { ...report, evidence: ["answers all probes in frames for group addresses", "and more"] };
    const options = { compare: false, verbose: false, colour: false };
    for (const width of [80, 100, 110, 130]) {
      const lines = formatHosts([long], { ...options, width })
        .trimEnd()
        .split("\n");
      assert.ok(
        lines.every((line) => line.length <= width),
        lines.join("\n"),
      );
      assert.equal(lines.length, width < 103 ? 3 : 2);
      assert.doesNotMatch(lines.join("\n"), /and more/);
      assert.match(
        formatHosts([long], { ...options, width, verbose: true }),
        /group addresses\n {4}and more\n$/,
      );
    }
  });

  it("marks verdicts by colour if colours are wanted", () => {
    const [, line] = formatHosts([report], {
      compare: false,
      verbose: false,
      width: Number.POSITIVE_INFINITY,
      colour: true,
    }).split("\n");
    assert.ok(line?.startsWith("\x1b[1;31m192.0.2.7 ") && line.endsWith("\x1b[0m"), line);
  });
});

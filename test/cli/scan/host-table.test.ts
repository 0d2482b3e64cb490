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
      formatHosts([report], { compare: false, colour: false }),
      "HOST       MAC                VENDOR                    VERDICT  SURE  EVIDENCE\n" +
        "192.0.2.7  52:54:00:12:34:56  A vendor whose name is …  open      75%  answers all\n" +
        "    it is eth\\x1b[2J0 in net:[1]\n",
    );
  });

  it("marks verdicts by colour if colours are wanted", () => {
    const [, line] = formatHosts([report], { compare: false, colour: true }).split("\n");
    assert.ok(line?.startsWith("\x1b[1;31m192.0.2.7 ") && line.endsWith("\x1b[0m"), line);
  });
});

import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { refusedOptions } from "../../src/cli/capture/refused-options.js";
import { promisc } from "../support/process/program.js";

describe("an option of tcpdump that promisc refuses", () => {
  for (const { flags, reason, hint } of refusedOptions) {
    const [name = "", ...rest] = flags.replace(/ <.*>/, " x").split(/,? /);
    it(`${name} is an error that says what to do instead`, () => {
      const { status, stdout, stderr } = promisc([
        "capture",
        "-d",
        name,
        ...rest.filter((word) => word === "x"),
      ]);
      assert.deepEqual(
        { status, stdout, stderr },
        { status: 2, stdout: "", stderr: `promisc: cannot capture: ${name} ${reason}\n${hint}\n` },
      );
    });
  }

  it("isn't shown by --help", () => {
    const help = promisc(["capture", "--help"]).stdout;
    for (const { flags } of refusedOptions) assert.ok(!help.includes(`  ${flags}`), flags);
  });
});

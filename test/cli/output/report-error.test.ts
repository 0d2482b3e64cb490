import assert from "node:assert/strict";
import { it } from "node:test";
import { spawnSync } from "../../support/process/child-process.js";

/** This file stands in build/test/cli/output. */
const built = (path: string): string => new URL(`../../../src/${path}`, import.meta.url).href;

/** Reports an error in a process of its own, and returns what that says. */
function reported(details: string, debug: boolean): string {
  const script = `
    import { PromiscError } from "${built("errors.js")}";
    import { reportError } from "${built("cli/output/report-error.js")}";
    reportError(new PromiscError(${details}), ${debug});`;
  return spawnSync(process.execPath, ["--input-type=module", "--eval", script], { encoding: "utf8" }).stderr;
}

const refused = `{ code: "kernel", operation: "set it", reason: "no", request: Uint8Array.of(1, 2), attribute`;

it("--debug shows the attribute that the kernel refused", () => {
  const named = `${refused}: { offset: 32, name: "IFLA_MTU" } }`;
  assert.match(
    reported(named, true),
    /\n {4}request: 0102\n {4}refused attribute: IFLA_MTU, at byte 32 of the request\n$/,
  );
  assert.match(
    reported(`${refused}: { offset: 40 } }`, true),
    /refused attribute: of unknown name, at byte 40 /,
  );
  assert.equal(reported(named, false), "promisc: cannot set it: no\n");
});

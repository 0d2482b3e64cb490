import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, it } from "node:test";
import { fileURLToPath } from "node:url";
import { execFileSync } from "../support/child-process.js";
import { ip, isolate, noNamespaces } from "../support/namespace.js";
import { lacking } from "../support/peer.js";

isolate();

const root = fileURLToPath(new URL("../../..", import.meta.url));

/** What a TypeScript program that uses the library looks like. */
const consumer = `
import { diagnose, holdPromiscuous, PromiscError, readInterface, readInterfaces, runPromiscuous, setPromiscuous } from "promisc";
import type { InterfaceState, PromiscuityChange } from "promisc";

const change: PromiscuityChange = setPromiscuous("v0", true);
{
  using hold = holdPromiscuous("v0");
  const state: InterfaceState = readInterface("v0");
  console.log(change.after.promiscuity, hold.interfaces.length, state.promiscuity, state.promisc_flag);
}
setPromiscuous("v0", false, { via: "ioctl" });
const end = await runPromiscuous(["v0"], "sh", ["-c", "exit 3"]);
console.log("status" in end && end.status, readInterfaces().every((each) => !each.promiscuous));
try {
  setPromiscuous("nosuch", true);
} catch (error) {
  if (error instanceof PromiscError) console.log(error.code, error.errno?.name);
}
console.log(diagnose().commands.length > 0);
`;

describe("the library", { skip: noNamespaces || lacking("ip") }, () => {
  const folder = mkdtempSync(join(tmpdir(), "promisc-test-"));
  after(() => rmSync(folder, { recursive: true }));

  it("serves a strictly typed program that imports it by its name", () => {
    ip("link add v0 type veth peer name v1");
    mkdirSync(join(folder, "node_modules"));
    symlinkSync(root, join(folder, "node_modules/promisc"));
    symlinkSync(join(root, "node_modules/@types"), join(folder, "node_modules/@types"));
    writeFileSync(join(folder, "package.json"), '{ "type": "module" }');
    writeFileSync(join(folder, "consumer.ts"), consumer);
    const node = (...args: string[]): string =>
      execFileSync(process.execPath, args, { cwd: folder, encoding: "utf8" });
    node(join(root, "scripts/build.mjs"), "--types");
    node(
      join(root, "node_modules/typescript/bin/tsc"),
      ...["--strict", "--module", "nodenext", "--target", "es2022", "--lib", "es2023,esnext.disposable"],
      ...["--types", "node", "consumer.ts"],
    );
    assert.equal(node("consumer.js"), "1 1 2 true\n3 true\nno-interface ENODEV\ntrue\n");
  });
});

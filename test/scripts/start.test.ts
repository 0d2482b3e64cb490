import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { fileURLToPath } from "node:url";
import { isolate, noNamespaces, sh } from "../support/network/namespace.js";
import { spawnSync } from "../support/process/child-process.js";
import { program } from "../support/process/program.js";

isolate();

/** This file is in build/test/scripts when it runs. */
const root = fileURLToPath(new URL("../../..", import.meta.url));

const start = (...args: string[]) =>
  spawnSync(process.execPath, [`${root}/scripts/start.mjs`, ...args], { encoding: "utf8" });

describe("npm start", { skip: noNamespaces }, () => {
  it("passes on arguments, output and exit status", () => {
    const { status, stdout, stderr } = start("show", "nosuch", "--json");
    assert.deepEqual([status, JSON.parse(stdout).interfaces], [4, []]);
    assert.match(stderr, /^promisc: .*nosuch/);
  });

  it("runs a program that isn't executable because its mode was lost or its disk is mounted noexec", () => {
    // This mount is private to this process.
    sh(`mount --bind ${root}/bin ${root}/bin`);
    sh(`mount -o remount,bind,noexec ${root}/bin`);
    assert.throws(() => spawnSync(program, ["--version"]), { code: "EACCES" });
    const { status, stdout, stderr } = start("--version");
    assert.deepEqual([status, stderr], [0, ""]);
    assert.match(stdout, /^\d+\.\d+\.\d+\n$/);
  });
});

import assert from "node:assert/strict";
import { mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, it } from "node:test";
import { execFileSync, firstOutput, spawn, spawnSync } from "./child-process.js";
import { HoldingProcess } from "./holding-processes.js";
import { lacking } from "./peer.js";
import { PEERS_ARE_INSTALLED, type Peer } from "./peers.js";
import { promisc, Running } from "./program.js";

const absent = "/nonexistent/command";

describe("starting a command that doesn't exist", () => {
  it("throws an error at once from each function that starts commands", async () => {
    assert.throws(() => spawn(absent), /\/nonexistent\/command can't be started/);
    assert.throws(() => spawnSync(absent), { code: "ENOENT" });
    assert.throws(() => execFileSync(absent), { code: "ENOENT" });
    assert.throws(() => new Running(["show"], [absent]), /can't be started/);
    assert.throws(() => promisc(["show"], { wrapper: [absent] }), { code: "ENOENT" });
    await assert.rejects(HoldingProcess.start(absent, [], "ready"), /can't be started/);
  });

  it("throws an error if a wrapper starts it, or if it ends without output", async () => {
    await assert.rejects(HoldingProcess.start("env", [absent], "ready"), /ended/);
    await assert.rejects(
      firstOutput(spawn("env", [absent], { stdio: ["ignore", "pipe", "ignore"] })),
      /ended/,
    );
  });
});

describe("a command that npm test doesn't install", () => {
  it("can neither be run nor be asked for", () => {
    assert.throws(() => spawn("nmap"), /nmap isn't in test\/support\/process\/peers.ts/);
    assert.throws(() => spawnSync("nmap"), /isn't in/);
    assert.throws(() => execFileSync("nmap"), /isn't in/);
    assert.throws(() => lacking("nmap" as Peer), /isn't in/);
  });
});

describe("a peer program that is missing", () => {
  /** Calls a function while only a shell is in the PATH. */
  function withoutPeers<Result>(call: () => Result): Result {
    const folder = mkdtempSync(join(tmpdir(), "promisc-test-"));
    symlinkSync("/bin/sh", join(folder, "sh"));
    const { PATH, [PEERS_ARE_INSTALLED]: areInstalled } = process.env;
    process.env["PATH"] = folder;
    delete process.env[PEERS_ARE_INSTALLED];
    try {
      return call();
    } finally {
      process.env["PATH"] = PATH;
      if (areInstalled !== undefined) process.env[PEERS_ARE_INSTALLED] = areInstalled;
      else delete process.env[PEERS_ARE_INSTALLED];
      rmSync(folder, { recursive: true });
    }
  }

  it("is a reason to skip a test", () => {
    assert.equal(
      withoutPeers(() => lacking("sh", "ps", "ss")),
      "needs ps, ss",
    );
  });

  it("is a failure where npm test has installed them", () => {
    withoutPeers(() => {
      process.env[PEERS_ARE_INSTALLED] = "1";
      assert.throws(() => lacking("ss"), /needs ss, which npm test should have installed/);
    });
  });
});

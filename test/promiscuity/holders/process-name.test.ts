import assert from "node:assert/strict";
import { once } from "node:events";
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { describe, it } from "node:test";
import { readProcess } from "../../../src/linux/process/process-details.js";
import { processName } from "../../../src/promiscuity/holders/process-name.js";
import { spawn } from "../../support/process/child-process.js";

describe("the name of a process", () => {
  const cases: [what: string, process: Parameters<typeof processName>[0], name: string | undefined][] = [
    ["a program", { comm: "tcpdump", args: ["tcpdump", "-i", "v0"], exe: "/usr/bin/tcpdump" }, "tcpdump"],
    [
      "a first thread with a name of its own",
      { comm: "node-MainThread", args: ["node", "a.js"], exe: "/usr/bin/node" },
      "node",
    ],
    [
      "a long name that the kernel cuts off",
      { comm: "systemd-network", exe: "/usr/lib/systemd/systemd-networkd" },
      "systemd-network",
    ],
    [
      "a version in the file's name",
      { comm: "python3", args: ["python3"], exe: "/usr/bin/python3.11" },
      "python3",
    ],
    [
      "a script",
      { comm: "sniff.py", args: ["/usr/bin/python3", "-u", "./sniff.py"], exe: "/usr/bin/python3.11" },
      "sniff.py",
    ],
    ["a process that sets its title", { comm: "sshd", args: ["sshd: alice [priv]"] }, "sshd"],
    ["a link to an executable", { comm: "ping6", args: ["ping6", "::1"], exe: "/usr/bin/ping" }, "ping6"],
    ["a deleted executable", { comm: "Isolated Web Co", exe: "/opt/firefox (deleted)" }, "firefox"],
    [
      "another user's process",
      { comm: "node-MainThread", args: ["/opt/node/bin/node", "server.js"] },
      "node",
    ],
    ["a kernel thread", { comm: "kthreadd" }, "kthreadd"],
    ["a process without a name", { comm: "", args: [] }, undefined],
    ["a process without any facts", {}, undefined],
  ];
  for (const [what, process, name] of cases)
    it(`is right for ${what}`, () => assert.equal(processName(process), name));

  it("is right for real processes: this one, and a script", async () => {
    assert.equal(processName(readProcess(process.pid)), basename(process.execPath));
    const folder = mkdtempSync(join(tmpdir(), "promisc-test-"));
    const script = join(folder, "a-script");
    writeFileSync(script, "#!/bin/sh\nread line\n");
    chmodSync(script, 0o755);
    const child = spawn(script, { stdio: ["pipe", "ignore", "ignore"] });
    await once(child, "spawn");
    assert.equal(processName(readProcess(child.pid as number)), "a-script");
    child.stdin.end("\n");
    await once(child, "exit");
    rmSync(folder, { recursive: true });
  });
});

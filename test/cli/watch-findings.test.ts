import assert from "node:assert/strict";
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { describe, it } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { ip, isolate, noNamespaces } from "../support/network/namespace.js";
import { churn } from "../support/network/veth-churn.js";
import { HoldingProcess, noTcpdump } from "../support/process/holding-processes.js";
import { Journal, noJournal } from "../support/process/journal.js";
import { lacking } from "../support/process/peer.js";
import { Running } from "../support/process/program.js";
import { asNobody } from "../support/process/without-root.js";

isolate();

describe("promisc watch --policy", { skip: noNamespaces || lacking("ip") }, () => {
  ip("link add found0 type veth peer name found1");
  ip("link set found0 up");
  ip("link add fbr type bridge");
  // /run is private, so that nobody else sees this file.
  writeFileSync("/run/none.yaml", "version: 1\n");
  writeFileSync("/run/flag.yaml", "version: 1\nrules:\n- {kind: flag, reason: r, approver: a}\n");
  writeFileSync(
    "/run/over.yaml",
    "version: 1\nrules:\n- {kind: flag, reason: r, approver: a, expires: 2020-01-01}\n",
  );

  const toggle = (): void => {
    ip("link set found0 promisc on");
    ip("link set found0 promisc off");
  };

  async function told(...options: string[]): Promise<string[]> {
    await using watch = new Running(["watch", ...options, "found0"]);
    await watch.hasBegun();
    toggle();
    await watch.says("1 -> 0");
    watch.process.kill("SIGINT");
    return (await watch.outcome).stdout.trim().split("\n");
  }

  it("marks holders that come and aren't allowed, but not those that go", async () => {
    const [on, off] = await told("--policy", "/run/none.yaml");
    assert.match(on ?? "", /0 -> 1; \+ the administrator's flag.*; FINDING: flag$/);
    assert.doesNotMatch(off ?? "", /FINDING/);
  });

  it("doesn't mark holders that are allowed", async () => {
    assert.doesNotMatch((await told("--policy", "/run/flag.yaml")).join(), /FINDING/);
  });

  it("prints which rule has expired", async () => {
    assert.match(
      (await told("--policy", "/run/over.yaml"))[0] ?? "",
      /FINDING: flag was allowed until 2020-01-01 by \/run\/over.yaml:3$/,
    );
  });

  it("warns at its start about conditions that can't be met", async () => {
    writeFileSync("/run/mistake.yaml", "version: 1\nrules:\n- {unit: sshd, reason: r, approver: a}\n");
    await using watch = new Running(["watch", "--policy", "/run/mistake.yaml", "found0"]);
    await watch.hasBegun();
    watch.process.kill("SIGINT");
    assert.match(
      (await watch.outcome).stderr,
      /^promisc: warning: policy \/run\/mistake.yaml: line 3, column 10: "unit" "sshd" matches no unit: .*\nwatching /,
    );
  });

  it("runs the documentation's example command correctly for any interface name", {
    skip: lacking("jq"),
  }, async () => {
    const docs = readFileSync(fileURLToPath(new URL("../../../docs/watch.md", import.meta.url)), "utf8");
    const command = /--exec '(logger .*)'$/m.exec(docs)?.[1];
    assert.ok(command);
    mkdirSync("/run/bin");
    writeFileSync("/run/bin/logger", '#!/bin/sh\nprintf "%s\\n" "$1" >>/run/logged\n');
    chmodSync("/run/bin/logger", 0o755);
    const names = ["it's", 'a"b', "$(id)", "-x"];
    for (const [at, name] of names.entries()) ip(`link add name ${name} type veth peer name quoted${at}`);
    const wrapper = ["env", `PATH=/run/bin:${process.env["PATH"]}`];
    const options = ["--policy", "/run/none.yaml", "--exec", command];
    await using watch = new Running(["watch", ...options, "--", ...names], wrapper);
    await watch.hasBegun();
    for (const name of names) ip(`link set dev ${name} promisc on`);
    await watch.says("FINDING", names.length);
    watch.process.kill("SIGINT");
    await watch.outcome;
    const logged = readFileSync("/run/logged", "utf8").trim().split("\n").sort();
    assert.deepEqual(logged, names.map((name) => `sniffer on ${name}`).sort());
    for (const name of names) ip(`link del dev ${name}`);
  });

  it("prints no findings without a policy", async () => {
    assert.doesNotMatch((await told()).join(), /FINDING/);
  });

  it("prints findings in JSON", async () => {
    await using watch = new Running(["watch", "--json", "--policy", "/run/none.yaml", "found0"]);
    await watch.hasBegun();
    toggle();
    await watch.says('"went":[{');
    watch.process.kill("SIGINT");
    const [on, off] = (await watch.outcome).stdout
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line));
    assert.deepEqual(
      on.findings.map(({ kind }: { kind: string }) => kind),
      ["flag"],
    );
    assert.deepEqual(off.findings, []);
  });

  it("writes alerts and events in the Elastic Common Schema", async () => {
    await using watch = new Running(["watch", "--format", "ecs", "--policy", "/run/none.yaml", "found0"]);
    await watch.hasBegun();
    toggle();
    await watch.says('"kind":"event"');
    watch.process.kill("SIGINT");
    const [on, off] = (await watch.outcome).stdout
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line));
    assert.deepEqual([on.event.kind, on.event.action], ["alert", "promiscuity-change"]);
    assert.equal(on.observer.ingress.interface.name, "found0");
    assert.equal(on.promisc.after.promiscuity, 1);
    assert.match(on["@timestamp"], /^20\d\d-\d\d-\d\dT[\d:.]+Z$/);
    assert.equal(off.event.kind, "event");
  });

  it("runs a command for each finding with the event on its standard input", async () => {
    await using watch = new Running(["watch", "--exec", "echo noise; cat >> /run/exec.out", "found0"]);
    await watch.hasBegun();
    toggle();
    toggle();
    await watch.says("1 -> 0", 2);
    watch.process.kill("SIGINT");
    const { stdout, stderr, status } = await watch.outcome;
    assert.equal(status, 0);
    assert.doesNotMatch(stdout, /noise/);
    assert.match(stderr, /noise\n[\s\S]*noise\n/);
    const events = readFileSync("/run/exec.out", "utf8")
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line));
    assert.deepEqual(
      events.map(({ schema, event, ifname, findings }) => [schema, event, ifname, findings.length]),
      [
        [1, "change", "found0", 1],
        [1, "change", "found0", 1],
      ],
    );
  });

  it("reports that the command failed, and goes on", async () => {
    await using watch = new Running(["watch", "--exec", "exit 7", "found0"]);
    await watch.hasBegun();
    toggle();
    await watch.says("1 -> 0");
    watch.process.kill("SIGINT");
    const { stderr, status } = await watch.outcome;
    assert.equal(status, 0);
    assert.match(stderr, /promisc: the command ended with status 7\n/);
  });

  it("finds one tcpdump among 200 ports that are added and removed, and nothing else", {
    skip: noTcpdump,
  }, async () => {
    await using watch = new Running(["watch", "--json", "--policy", "/run/none.yaml"]);
    await watch.hasBegun();
    await using moving = churn("fbr", 200);
    await using tcpdump = await HoldingProcess.tcpdump("-i", "found0");
    await moving.over();
    await watch.says('"reason":"removed"');
    watch.process.kill("SIGINT");
    const events = (await watch.outcome).stdout
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line));
    const own = events.filter(({ netns }) => netns.own);
    const ports = own.filter(
      ({ event, came, ifname }) => event === "change" && came.length > 0 && /^churn/.test(ifname),
    );
    assert.ok(ports.length >= 200, `${ports.length} ports came`);
    const findings = own.flatMap((event) => event.findings ?? []);
    assert.deepEqual(
      findings.map(({ kind, ifname, holder }) => [kind, ifname, holder.processes?.[0]?.pid]),
      [["socket", "found0", tcpdump.pid]],
    );
  });
});

describe("promisc watch --format journal", {
  timeout: 60_000,
  skip: noNamespaces || lacking("ip", "journalctl", "logger"),
}, () => {
  it("reports that there is no journal", async () => {
    const watch = new Running(["watch", "--format", "journal"]);
    const { status, stderr } = await watch.outcome;
    assert.equal(status, 5);
    assert.match(
      stderr,
      /^promisc: cannot write to the journal at \/run\/systemd\/journal\/socket: .* \(ENOENT\)\nsystemd's journal \(systemd-journald\) doesn't run here: choose another format\n$/,
    );
  });

  it("writes entries that journalctl finds by their fields", { skip: noJournal }, async () => {
    using journal = await Journal.start();
    ip("link add logged0 type veth peer name logged1");
    const watch = new Running(["watch", "--format", "journal", "--policy", "/run/none.yaml", "logged0"]);
    await watch.hasBegun();
    ip("link set logged0 promisc on");
    await journal.has("PROMISC_INTERFACE=logged0");
    watch.process.kill("SIGINT");
    assert.equal((await watch.outcome).stdout, "");
    const [entry, ...rest] = journal.find("PROMISC_INTERFACE=logged0", "PROMISC_FINDINGS=flag");
    assert.equal(rest.length, 0);
    assert.match(entry?.["MESSAGE"] ?? "", /^logged0: count 0 -> 1; .*; FINDING: flag$/);
    assert.equal(entry?.["PRIORITY"], "4");
    assert.equal(entry?.["SYSLOG_IDENTIFIER"], "promisc");
    assert.deepEqual([entry?.["PROMISC_COUNT_BEFORE"], entry?.["PROMISC_COUNT"]], ["0", "1"]);
    assert.match(entry?.["MESSAGE_ID"] ?? "", /^[0-9a-f]{32}$/);
  });

  it("goes on while the journal restarts, and loses no entry", { skip: noJournal }, async () => {
    using journal = await Journal.start();
    ip("link add again0 type veth peer name again1");
    await using watch = new Running(["watch", "--format", "journal", "again0"]);
    await watch.hasBegun();
    await journal.kill();
    for (const state of ["on", "off", "on"]) ip(`link set again0 promisc ${state}`);
    await watch.hasSaid("Connection refused (ECONNREFUSED): entries wait until it accepts them\n");
    await journal.restart();
    await watch.hasSaid("promisc: the journal accepts entries again\n");
    ip("link set again0 promisc off");
    await journal.has("PROMISC_INTERFACE=again0", "PROMISC_COUNT=0");
    while (journal.find("PROMISC_INTERFACE=again0").length < 4) await sleep(20);
    const entries = journal.find("PROMISC_INTERFACE=again0");
    assert.deepEqual(
      entries.map((entry) => entry["PROMISC_COUNT"]),
      ["1", "0", "1", "0"],
    );
    watch.process.kill("SIGINT");
    const { status, signal } = await watch.outcome;
    assert.deepEqual([status, signal], [0, null]);
  });

  it("reports how many entries are lost when it ends before the journal is back", {
    skip: noJournal,
  }, async () => {
    using journal = await Journal.start();
    ip("link add lost0 type veth peer name lost1");
    await using watch = new Running(["watch", "--format", "journal", "lost0"]);
    await watch.hasBegun();
    await journal.kill();
    ip("link set lost0 promisc on");
    await watch.hasSaid("entries wait");
    watch.process.kill("SIGINT");
    const { status, stderr } = await watch.outcome;
    assert.match(stderr, /^promisc: 1 entry for the journal was lost$/m);
    assert.equal(status, 5);
  });

  it("survives a user's process with a command line of a megabyte", {
    skip: noJournal || lacking("setpriv", "unshare", "python3"),
  }, async () => {
    using journal = await Journal.start();
    await using watch = new Running([
      "watch",
      "--format",
      "journal",
      "--policy",
      "/run/none.yaml",
      "--no-trace",
      "huge0",
    ]);
    await watch.hasBegun();
    const hold = `
import socket, struct, time, subprocess
subprocess.run(["ip", "link", "add", "huge0", "type", "veth", "peer", "name", "huge1"], check=True)
print("ready", flush=True)
while True:
    s = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, 0)
    s.setsockopt(263, 1, struct.pack("iHH8s", socket.if_nametoindex("huge0"), 1, 0, b""))
    time.sleep(0.2)
    s.close()
    time.sleep(0.2)
`;
    const inside = ["unshare", "--user", "--map-root-user", "--net", "python3", "-c", hold];
    const [setpriv = "", ...words] = [...asNobody, ...inside, ...Array(10).fill("A".repeat(100_000))];
    await using _attacker = await HoldingProcess.start(setpriv, words, "ready");
    await journal.has("PROMISC_INTERFACE=huge0", "PROMISC_COUNT=1");
    const [entry] = journal.find("--all", "PROMISC_INTERFACE=huge0", "PROMISC_COUNT=1");
    assert.match(entry?.["MESSAGE"] ?? "", /python3 -c .*A{100}.* \[and more\] \(pid \d+/);
    assert.equal(entry?.["PRIORITY"], "4");
    assert.equal(watch.process.exitCode, null);
  });
});

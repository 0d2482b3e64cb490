import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, it } from "node:test";
import { readInterface } from "../../src/promiscuity/read.js";
import { arpReply } from "../support/lan/arp-reply.js";
import { ip, isolate, noNamespaces } from "../support/network/namespace.js";
import { cable, sendFrames } from "../support/network/veth.js";
import { Journal, noJournal } from "../support/process/journal.js";
import { lacking } from "../support/process/peer.js";
import { promisc, Running } from "../support/process/program.js";

isolate();

const OWN = "192.0.2.1";
const ATTACKER = "02:00:00:00:00:6a";
const FLOOD = 20_000;
/** A virtual address that several routers share. */
const VRRP = "00:00:5e:00:01:07";

describe("promisc scan --watch", { timeout: 120_000, skip: noNamespaces || lacking("ip") }, () => {
  cable("heard0", "heard1");
  ip(`addr add ${OWN}/24 dev heard0`);
  const to = { ip: OWN, mac: readInterface("heard0").address ?? "" };

  const claim = (address: string, mac: string): void => sendFrames("heard1", [arpReply(to, address, mac)]);
  const claimOwn = (): void => claim(OWN, ATTACKER);

  /** Starts a scan with --watch, and waits until it listens. */
  async function listening(...options: string[]): Promise<Running> {
    const running = new Running(["scan", "--watch", ...options]);
    await running.hasSaid("listening on");
    return running;
  }

  /** Stops the program while more frames arrive than its buffer has room for. */
  function overwhelm(running: Running): void {
    running.process.kill("SIGSTOP");
    const frame = Buffer.concat([arpReply(to, OWN, ATTACKER), Buffer.alloc(1000)]);
    sendFrames("heard1", Array(FLOOD).fill(frame));
    running.process.kill("SIGCONT");
  }

  it("listens on the interface that a scan would use, and prints one line per finding", async () => {
    await using running = await listening();
    assert.equal(running.stderr, "listening on heard0: ARP and neighbour discovery\n");
    claimOwn();
    await running.says("\n");
    running.process.kill("SIGINT");
    const { status, stdout } = await running.outcome;
    assert.equal(status, 1);
    assert.match(
      stdout,
      /^\d{4}-\S+Z heard0: alarm: own-address-claimed: 02:00:00:00:00:6a claims this host's own address, 192\.0\.2\.1\n$/,
    );
  });

  for (const options of [["--json"], ["--format", "json"]])
    it(`prints one line of JSON per event with ${options.join(" ")}`, async () => {
      await using running = await listening("-i", "heard0", ...options);
      claimOwn();
      await running.says("\n");
      overwhelm(running);
      await running.says('"lost"');
      running.process.kill("SIGINT");
      const events = (await running.outcome).stdout
        .trim()
        .split("\n")
        .map((line) => JSON.parse(line));
      const { time, evidence, ...finding } = events[0];
      assert.deepEqual(finding, {
        schema: 1,
        event: "finding",
        ifname: "heard0",
        kind: "own-address-claimed",
        severity: "alarm",
        address: OWN,
        mac: ATTACKER,
        source: ATTACKER,
        repeated: 0,
      });
      const lost = events.find(({ event }) => event === "lost");
      assert.ok(lost.frames > 0 && lost.frames < FLOOD);
      assert.equal(lost.ifname, "heard0");
    });

  it("writes alerts and events in the Elastic Common Schema", async () => {
    await using running = await listening("--format", "ecs");
    claimOwn();
    await running.says("\n");
    claim("192.0.2.7", ATTACKER);
    claim("192.0.2.7", VRRP);
    await running.says("failover");
    overwhelm(running);
    await running.says("listening-lost");
    running.process.kill("SIGINT");
    const { status, stdout } = await running.outcome;
    assert.equal(status, 1);
    const [alert, notice, lost] = stdout
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line));
    assert.match(alert["@timestamp"], /^20\d\d-\d\d-\d\dT[\d:.]+Z$/);
    assert.deepEqual(alert.event, {
      kind: "alert",
      module: "promisc",
      dataset: "promisc.scan-watch",
      category: ["intrusion_detection", "network"],
      type: ["info"],
      action: "poisoning-own-address-claimed",
    });
    assert.deepEqual(alert.source, { mac: "02-00-00-00-00-6A", ip: OWN });
    assert.equal(alert.observer.ingress.interface.name, "heard0");
    assert.equal(alert.promisc.severity, "alarm");
    assert.deepEqual([notice.event.kind, notice.event.action], ["event", "poisoning-failover"]);
    assert.deepEqual([lost.event.kind, lost.event.category], ["event", ["network"]]);
    assert.ok(lost.promisc.frames > 0);
  });

  it("runs a command for each warning and alarm with the event on its standard input, and waits for it", async () => {
    await using running = await listening("--exec", "sleep 0.2; echo noise; cat >> /run/claims.out");
    claim("192.0.2.8", ATTACKER);
    claim("192.0.2.8", VRRP);
    claimOwn();
    claim("192.0.2.9", ATTACKER);
    claim("192.0.2.9", "02:00:00:00:00:6b");
    await running.says("warning: changed");
    running.process.kill("SIGINT");
    const { status, stdout, stderr } = await running.outcome;
    assert.equal(status, 1);
    assert.match(stdout, /notice: failover/);
    assert.doesNotMatch(stdout, /noise/);
    assert.match(stderr, /noise\nnoise\n/);
    const told = readFileSync("/run/claims.out", "utf8")
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line))
      .map(({ schema, event, kind }) => [schema, event, kind]);
    assert.deepEqual(told.sort(), [
      [1, "finding", "changed"],
      [1, "finding", "own-address-claimed"],
    ]);
  });

  it("reports that there is no journal", () => {
    const { status, stderr } = promisc(["scan", "--watch", "--format", "journal"]);
    assert.equal(status, 5);
    assert.match(
      stderr,
      /^promisc: cannot write to the journal at \/run\/systemd\/journal\/socket: .* \(ENOENT\)\nsystemd's journal \(systemd-journald\) doesn't run here: choose another format\n$/,
    );
  });

  it("writes journal entries that journalctl finds by their fields", {
    skip: noJournal || lacking("journalctl", "logger"),
  }, async () => {
    using journal = await Journal.start();
    await using running = await listening("--format", "journal");
    claimOwn();
    await journal.has("PROMISC_EVENT=finding");
    overwhelm(running);
    await journal.has("PROMISC_EVENT=lost");
    running.process.kill("SIGINT");
    assert.equal((await running.outcome).stdout, "");
    const [finding, ...more] = journal.find("PROMISC_FINDINGS=own-address-claimed");
    assert.equal(more.length, 0);
    assert.match(finding?.["MESSAGE"] ?? "", /^heard0: alarm: own-address-claimed: /);
    assert.match(finding?.["MESSAGE_ID"] ?? "", /^[0-9a-f]{32}$/);
    const fields = ["PRIORITY", "SYSLOG_IDENTIFIER", "PROMISC_INTERFACE", "PROMISC_SEVERITY"];
    assert.deepEqual(
      fields.map((field) => finding?.[field]),
      ["1", "promisc", "heard0", "alarm"],
    );
    assert.deepEqual(
      ["ADDRESS", "MAC", "SOURCE", "REPEATED"].map((field) => finding?.[`PROMISC_${field}`]),
      [OWN, ATTACKER, ATTACKER, "0"],
    );
    const [lost] = journal.find("PROMISC_EVENT=lost");
    assert.equal(lost?.["PRIORITY"], "4");
    assert.ok(Number(lost?.["PROMISC_LOST"]) > 0);
    assert.notEqual(lost?.["MESSAGE_ID"], finding?.["MESSAGE_ID"]);
  });

  it("reports an interface that goes down and comes up again, and fails after running the command if it is removed", async () => {
    cable("gone0", "gone1");
    ip("addr add 198.51.100.1/24 dev gone0");
    await using running = await listening("-i", "gone0", "--exec", "sleep 0.2; cat > /run/gone.out");
    ip("link set gone0 down");
    await running.says("gone0: the interface went down: nothing is heard until it is up again\n");
    ip("link set gone0 up");
    const { address: mac = "" } = readInterface("gone0");
    sendFrames("gone1", [arpReply({ ip: "198.51.100.1", mac }, "198.51.100.1", ATTACKER)]);
    await running.says("own-address-claimed");
    ip("link del gone0");
    const { status, stderr } = await running.outcome;
    assert.equal(status, 4);
    assert.match(stderr, /\npromisc: cannot listen on gone0: the interface disappeared\n$/);
    assert.match(readFileSync("/run/gone.out", "utf8"), /"own-address-claimed"/);
  });

  const refusals: readonly [args: string[], message: string][] = [
    [["--format", "ecs"], "cannot scan: only --watch accepts --format"],
    [
      ["--exec", "true", "--format", "json", "192.0.2.2"],
      "cannot scan: only --watch accepts --exec and --format",
    ],
    [["--watch", "192.0.2.2"], "cannot listen: --watch doesn't scan: leave out the target"],
    [
      ["--watch", "--decoy-login", "--rate", "10", "--baseline", "/run/b", "192.0.2.2", "192.0.2.3"],
      "cannot listen: --watch doesn't scan: leave out the targets, --decoy-login, --rate, --baseline",
    ],
    [["--watch", "--format", "xml"], "cannot listen: there is no format xml"],
    [["--watch", "--json", "--format", "ecs"], "cannot listen: --json and --format ecs exclude each other"],
  ];
  for (const [args, message] of refusals)
    it(`refuses ${args.join(" ")}`, () => {
      const { status, stdout, stderr } = promisc(["scan", ...args]);
      assert.equal(status, 2, stderr);
      assert.equal(stderr.split("\n")[0], `promisc: ${message}`);
      assert.equal(stdout, "");
    });
});

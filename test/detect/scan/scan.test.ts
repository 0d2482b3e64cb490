import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { writeFileSync } from "node:fs";
import { describe, it } from "node:test";
import type { HostReport } from "../../../src/detect/scan/report.js";
import type { ScanOptions } from "../../../src/detect/scan/scan.js";
import type { Verdict } from "../../../src/detect/scan/verdict/verdict.js";
import { createLan, type Lan, type LanOptions } from "../../../src/lab/lan.js";
import type { NicKind } from "../../../src/lab/nic/models.js";
import { readInterface } from "../../../src/promiscuity/read.js";
import { setPromiscuous } from "../../../src/promiscuity/set.js";
import { arpReply } from "../../support/lan/arp-reply.js";
import { scanFrom } from "../../support/lan/scan-from.js";
import { noTun } from "../../support/network/devices.js";
import { ip, isolate, noNamespaces, sh } from "../../support/network/namespace.js";
import { senderBy } from "../../support/network/sender.js";
import { type ChildProcess, firstOutput, spawn } from "../../support/process/child-process.js";
import { noTcpdump } from "../../support/process/holding-processes.js";
import { lacking } from "../../support/process/peer.js";

isolate();

const pause = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));

/** Returns what the first host finds out about the others. */
async function scanned(lan: Lan, options: ScanOptions = {}): Promise<Map<string, HostReport>> {
  const reports = scanFrom(lan.host(1), { interface: "eth0", rate: 20_000, ...options });
  const found = new Map<string, HostReport>();
  for await (const report of reports) found.set(report.host, report);
  return found;
}

/** Modes that a host may be in, each with a function that sets it. */
const modes = {
  off: async () => undefined,
  flag: async (lan: Lan, host: number) => lan.host(host).run(() => setPromiscuous("eth0", true)),
  allmulti: async (lan: Lan, host: number) => lan.host(host).run(() => ip("link set eth0 allmulticast on")),
} as const;

function sysctl(name: string, value: number): void {
  writeFileSync(`/proc/sys/net/${name}`, String(value));
}

/** Waits until duplicate address detection is over and IPv6 can be used. */
async function settled(lan: Lan): Promise<void> {
  const isTentative = (): boolean =>
    lan.hosts.some((host) => host.run(() => sh("ip -6 addr show dev eth0")).includes("tentative"));
  while (isTentative()) await pause(100);
}

/** Checks a scan of a LAN with a promiscuous host, an all-multicast host, and a host that runs tcpdump. */
async function check(nic: NicKind, options: LanOptions): Promise<void> {
  using lan = createLan({ ...options, hosts: 6, nic });
  await modes.flag(lan, 3);
  await modes.allmulti(lan, 4);
  const tcpdump = noTcpdump ? undefined : await startTcpdump(lan, 6);
  await settled(lan);
  const found = await scanned(lan);
  if (tcpdump) await end(tcpdump);
  const verdictOn = (host: number): Verdict | undefined => found.get(lan.host(host).ip)?.verdict;
  for (const host of tcpdump ? [3, 4, 6] : [3, 4]) assert.equal(verdictOn(host), "open", `host${host}`);
  // A hash filter may accept one of the addresses from the literature.
  const unsuspected = { none: ["open"], perfect: ["filtering"], hash64: ["filtering", "partial"] }[nic];
  for (const host of [2, 5]) assert.ok(unsuspected.includes(`${verdictOn(host)}`), `${verdictOn(host)}`);
  const open = found.get(lan.host(3).ip);
  assert.equal(open?.mac, lan.host(3).mac);
  assert.equal(open?.ipv6, "fe80::77:ff:fe00:3");
  assert.ok(open && open.confidence >= 0.7 && open.confidence < 1);
  for (const kind of ["arp", "icmp", "icmp6", "icmp6-all", "nd"])
    assert.ok(
      open.probes
        .filter((probe) => probe.kind === kind && probe.role === "random-group")
        .every(({ answered }) => answered > 0),
      kind,
    );
  assert.ok(
    open.probes
      .filter(({ role }) => role === "other-unicast")
      .every(({ answered, sent }) => answered * 3 <= sent),
  );
}

describe("scan()", { skip: noNamespaces || noTun || lacking("ip"), timeout: 300_000 }, () => {
  const lans: readonly LanOptions[] = [
    {},
    { switch: true },
    { loss: 0.02, seed: 3 },
    { loss: 0.02, switch: true, duplicate: 0.02 },
  ];
  for (const options of lans)
    it(`distinguishes hosts by their mode with every card: ${JSON.stringify(options)}`, async () => {
      await Promise.all((["perfect", "hash64", "none"] as const).map((nic) => check(nic, options)));
    });

  it("finds a host that runs tcpdump, and doesn't once tcpdump has ended", { skip: noTcpdump }, async () => {
    using lan = createLan();
    const tcpdump = await startTcpdump(lan, 3);
    assert.equal((await scanned(lan)).get(lan.host(3).ip)?.verdict, "open");
    await end(tcpdump);
    assert.equal((await scanned(lan)).get(lan.host(3).ip)?.verdict, "filtering");
  });

  it("finds a target that filters one protocol or another in group frames", async () => {
    using lan = createLan({ hosts: 4 });
    for (const host of [2, 3, 4]) await modes.flag(lan, host);
    lan.host(2).run(() => sysctl("ipv4/conf/eth0/arp_ignore", 8));
    lan.host(3).run(() => sysctl("ipv4/conf/eth0/drop_unicast_in_l2_multicast", 1));
    lan.host(3).run(() => sysctl("ipv6/conf/eth0/drop_unicast_in_l2_multicast", 1));
    await settled(lan);
    const found = await scanned(lan);
    for (const host of [2, 3, 4]) assert.equal(found.get(lan.host(host).ip)?.verdict, "open", `host${host}`);
    assert.match(found.get(lan.host(3).ip)?.evidence.join() ?? "", /something silences it for ICMP/);
  });

  it("reports named addresses that are silent, but not those in a block", async () => {
    using lan = createLan();
    const found = await scanned(lan, { targets: ["10.77.0.2-20", "10.77.0.99"] });
    assert.deepEqual([...found.keys()], ["10.77.0.2", "10.77.0.3", "10.77.0.99"]);
    assert.equal(found.get("10.77.0.99")?.verdict, "unreachable");
  });

  it("scans IPv6 addresses, and hosts that have no other", async () => {
    using lan = createLan();
    await modes.flag(lan, 3);
    for (const host of [2, 3]) lan.host(host).run(() => ip("addr flush dev eth0 scope global"));
    await settled(lan);
    const named = await scanned(lan, { targets: ["fe80::77:ff:fe00:3", "fe80::77:ff:fe00:2"] });
    assert.equal(named.get("fe80::77:ff:fe00:3")?.verdict, "open");
    assert.equal(named.get("fe80::77:ff:fe00:2")?.verdict, "filtering");
    const all = await scanned(lan, { targets: [] });
    assert.equal(all.get("fe80::77:ff:fe00:3")?.verdict, "open");
    assert.equal(all.get("fe80::77:ff:fe00:3")?.mac, lan.host(3).mac);
  });

  it("scans hosts that are on the link by a route only", async () => {
    using lan = createLan();
    await modes.flag(lan, 3);
    lan.host(1).run(() => {
      ip("addr flush dev eth0");
      ip("addr add 10.77.0.1/32 dev eth0");
      ip("route add 10.77.0.0/29 dev eth0");
    });
    const found = new Map<string, Verdict>();
    const reports = scanFrom(lan.host(1), { targets: ["10.77.0.0/29"], rate: 20_000 });
    for await (const { host, verdict } of reports) found.set(host, verdict);
    assert.deepEqual(
      [...found],
      [
        [lan.host(2).ip, "filtering"],
        [lan.host(3).ip, "open"],
      ],
    );
  });

  it("makes no interface promiscuous, and keeps its rate", async () => {
    using lan = createLan();
    const begin = performance.now();
    let sent = 0;
    const running = scanned(lan, {
      rate: 200,
      onProgress: (progress) => {
        sent = progress.sent;
      },
    });
    await pause(300);
    assert.equal(
      lan.host(1).run(() => readInterface("eth0").promiscuity),
      0,
    );
    await running;
    const seconds = (performance.now() - begin) / 1000;
    assert.ok(sent <= seconds * 200 + 10, `${sent} in ${seconds}`);
    assert.equal(
      lan.host(1).run(() => readInterface("eth0").promiscuity),
      0,
    );
  });

  for (const [when, late] of [
    ["from the beginning", 0],
    ["later", 300],
  ] as const)
    it(`reports both machines if another one answers ${when}`, async () => {
      using lan = createLan({ hosts: 4 });
      // Host 4 claims host 2's address too, and accepts frames to others.
      lan.host(4).run(() => ip("link set eth0 promisc on"));
      const claim = (): string => lan.host(4).run(() => ip("addr add 10.77.0.2/24 dev eth0"));
      if (late === 0) claim();
      else setTimeout(claim, late);
      const reports: HostReport[] = [];
      const options = { interface: "eth0", rate: late === 0 ? 20_000 : 60, targets: ["10.77.0.2"] };
      for await (const report of scanFrom(lan.host(1), options)) reports.push(report);
      assert.deepEqual(new Set(reports.map(({ mac }) => mac)), new Set([lan.host(2).mac, lan.host(4).mac]));
      for (const { contested, confidence, evidence } of reports) {
        assert.equal(contested, true);
        // The confidence is reduced by 40% for a filtering host, and by 20% for an open one.
        assert.ok(confidence <= 0.55, `${confidence}`);
        assert.match(evidence.join(), /another machine answers/);
      }
    });

  it("gives sound verdicts while one host answers for all with random addresses as fast as it can", async () => {
    using lan = createLan({ hosts: 4 });
    await modes.flag(lan, 3);
    await settled(lan);
    const liar = lan.host(4);
    using sender = liar.run(() => senderBy("eth0"));
    let isOver = false;
    const flood = (async () => {
      for (let number = 0; !isOver; number++) {
        for (let turn = 0; turn < 32; turn++)
          sender.trySend(arpReply(lan.host(1), `10.77.0.${2 + ((number + turn) % 19)}`, randomMac()));
        await pause(1);
      }
    })();
    const found: HostReport[] = [];
    const options = { interface: "eth0", rate: 20_000, targets: ["10.77.0.2-20"] };
    for await (const report of scanFrom(lan.host(1), options)) found.push(report);
    isOver = true;
    await flood;
    // At most three other machines are reported per address.
    assert.ok(found.length <= 19 * 4, `${found.length}`);
    const reportOf = (host: number): HostReport | undefined =>
      found.find(({ host: address, mac }) => address === lan.host(host).ip && mac === lan.host(host).mac);
    for (const [host, verdict, most] of [
      [2, "filtering", 0.4],
      [3, "open", 0.55],
    ] as const) {
      const report = reportOf(host);
      // If four false claims came first, the host itself isn't reported, and nothing is reported in its name.
      if (!report) {
        const others = found.filter(({ host: address }) => address === lan.host(host).ip);
        for (const other of others) assert.notEqual(other.verdict, "filtering");
        continue;
      }
      assert.equal(report.contested, true);
      if (report.lost === 0) assert.equal(report.verdict, verdict, report.evidence.join());
      if (report.verdict === "filtering") assert.ok(report.confidence <= most);
    }
    assert.notEqual(reportOf(3)?.verdict, "filtering");
  });

  it("stops at once when it is aborted", async () => {
    using lan = createLan();
    const controller = new AbortController();
    const running = scanned(lan, { rate: 50, signal: controller.signal });
    await pause(200);
    const before = lan.host(2).counts.passed.broadcast;
    controller.abort();
    assert.equal((await running).size, 0);
    await pause(100);
    // At 50 frames per second, one or two may have been on their way. No more follow.
    const after = lan.host(2).counts.passed.broadcast;
    assert.ok(after - before < 3, `${after - before}`);
    await pause(200);
    assert.equal(lan.host(2).counts.passed.broadcast, after);
  });

  it("refuses what can't be scanned, and gives the reason", async () => {
    using lan = createLan();
    const host = lan.host(1);
    const refused = async (options: ScanOptions, expected: object): Promise<void> => {
      await assert.rejects(scanFrom(host, options).next(), expected);
    };
    await refused({ interface: "lo" }, { code: "usage", message: /it isn't an Ethernet interface/ });
    await refused({ interface: "nowhere" }, { code: "no-interface" });
    await refused({ interface: "eth0", targets: ["192.0.2.1"] }, { code: "usage" });
    await refused({ targets: ["192.0.2.1"] }, { code: "usage", message: /no route leads to it/ });
    await refused({ interface: "eth0", rate: 0 }, { code: "usage" });
    await refused({ interface: "eth0", targets: ["10.0.0.0/8"] }, { code: "usage" });
    host.run(() => ip("addr add 10.76.0.1/16 dev eth0"));
    await refused({ targets: ["10.76.0.0/16"] }, { code: "usage", hint: /--yes/ });
    host.run(() => ip("addr flush dev eth0"));
    await refused({ interface: "eth0" }, { code: "usage", message: /it has no IP address/ });
    host.run(() => ip("link set eth0 down"));
    await refused({ interface: "eth0" }, { code: "kernel", message: /the interface is down/ });
  });
});

/** Starts tcpdump on a host, and waits until it listens. */
async function startTcpdump(lan: Lan, host: number): Promise<ChildProcess> {
  const args = ["-i", "eth0", "-n", "-w", "/dev/null"];
  const child = lan.host(host).run(() => spawn("tcpdump", args, { stdio: ["ignore", "ignore", "pipe"] }));
  await firstOutput(child, "stderr");
  return child;
}

/** Returns a random, locally administered address. */
const randomMac = (): string =>
  `02:66:00:${randomBytes(3)
    .toString("hex")
    .replace(/..(?!$)/g, "$&:")}`;

async function end(child: ChildProcess): Promise<void> {
  const exit = once(child, "exit");
  child.kill();
  await exit;
}

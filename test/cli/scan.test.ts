import assert from "node:assert/strict";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, it } from "node:test";
import { openCapture } from "../../src/capture/live/capture.js";
import type { Packet } from "../../src/capture/packet.js";
import { createLan, type Lan } from "../../src/lab/lan.js";
import { setPromiscuous } from "../../src/promiscuity/set.js";
import { LINKTYPE_ETHERNET } from "../../src/wire/file/linktype.js";
import { dissect } from "../../src/wire/packet/dissect/dissect.js";
import { noTun } from "../support/network/devices.js";
import { ip, isolate, noNamespaces, noOtherUsers } from "../support/network/namespace.js";
import { lacking } from "../support/process/peer.js";
import { program } from "../support/process/program.js";

isolate();

interface Outcome {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs `promisc scan` on the first host. This process carries frames over the hub meanwhile. */
async function scan(
  lan: Lan,
  args: readonly string[],
  { wrapper = [] as string[], interrupt = false } = {},
): Promise<Outcome> {
  const [command, ...rest] = [...wrapper, program, "scan", ...args];
  const child = lan.host(1).spawn(command as string, rest, ["ignore", "pipe", "pipe"]);
  const printed = { stdout: "", stderr: "" };
  for (const stream of ["stdout", "stderr"] as const)
    child[stream]?.on("data", (text) => {
      printed[stream] += text;
    });
  if (interrupt) {
    const { passed } = lan.host(2).counts;
    const before = passed.broadcast;
    while (passed.broadcast < before + 2) {
      assert.equal(child.exitCode, null, printed.stderr);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    child.kill("SIGINT");
  }
  const [status] = await once(child, "close");
  return { status, ...printed };
}

/**
 * Returns the protocol of a frame from this Ethernet address, for an ICMP message with the length of its data. Returns
 * undefined for a frame from another address.
 */
function whatIsSent({ bytes, start, capturedLength }: Packet, from: string): string | undefined {
  const [link, ...layers] = dissect(bytes.subarray(start, start + capturedLength), LINKTYPE_ETHERNET);
  if (link?.protocol !== "ethernet" || link.source !== from) return undefined;
  const what = layers.map(({ protocol }) => protocol).find((each) => /^(arp|icmp6?|tcp|udp)$/.test(each));
  const data = layers.find((layer) => layer.protocol === "data");
  return what === "icmp" && data ? `icmp, ${data.bytes.length} bytes` : (what ?? "something else");
}

const folder = mkdtempSync(join(tmpdir(), "promisc-scan-"));
after(() => rmSync(folder, { recursive: true }));

const skip = noNamespaces || noTun || lacking("ip", "setpriv");
const gently = ["--rate", "5000"];

describe("promisc scan", { skip, timeout: 120_000 }, () => {
  it("prints a table, and exits with 1 if a filter is open and with 0 otherwise", async () => {
    using lan = createLan();
    lan.host(3).run(() => setPromiscuous("eth0", true));
    const found = await scan(lan, gently);
    assert.equal(found.status, 1, found.stderr);
    const [header, ...lines] = found.stdout.trimEnd().split("\n");
    assert.match(header ?? "", /^HOST +MAC +VENDOR +VERDICT +SURE +EVIDENCE$/);
    assert.match(
      lines[0] ?? "",
      /^10\.77\.0\.2 +02:77:00:00:00:02 +filtering +\d\d% +answers its controls and none of/,
    );
    assert.match(lines[1] ?? "", /^10\.77\.0\.3 +02:77:00:00:00:03 +open +75% +answers all \d+ probes/);
    assert.match(lines[2] ?? "", /^ {4}promiscuous or all-multicast/);
    assert.match(found.stderr, /^2 hosts: 1 filtering, 1 open$/m);
    lan.host(3).run(() => setPromiscuous("eth0", false));
    const clean = await scan(lan, [...gently, "10.77.0.2", "10.77.0.3"]);
    assert.equal(clean.status, 0, clean.stderr);
  });

  it("prints one object per host in NDJSON, with every probe's outcome, and nothing else", async () => {
    using lan = createLan();
    lan.host(3).run(() => setPromiscuous("eth0", true));
    const { status, stdout } = await scan(lan, [...gently, "--json", "10.77.0.2-3", "10.77.0.200"]);
    assert.equal(status, 1);
    const hosts = stdout
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line));
    assert.deepEqual(
      hosts.map(({ schema, host, mac, verdict }) => ({ schema, host, mac, verdict })),
      [
        { schema: 1, host: "10.77.0.2", mac: "02:77:00:00:00:02", verdict: "filtering" },
        { schema: 1, host: "10.77.0.3", mac: "02:77:00:00:00:03", verdict: "open" },
        { schema: 1, host: "10.77.0.200", mac: undefined, verdict: "unreachable" },
      ],
    );
    for (const { time, confidence, evidence, probes } of hosts) {
      assert.match(time, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
      assert.ok(confidence > 0 && confidence <= 1);
      assert.ok(evidence.length > 0);
      for (const { outcome, sent } of probes) {
        assert.ok(["answered", "unanswered", "answered-by-another"].includes(outcome));
        assert.ok(sent >= 1);
      }
    }
  });

  it("reads targets from a file, and scans nothing if the file is empty", async () => {
    using lan = createLan();
    const path = join(folder, "targets");
    writeFileSync(path, "# the printer\n10.77.0.2 10.77.0.3 # and another\n");
    const { stdout } = await scan(lan, [...gently, "--targets", path]);
    assert.equal(stdout.trimEnd().split("\n").length, 3);
    writeFileSync(path, "# nothing\n");
    const empty = await scan(lan, ["--targets", path]);
    assert.equal(empty.status, 2);
    assert.match(empty.stderr, /it contains no targets/);
  });

  it("prints with --compare what published tools would conclude from the same answers", async () => {
    using lan = createLan();
    lan.host(3).run(() => ip("link set eth0 allmulticast on"));
    const { stdout } = await scan(lan, [...gently, "--compare", "10.77.0.3"]);
    assert.match(stdout, /nmap sniffer-detect: Likely in promiscuous mode \(tests: "11111111"\)/);
    assert.match(stdout, /scapy is_promisc: promiscuous/);
  });

  it("keeps a baseline, and reports what has changed since", async () => {
    using lan = createLan({ hosts: 4 });
    const path = join(folder, "baseline.json");
    const run = (): Promise<Outcome> => scan(lan, [...gently, "--baseline", path, "10.77.0.2-4"]);
    assert.doesNotMatch((await run()).stdout, /since the baseline/);
    lan.host(3).run(() => setPromiscuous("eth0", true));
    lan.host(4).run(() => ip("link set eth0 down"));
    const second = await run();
    assert.match(second.stdout, /10\.77\.0\.3 .* open +99% +it filtered on 20.*opened since/);
    assert.match(second.stdout, /opened since the baseline: was filtering/);
    assert.match(second.stdout, /10\.77\.0\.4 .*unreachable[^\n]*\n[^\n]*gone since the baseline/);
    assert.equal(second.status, 1);
    lan.host(3).run(() => setPromiscuous("eth0", false));
    lan.host(4).run(() => ip("link set eth0 up"));
    lan.host(4).run(() => ip("link set eth0 address 02:77:00:00:00:44"));
    const third = await run();
    assert.match(third.stdout, /closed since the baseline: was open/);
    assert.match(third.stdout, /replaced since the baseline: was filtering, 02:77:00:00:00:04/);
    assert.equal(third.status, 0);
    const { hosts } = JSON.parse(readFileSync(path, "utf8"));
    assert.equal(hosts.length, 3);
  });

  it("keeps the old baseline if it is interrupted or can't write, and refuses a file that is no baseline", async () => {
    using lan = createLan();
    const path = join(folder, "kept.json");
    await scan(lan, [...gently, "--baseline", path, "10.77.0.2-3"]);
    const before = readFileSync(path, "utf8");
    const stopped = await scan(lan, ["--rate", "20", "--baseline", path, "10.77.0.2-3"], {
      interrupt: true,
    });
    assert.equal(stopped.status, 130);
    assert.equal(readFileSync(path, "utf8"), before);
    const unwritable = await scan(lan, [...gently, "--baseline", "/nowhere/baseline", "10.77.0.2"]);
    assert.equal(unwritable.status, 5);
    // The command fails before it sends anything.
    assert.equal(
      unwritable.stderr,
      "promisc: cannot read baseline /nowhere/baseline: No such file or directory (ENOENT)\n",
    );
    writeFileSync(path, "{}");
    const wrong = await scan(lan, ["--baseline", path]);
    assert.equal(wrong.status, 5);
    assert.equal(
      wrong.stderr,
      `promisc: cannot read baseline ${path}: its schema is undefined, and this version knows 1\n` +
        "move it away, and the next scan begins a new one\n",
    );
    assert.equal(readFileSync(path, "utf8"), "{}");
  });

  it("prints what is known so far if it is interrupted, with the hosts that it couldn't decide on", async () => {
    using lan = createLan();
    const args = ["--rate", "20", "10.77.0.2-3", "10.77.0.9"];
    const text = await scan(lan, args, { interrupt: true });
    assert.equal(text.status, 130);
    const [header = "", ...lines] = text.stdout.trimEnd().split("\n");
    assert.match(header, /^HOST +MAC +VENDOR +VERDICT/);
    assert.ok(lines.length > 0);
    for (const line of lines)
      assert.match(
        line,
        /^10\.77\.0\.\d .* undecided +0% +(the scan was ended before it asked this host$|so far, it answers \d+ of [1-9])/,
      );
    assert.match(text.stderr, /stopped: this is what was known by then\n$/);
    const json = await scan(lan, [...args, "--json"], { interrupt: true });
    assert.equal(json.status, 130);
    const reports = json.stdout
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line));
    assert.ok(reports.every(({ verdict, confidence }) => verdict === "undecided" && confidence === 0));
  });

  it("exits with 1 and saves its baseline although nobody reads its output", async () => {
    using lan = createLan({ hosts: 3 });
    lan.host(3).run(() => setPromiscuous("eth0", true));
    const path = join(folder, "unread.json");
    const line = `${program} scan ${[...gently, "--baseline", path, "10.77.0.2-3"].join(" ")}`;
    const script = `{ ${line}; echo $? >&2; } | true`;
    const shell = lan.host(1).spawn("/bin/sh", ["-c", script], ["ignore", "ignore", "pipe"]);
    let stderr = "";
    shell.stderr?.setEncoding("utf8").on("data", (text: string) => {
      stderr += text;
    });
    await once(shell, "close");
    assert.equal(stderr, "1\n");
    assert.equal(JSON.parse(readFileSync(path, "utf8")).hosts.length, 2);
  });

  it("prints what it would send, and sends nothing before the user agrees", async () => {
    using lan = createLan({ hosts: 4 });
    using capture = lan.host(4).run(() => openCapture("eth0", { immediate: true }));
    const sent = new Set<string>();
    const heard = capture.each((packet) => {
      const what = whatIsSent(packet, lan.host(1).mac);
      if (what !== undefined) sent.add(what);
    });
    const { status, stdout, stderr } = await scan(lan, [
      ...gently,
      "--dns",
      "--load",
      "--decoy-login",
      "10.77.0.2-3",
    ]);
    // Frames may arrive late.
    await new Promise((resolve) => setTimeout(resolve, 100));
    capture.stop();
    await heard;
    assert.equal(status, 2);
    assert.match(stdout, /filtering/);
    assert.match(
      stderr,
      /they need your agreement\. Sends at most .* TCP SYNs .* 5,000 frames per second, .* FTP session/s,
    );
    assert.match(stderr, /--yes/);
    // Only the scan's own probes were sent: decoys use TCP, the load uses UDP, and its echo requests carry 18 bytes.
    assert.deepEqual([...sent].sort(), ["arp", "icmp, 16 bytes", "icmp6"]);
  });

  it("prints what was found when an additional test fails", async () => {
    using lan = createLan();
    lan.host(3).run(() => setPromiscuous("eth0", true));
    const taken = lan.host(1).run(() => createServer().listen(21));
    await once(taken, "listening");
    const path = join(folder, "failed.json");
    const args = ["--dns", "--decoy-login", "--yes", "--baseline", path, "10.77.0.2-3"];
    const { status, stdout, stderr } = await scan(lan, [...gently, ...args]);
    taken.close();
    assert.match(stdout, /filtering .*\n.*DNS decoy: asks nothing.*\n10\.77\.0\.3 .* open/);
    assert.match(stderr, /Address already in use \(EADDRINUSE\)/);
    assert.equal(status, 1);
    assert.equal(JSON.parse(readFileSync(path, "utf8")).hosts.length, 2);
  });

  it("finds a host that uses a decoy login", async () => {
    using lan = createLan();
    lan.host(3).run(() => setPromiscuous("eth0", true));
    const running = scan(lan, [...gently, "--decoy-login", "--wait", "4", "--yes", "--json", "10.77.0.2-3"]);
    const thief = lan.host(3).spawn("/usr/bin/env", ["node", "-e", replay], ["ignore", "ignore", "inherit"]);
    const { stdout, stderr, status } = await running;
    thief.kill();
    const [second, third] = stdout
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line));
    assert.equal(second.login, undefined);
    assert.equal(third.login?.times, 1, stderr);
    assert.equal(third.confidence, 0.99);
    assert.match(third.evidence.join(), /used the decoy login 1 time,.*all-multicast is ruled out/);
    assert.equal(status, 1);
  });

  const refusals: readonly [args: string[], status: number, message: RegExp][] = [
    [
      ["10.77.0.0/8"],
      2,
      /cannot scan 10\.77\.0\.0\/8: 16777214 addresses are more than a link can have\nname the network of a link/,
    ],
    [
      ["10.1.0.0/20"],
      2,
      /no route leads to 10\.1\.0\.1\nif 10\.1\.0\.0\/20 is on a link of this host: ip route add 10\.1\.0\.0\/20 dev IFACE/,
    ],
    [["192.0.2.1"], 2, /no route leads to it/],
    [["-i", "lo"], 2, /it isn't an Ethernet interface/],
    [["-i", "nowhere"], 4, /nowhere/],
    [["--rate", "no"], 2, /--rate no isn't a number\ngive a number, or max/],
    [["--rate", "0"], 2, /--rate 0 is out of range/],
    [["--wait", "abc"], 2, /--wait abc isn't a number/],
    [["--wait", "4000"], 2, /--wait 4000 is out of range\ngive a number from 0 to 3600/],
    [
      ["ten.seventyseven"],
      2,
      /^promisc: cannot scan "ten.seventyseven": it is neither an IPv4 nor an IPv6 address\ntargets are addresses \(192.0.2.7\), blocks .* or ranges .*, and no host names\n$/,
    ],
  ];
  for (const [args, status, message] of refusals)
    it(`refuses ${args.join(" ")}`, async () => {
      using lan = createLan();
      const outcome = await scan(lan, args);
      assert.match(outcome.stderr, message);
      assert.equal(outcome.status, status, outcome.stderr);
      assert.equal(outcome.stdout, "");
    });

  it("needs CAP_NET_RAW only", { skip: noOtherUsers || lacking("setpriv") }, async () => {
    using lan = createLan();
    const asNobody = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"];
    const without = await scan(lan, [...gently, "10.77.0.2"], { wrapper: [...asNobody, "--inh-caps=-all"] });
    assert.equal(without.status, 3);
    assert.match(without.stderr, /Operation not permitted \(EPERM\)\nneeds CAP_NET_RAW/);
    const withRaw = [...asNobody, "--inh-caps=+net_raw", "--ambient-caps=+net_raw"];
    const outcome = await scan(lan, [...gently, "10.77.0.2"], { wrapper: withRaw });
    assert.equal(outcome.status, 0, outcome.stderr);
    assert.match(outcome.stdout, /filtering/);
  });
});

/** A program that sniffs until a password is sent over the LAN, and then logs in with it. */
const replay = `
const { openCapture } = await import(${JSON.stringify(new URL("../../../dist/index.js", import.meta.url).pathname)});
const net = await import("node:net");
let user, done = false;
await openCapture("eth0", { immediate: true }).each((packet) => {
  if (done) return;
  const text = Buffer.from(packet.bytes.subarray(packet.start, packet.start + packet.capturedLength)).toString("latin1");
  user = /USER (\\S+)/.exec(text)?.[1] ?? user;
  const password = /PASS (\\S+)/.exec(text)?.[1];
  if (!password || !user) return;
  done = true;
  const socket = net.connect(21, "10.77.0.1", () => {});
  let step = 0;
  socket.on("data", () => socket.write([\`USER \${user}\\r\\n\`, \`PASS \${password}\\r\\n\`, "QUIT\\r\\n"][step++] ?? ""));
  socket.on("error", () => {});
});
`.replaceAll("\n", " ");

import assert from "node:assert/strict";
import { existsSync, openSync, readFileSync, writeFileSync } from "node:fs";
import { describe, it } from "node:test";
import { ip, isolate, noNamespaces, noOtherUsers, sh } from "../support/network/namespace.js";
import { churn } from "../support/network/veth-churn.js";
import { spawnSync } from "../support/process/child-process.js";
import { HoldingProcess, noTcpdump } from "../support/process/holding-processes.js";
import { lacking } from "../support/process/peer.js";
import { program, promisc, Running } from "../support/process/program.js";
import { asNobody } from "../support/process/without-root.js";

isolate();

const check = (...args: string[]) => promisc(["check", "--netns", "own", ...args]);

describe("promisc check", { skip: noNamespaces || lacking("ip") }, () => {
  ip("link add c0 type veth peer name c1");
  ip("link set c0 up");
  ip("link add cbr type bridge");
  ip("link set c1 master cbr");
  // /run is private, so that nobody else sees these files.
  writeFileSync(
    "/run/expired.yaml",
    "version: 1\nrules:\n- {kind: flag, reason: r, approver: a, expires: 2020-01-01}\n",
  );
  writeFileSync(
    "/run/allowed.json",
    '{"version": 1, "rules": [{"interface": "c?", "reason": "r", "approver": "a"}]}',
  );

  it("finds nothing in a bridge's port, and exits with 0", () => {
    assert.deepEqual(check(), { status: 0, signal: null, stdout: "", stderr: "no findings\n" });
  });

  it("exits with 1 and prints one line for the administrator's flag", () => {
    ip("link set c0 promisc on");
    const { status, stdout } = check();
    assert.equal(status, 1);
    assert.equal(stdout, "c0: flag: the administrator's flag\n");
  });

  it("accepts what the policy allows", () => {
    assert.equal(check("--policy", "/run/allowed.json").status, 0);
  });

  it("reports an expired rule beside the holder that it would allow", () => {
    const { status, stdout } = check("--policy", "/run/expired.yaml");
    assert.equal(status, 1);
    assert.deepEqual(stdout.split("\n"), [
      "c0: flag: the administrator's flag; was allowed until 2020-01-01 by /run/expired.yaml:3",
      "/run/expired.yaml:3: expired-rule: ended 2020-01-01: renew or remove it (r; approved by a)",
      "",
    ]);
  });

  it("writes one JSON object", () => {
    const { stdout } = check("--json");
    const { schema, findings } = JSON.parse(stdout);
    assert.equal(schema, 1);
    assert.deepEqual(
      findings.map(({ kind, ifname, message }: Record<string, string>) => [kind, ifname, message]),
      [["flag", "c0", "c0: flag: the administrator's flag"]],
    );
  });

  it("writes the Elastic Common Schema, one object per line", () => {
    const [line, ...rest] = check("--format", "ecs").stdout.split("\n");
    assert.deepEqual(rest, [""]);
    const { event, ecs, observer, message } = JSON.parse(line ?? "");
    assert.deepEqual(event, {
      kind: "alert",
      module: "promisc",
      dataset: "promisc.check",
      category: ["network"],
      type: ["info"],
      action: "finding-flag",
    });
    assert.match(ecs.version, /^8\./);
    assert.equal(observer.ingress.interface.name, "c0");
    assert.equal(message, "c0: flag: the administrator's flag");
  });

  it("writes the Prometheus text format", () => {
    const lines = check("--format", "prometheus").stdout.split("\n");
    for (const line of [
      "# TYPE promisc_interface_promiscuity gauge",
      'promisc_interface_promiscuity{namespace="own",interface="c0"} 1',
      'promisc_interface_promiscuity{namespace="own",interface="c1"} 1',
      'promisc_interface_promiscuity{namespace="own",interface="lo"} 0',
      'promisc_interface_holders{namespace="own",interface="c0",kind="flag"} 1',
      'promisc_interface_holders{namespace="own",interface="c1",kind="device"} 1',
      'promisc_findings{kind="flag"} 1',
      'promisc_findings{kind="socket"} 0',
    ])
      assert.ok(lines.includes(line), line);
  });

  it("distinguishes the series of its own namespace from those of a namespace that is named own", () => {
    sh("mkdir -p /run/netns");
    ip("netns add own");
    ip("-n own link add c0 type veth peer name c1");
    const { stdout } = promisc(["check", "--format", "prometheus"]);
    ip("netns del own");
    const series =
      stdout.match(/^promisc_interface_promiscuity\{namespace="own.*interface="c0"\}.*$/gm) ?? [];
    assert.equal(series.length, 2, stdout);
    assert.equal(series[0], 'promisc_interface_promiscuity{namespace="own",interface="c0"} 1');
    assert.match(
      series[1] ?? "",
      /^promisc_interface_promiscuity\{namespace="own net:\[\d+\]",interface="c0"\} 0$/,
    );
  });

  it("exits with 1 for findings although nobody reads them or they can't be written", () => {
    const script = `{ ${program} check --netns own; echo $? >&2; } | true`;
    assert.equal(spawnSync("/bin/sh", ["-c", script], { encoding: "utf8" }).stderr, "1\n");
    const full = openSync("/dev/full", "w");
    const { status, stderr } = promisc(["check", "--netns", "own"], { stdio: ["ignore", full, "pipe"] });
    assert.equal(stderr, "promisc: cannot write to standard output: No space left on device (ENOSPC)\n");
    assert.equal(status, 1);
  });

  it("replaces its output file as a whole or not at all", () => {
    writeFileSync("/run/out.prom", "the old one");
    const before = readFileSync("/run/out.prom");
    assert.equal(before.length, 11);
    assert.equal(check("--format", "prometheus", "-o", "/run/out.prom").status, 1);
    assert.match(readFileSync("/run/out.prom", "utf8"), /^# HELP[\s\S]*\n$/);
    assert.equal(sh("ls /run").includes(".tmp"), false);

    const { status, stderr } = check("-o", "/run/none/out");
    assert.equal(status, 5);
    assert.match(stderr, /^promisc: cannot write \/run\/none\/out: No such file or directory \(ENOENT\)\n$/);
    // On a full disk, the old file stays.
    sh("mkdir -p /run/small");
    sh("mount -t tmpfs -o size=4k tmpfs /run/small");
    writeFileSync("/run/small/out", "the old one");
    assert.equal(check("--format", "ecs", "-o", "/run/small/out").status, 5);
    assert.equal(readFileSync("/run/small/out", "utf8"), "the old one");
    assert.equal(sh("ls /run/small"), "out\n");
  });

  it("reports a malformed policy with its line and the reason, and a missing one", () => {
    writeFileSync("/run/bad.yaml", "version: 1\nrules: all\n");
    const bad = check("--policy", "/run/bad.yaml");
    assert.equal(bad.status, 2);
    assert.equal(
      bad.stderr,
      'promisc: cannot read policy /run/bad.yaml: line 2, column 8: "rules" must be a list\neach item of a list begins with "- "\n',
    );
    const none = check("--policy", "/run/none.yaml");
    assert.equal(none.status, 2);
    assert.match(
      none.stderr,
      /^promisc: cannot read policy \/run\/none.yaml: no such file or directory \(ENOENT\)\ncheck the path\n$/,
    );
  });

  it("warns about conditions that can't be met, and checks all the same", () => {
    writeFileSync(
      "/run/mistakes.yaml",
      "version: 1\nrules:\n- {interface: eth.*, user: no\u009bsuch, reason: r, approver: a}\n",
    );
    const warnings = [
      'promisc: warning: policy /run/mistakes.yaml: line 3, column 15: "interface" "eth.*" matches only names that contain a ".", because patterns are not regular expressions: write "eth*"',
      'promisc: warning: policy /run/mistakes.yaml: line 3, column 28: "user" "no\\x9bsuch" is no user of this machine now, so the rule matches nothing: getent passwd lists the users',
      "",
    ];
    const before = check();
    const { status, stdout, stderr } = check("--policy", "/run/mistakes.yaml");
    assert.equal(status, before.status);
    assert.equal(stdout, before.stdout);
    assert.deepEqual(stderr.split("\n"), warnings);
  });

  describe("--explain", () => {
    const policy = "/run/explained.yaml";
    const write = (...rules: string[]): void =>
      writeFileSync(
        policy,
        `version: 1\nrules:\n${rules.map((rule) => `- {${rule}, approver: a}\n`).join("")}`,
      );
    const explain = (...args: string[]) => check("--policy", policy, "--explain", ...args);

    it("prints which rule allows a holder, and which rules match nothing", () => {
      write(
        'interface: c?, kind: flag, reason: "a\\e[31mb"',
        "interface: d0, reason: unused",
        "interface: d1, reason: old, expires: 2020-01-01",
      );
      assert.deepEqual(explain().stdout.split("\n"), [
        "c1: device: bridge cbr: its bridge port",
        "    allowed as a kernel device (devices: allowed)",
        "c0: flag: the administrator's flag",
        "    allowed by /run/explained.yaml:3 (a\\x1b[31mb)",
        "/run/explained.yaml:4: matches nothing now (unused; approved by a)",
        "/run/explained.yaml:5: expired-rule: ended 2020-01-01: renew or remove it (old; approved by a); matches nothing now",
        "",
      ]);
      assert.equal(explain().status, 1);
    });

    it("prints which conditions of the nearest rule are not met", () => {
      write(
        "interface: d0, namespace: red, kind: [flag, socket], reason: far",
        "interface: d0, kind: flag, reason: nearer",
        "interface: c0, namespace: own, kind: [flag], expires: 2020-01-01, reason: nearest",
      );
      const { status, stdout } = explain();
      assert.match(
        stdout,
        /^ {4}not allowed by the nearest rule, \/run\/explained.yaml:5 \(nearest\): it expired 2020-01-01$/m,
      );
      assert.equal(status, 1);
      write(
        "interface: d0, namespace: red, reason: far",
        "interface: d?, kind: socket, user: 0, namespace: own, reason: b",
      );
      assert.match(
        explain().stdout,
        /^ {4}not allowed by the nearest rule, \/run\/explained.yaml:3 \(far\): interface must be d0 and is c0; namespace must be red and is own$/m,
      );
    });

    it("prints the same as JSON", () => {
      write("interface: d0, reason: r");
      const { schema, findings, explanation } = JSON.parse(explain("--json").stdout);
      assert.equal(schema, 1);
      assert.equal(findings.length, 1);
      const [flag, port] = ["c0", "c1"].map((name) =>
        explanation.holders.find(({ ifname }: { ifname: string }) => ifname === name),
      );
      assert.equal(flag.ifname, "c0");
      assert.equal(flag.allowed, false);
      assert.equal(flag.grounds[0].nearest.rule.line, 3);
      assert.deepEqual(flag.grounds[0].nearest.failed, [
        { condition: "interface", wanted: "d0", actual: "c0" },
      ]);
      assert.deepEqual([port.ifname, port.allowed, port.grounds], ["c1", true, [{ allowed: true }]]);
      assert.deepEqual(
        explanation.rules.map(({ rule, ...use }: { rule: { line: number } }) => [rule.line, use]),
        [[3, { expired: false, matches: 0 }]],
      );
    });

    it("says that without a policy's rules nothing is allowed", () => {
      const { stdout } = check("--explain");
      assert.match(stdout, /^c0: flag: .*\n {4}not allowed: there are no rules \(--policy gives some\)\n/m);
    });

    it("refuses formats that have no place for it", () => {
      const { status, stderr } = explain("--format", "ecs");
      assert.equal(stderr, "promisc: cannot check: --explain has no format ecs\nformats: text, json\n");
      assert.equal(status, 2);
    });
  });

  it("prints at most twenty warnings", () => {
    const rules = "- {interface: a b, reason: r, approver: a}\n".repeat(25);
    writeFileSync("/run/many.yaml", `version: 1\nrules:\n${rules}`);
    const lines = check("--policy", "/run/many.yaml").stderr.trimEnd().split("\n");
    assert.equal(lines.length, 21);
    assert.equal(
      lines[20],
      "promisc: warning: policy /run/many.yaml: 5 more of its conditions are like these",
    );
  });

  it("refuses an unknown format", () => {
    assert.equal(check("--format", "xml").status, 2);
    assert.equal(check("--json", "--format", "ecs").status, 2);
  });

  describe("as a user who can't read every process", { skip: noOtherUsers || lacking("setpriv") }, () => {
    const byNobody = (...args: string[]) => promisc(["check", ...args], { wrapper: [...asNobody] });
    const hidden =
      /hidden: \d+ processes hide their sockets and namespaces from this user.*: run it with sudo\n$/;

    it("reports that something is hidden", () => {
      ip("link set c0 promisc off");
      const { status, stdout, stderr } = byNobody();
      assert.match(stdout, hidden);
      assert.doesNotMatch(stderr, /no findings/);
      assert.equal(status, 1);
      const { findings } = JSON.parse(byNobody("--json").stdout);
      const [{ kind, reason, remedy, message }] = findings;
      assert.equal(message, `${kind}: ${reason}: ${remedy}`);
      const metrics = byNobody("--format", "prometheus").stdout.split("\n");
      assert.ok(metrics.includes('promisc_findings{kind="hidden"} 1'));
      const lines = byNobody("--format", "ecs").stdout.trim().split("\n");
      assert.equal(JSON.parse(lines.at(-1) as string).event.action, "finding-hidden");
    });

    it("finds nothing in a namespace that it can read, and reports one that it can't read", () => {
      assert.deepEqual(byNobody("--netns", "own"), {
        status: 0,
        signal: null,
        stdout: "",
        stderr: "no findings\n",
      });
      ip("netns add closed");
      ip("-n closed link set lo promisc on");
      const { status, stdout } = byNobody("--netns", "closed");
      ip("netns del closed");
      assert.match(stdout, /^hidden: .* and \d+ network namespaces? can't be entered: run it with sudo\n$/);
      assert.equal(status, 1);
    });

    it("prints that not everything was seen although the policy allows that", () => {
      writeFileSync("/run/hidden.yaml", "version: 1\nrules:\n- {kind: hidden, reason: r, approver: a}\n");
      const { status, stderr } = byNobody("--policy", "/run/hidden.yaml");
      const { findings, unseen } = JSON.parse(byNobody("--json", "--policy", "/run/hidden.yaml").stdout);
      assert.deepEqual(findings, []);
      assert.match(unseen.reason, /processes hide/);
      assert.match(
        stderr,
        /^no findings in what can be seen; the policy allows that something can't be: \d+ processes/,
      );
      assert.equal(status, 0);
    });

    it("reports that /proc leaves out processes of other users", () => {
      const hiding = [
        "unshare",
        "--mount",
        "sh",
        "-c",
        'mount -t proc -o hidepid=2 proc /proc && exec "$@"',
        "sh",
      ];
      const { status, stdout } = promisc(["check"], { wrapper: [...hiding, ...asNobody] });
      assert.match(stdout, /^hidden: \/proc leaves out processes of other users.*: run it with sudo\n$/);
      assert.equal(status, 1);
    });
  });

  it("finds one tcpdump among ports that are added and removed, and nothing else", {
    skip: noTcpdump,
  }, async () => {
    ip("link set c0 promisc off");
    await using _tcpdump = await HoldingProcess.tcpdump("-i", "c0");
    await using moving = churn("cbr", 200);
    let checks = 0;
    while (!moving.isOver || checks === 0) {
      const { status, stdout } = await new Running(["check", "--netns", "own"]).outcome;
      assert.match(stdout, /^c0: socket: tcpdump .*\n$/);
      assert.equal(status, 1);
      checks++;
    }
    assert.ok(checks >= 3, `only ${checks} checks in the churn`);
    assert.ok(!existsSync("/sys/class/net/churn-0"));
  });
});

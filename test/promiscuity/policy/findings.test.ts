import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { readControlGroup } from "../../../src/linux/process/control-group.js";
import type { ProcessDetails } from "../../../src/linux/process/process-details.js";
import type { Holder } from "../../../src/promiscuity/holders/holder.js";
import type { PromiscuityReport } from "../../../src/promiscuity/holders/report.js";
import { checkPolicy } from "../../../src/promiscuity/policy/findings.js";
import { parsePolicy } from "../../../src/promiscuity/policy/parse.js";
import { defaultPolicy, type Policy } from "../../../src/promiscuity/policy/policy.js";

const now = new Date("2026-11-23T12:00:00Z");

const suricata: ProcessDetails = {
  pid: 7,
  exe: "/usr/bin/suricata",
  uid: 990,
  user: "suricata",
  unit: "suricata.service",
};
const id = "0123456789abcdef".repeat(4);
const flag: Holder = { kind: "flag", units: 1 };
const bridge: Holder = {
  kind: "device",
  units: 1,
  device: { ifindex: 1, ifname: "br0", infoKind: "bridge", netns: 1 },
  relation: "its bridge port",
};
const hidden: Holder = { kind: "hidden", units: 2, reason: "r", remedy: "sudo" };
const socketOf = (...processes: ProcessDetails[]): Holder => ({
  kind: "socket",
  units: 1,
  socket: { inode: 5 },
  processes,
});
const either = (...candidates: Holder[]): Holder => ({
  kind: "unexplained",
  units: 1,
  reason: "one of these",
  candidates,
});

function report(holders: readonly Holder[], names: readonly string[] = []): PromiscuityReport {
  const promiscuity = holders.reduce((sum, { units }) => sum + units, 0);
  return {
    interfaces: [
      {
        netns: { inode: 1, names, own: names.length === 0, processes: 1 },
        ifindex: 2,
        ifname: "eth0",
        promiscuous: promiscuity > 0,
        promiscFlag: holders.includes(flag),
        promiscuity,
        holders,
        allmultiHolders: [],
      } as unknown as PromiscuityReport["interfaces"][number],
    ],
    capturing: [],
  };
}

const policy = (...conditions: string[]): Policy =>
  parsePolicy(
    `version: 1\nrules:\n${conditions.map((each) => `  - {${each}, reason: r, approver: a}`).join("\n")}\n`,
    "p.yaml",
  );

const kinds = (holders: readonly Holder[], by: Policy, names?: readonly string[]): string[] =>
  checkPolicy(report(holders, names), by, { now }).map(({ kind }) => kind);

describe("checkPolicy", () => {
  it("allows only kernel devices without rules", () => {
    assert.deepEqual(kinds([bridge, flag, socketOf(suricata), hidden], defaultPolicy), [
      "flag",
      "socket",
      "hidden",
    ]);
  });

  it("reports devices too if the policy requires it", () => {
    assert.deepEqual(kinds([bridge], { devices: "findings", rules: [] }), ["device"]);
  });

  const matching: readonly [condition: string, matches: boolean, process?: ProcessDetails][] = [
    ["interface: eth*", true],
    ["interface: wlan*", false],
    ["namespace: own", true],
    ["namespace: web", false],
    ["executable: /usr/bin/suricata", true],
    ["executable: /usr/**", true],
    ["executable: /usr/*", false],
    ["executable: /usr/bin/suricata", false, { ...suricata, exe: "/usr/bin/suricata (deleted)" }],
    ["executable: '**'", false, { pid: 7 }],
    ["user: suricata", true],
    ["user: 990", true],
    ["user: 0", false],
    ["unit: suricata.*", true],
    ["unit: '*'", false, { pid: 7 }],
    ["container: docker/*", false],
    ["container: docker/*", true, { ...suricata, container: { id, runtime: "docker" } }],
    [`container: ${id.slice(0, 12)}`, true, { ...suricata, container: { id, runtime: "docker" } }],
    [`container: '${id.slice(0, 11)}'`, false, { ...suricata, container: { id, runtime: "docker" } }],
    ["container: docker/*", false, { ...suricata, container: { id, runtime: "docker", rootless: true } }],
    [
      "container: docker/*, user: 0",
      false,
      { ...suricata, container: { id, runtime: "docker", rootless: true } },
    ],
    [
      "container: docker/*, user: 990",
      true,
      { ...suricata, container: { id, runtime: "docker", rootless: true } },
    ],
    ["executable: /usr/bin/suricata", false, { ...suricata, exeUnverified: true }],
    [
      "executable: /usr/bin/suricata, container: docker/*",
      true,
      { ...suricata, exeUnverified: true, container: { id, runtime: "docker" } },
    ],
    // A container has its own files at any path.
    ["executable: /usr/bin/suricata", false, { ...suricata, container: { id, runtime: "docker" } }],
    [
      "executable: /usr/bin/suricata, container: docker/*",
      true,
      { ...suricata, container: { id, runtime: "docker" } },
    ],
    ["executable: /usr/bin/suricata, user: 0", false],
  ];
  for (const [condition, matches, process = suricata] of matching)
    it(`${matches ? "allows" : "doesn't allow"} by ${condition}${process === suricata ? "" : ` ${JSON.stringify(process).slice(0, 80)}`}`, () => {
      assert.deepEqual(kinds([socketOf(process)], policy(condition)), matches ? [] : ["socket"]);
    });

  const users = "/user.slice/user-1000.slice/user@1000.service/app.slice";
  const byRuntime: readonly (readonly [rule: string, path: string, fake: string])[] = [
    ["container: docker/*", `/system.slice/docker-${id}.scope`, `${users}/docker-${id}.scope`],
    ["container: docker/*", `/docker/${id}`, `${users}/docker/${id}`],
    ["container: podman/*", `/machine.slice/libpod-${id}.scope/container`, `${users}/libpod-${id}.scope`],
    [
      "container: containerd/*",
      `/kubepods.slice/kubepods-pod1.slice/cri-containerd-${id}.scope`,
      `${users}/cri-containerd-${id}.scope`,
    ],
    [
      "container: cri-o/*",
      `/kubepods.slice/kubepods-pod1.slice/crio-${id}.scope`,
      `${users}/crio-${id}.scope`,
    ],
    ["container: lxc/web", "/lxc.payload.web/init.scope", `${users}/lxc.payload.web`],
    ["container: nspawn/web", "/machine.slice/machine-web.scope", `${users}/machine.slice/machine-web.scope`],
    [`container: ${id.slice(0, 12)}`, `/system.slice/docker-${id}.scope`, `${users}/docker-${id}.scope`],
    ["unit: suricata.service", "/system.slice/suricata.service", `${users}/suricata.service`],
  ];
  for (const [rule, path, fake] of byRuntime)
    it(`allows ${path} by ${rule}, but not a user's group of the same name`, () => {
      const inGroup = (cgroup: string): Holder =>
        socketOf({ pid: 7, uid: 1000, ...readControlGroup(cgroup) });
      assert.deepEqual(kinds([inGroup(path)], policy(rule)), []);
      assert.deepEqual(kinds([inGroup(fake)], policy(rule)), ["socket"]);
      // That user's container is allowed if the rule names its user.
      const isRootless = /docker-|libpod|cri|lxc|machine-/.test(fake);
      assert.deepEqual(kinds([inGroup(fake)], policy(`${rule}, user: 1000`)), isRootless ? [] : ["socket"]);
    });

  it("requires a rule for each process that shares a socket", () => {
    const shared = socketOf(suricata, { ...suricata, pid: 8, exe: "/tmp/x" });
    assert.deepEqual(kinds([shared], policy("executable: /usr/bin/*")), ["socket"]);
    assert.deepEqual(kinds([shared], policy("executable: /usr/bin/*", "executable: /tmp/x")), []);
  });

  it("allows by the name of a namespace", () => {
    assert.deepEqual(kinds([flag], policy("namespace: web*"), ["web1"]), []);
    assert.deepEqual(kinds([flag], policy("namespace: own"), ["web1"]), ["flag"]);
  });

  it("allows a holder with several candidates only if all of them are allowed", () => {
    assert.deepEqual(kinds([either(bridge, bridge)], defaultPolicy), []);
    assert.deepEqual(kinds([either(bridge, socketOf(suricata))], defaultPolicy), ["unexplained"]);
    assert.deepEqual(kinds([either()], defaultPolicy), ["unexplained"]);
  });

  it("ignores an expired rule, names it, and reports it", () => {
    const findings = checkPolicy(report([flag]), policy("interface: eth0, expires: 2026-11-22"), { now });
    assert.deepEqual(
      findings.map((finding) => [finding.kind, "rule" in finding ? finding.rule?.line : undefined]),
      [
        ["flag", 3],
        ["expired-rule", 3],
      ],
    );
  });

  it("counts the day of an expiry date, in UTC", () => {
    const last = policy("interface: eth0, expires: 2026-11-23");
    assert.deepEqual(kinds([flag], last), []);
    const later = new Date("2026-11-24T00:00:00Z");
    assert.equal(checkPolicy(report([flag]), last, { now: later }).length, 2);
  });

  describe("on a report that is incomplete", () => {
    const unseen = { ...report([]), unseen: { reason: "some hide", remedy: "sudo" } };
    const found = (by: Policy) => checkPolicy(unseen, by, { now });

    it("reports that something is hidden although no interface is held", () => {
      assert.deepEqual(found(defaultPolicy), [{ kind: "hidden", reason: "some hide", remedy: "sudo" }]);
    });

    it("accepts it only by a rule for all interfaces everywhere", () => {
      assert.deepEqual(found(policy("kind: hidden")), []);
      assert.deepEqual(found(policy("kind: [hidden, flag], interface: '*'")), []);
      for (const narrower of [
        "interface: '*'",
        "kind: hidden, interface: eth*",
        "kind: hidden, namespace: own",
        "kind: [hidden, socket], user: 0",
      ])
        assert.equal(found(policy(narrower)).length, 1, narrower);
    });

    it("names the expired rule that allowed it", () => {
      const [first, second] = found(policy("kind: hidden, expires: 2020-01-01"));
      assert.equal(first?.kind === "hidden" && first.rule?.line, 3);
      assert.equal(second?.kind, "expired-rule");
    });
  });

  it("reports no more findings with more rules, and never more than there are holders", () => {
    const holder = fc.constantFrom(
      flag,
      bridge,
      hidden,
      socketOf(suricata),
      socketOf({ pid: 9 }),
      either(flag),
    );
    const rules = fc.constantFrom(
      "interface: eth0",
      "kind: hidden",
      "user: 990",
      "kind: unexplained",
      "unit: x",
    );
    fc.assert(
      fc.property(fc.array(holder), fc.array(rules), fc.array(rules), (holders, few, more) => {
        const withFew = few.length === 0 ? defaultPolicy : policy(...few);
        const withMore = few.length + more.length === 0 ? defaultPolicy : policy(...few, ...more);
        const found = checkPolicy(report(holders), withMore, { now });
        assert.ok(found.length <= checkPolicy(report(holders), withFew, { now }).length);
        assert.ok(found.every((finding) => "holder" in finding && holders.includes(finding.holder)));
      }),
    );
  });
});

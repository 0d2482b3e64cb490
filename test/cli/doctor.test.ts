import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { describe, it } from "node:test";
import type { Diagnosis } from "../../src/promiscuity/doctor.js";
import { noTun } from "../support/network/devices.js";
import { isolate, noNamespaces, noOtherUsers } from "../support/network/namespace.js";
import { execFileSync, spawnSync } from "../support/process/child-process.js";
import { lacking } from "../support/process/peer.js";
import { promisc } from "../support/process/program.js";
import { noTracing } from "../support/watch/tracing.js";

isolate();

const without = (...capabilities: string[]): { wrapper: string[] } => ({
  wrapper: ["setpriv", `--bounding-set=${capabilities.map((name) => `-${name}`).join(",")}`],
});

function diagnose(options = {}): Diagnosis {
  return JSON.parse(promisc(["doctor", "--json"], options).stdout) as Diagnosis;
}

const allowed = ({ commands }: Diagnosis): Record<string, boolean> =>
  Object.fromEntries(commands.map((command) => [command.command, command.allowed]));

describe("promisc doctor", { skip: noNamespaces || lacking("setpriv") }, () => {
  it("prints which commands the kernel would allow, and what the others need", () => {
    assert.deepEqual(allowed(diagnose()), {
      show: true,
      "who, check, watch": true,
      "on, off": true,
      "hold, run, capture, scan": true,
      doctor: true,
      lab: !noTun,
    });
    const less = diagnose(without("net_admin", "net_raw"));
    assert.deepEqual(allowed(less), {
      show: true,
      "who, check, watch": true,
      "on, off": false,
      "hold, run, capture, scan": false,
      doctor: true,
      lab: !noTun,
    });
    // If a lab isn't possible, its remedy is that of the facility that it lacks.
    for (const { command, needs, allowed: isAllowed, remedy } of less.commands)
      if (!isAllowed)
        assert.match(
          remedy ?? "",
          needs === undefined
            ? /^\/dev\/net\/tun: /
            : new RegExp(`^in a container, start that with --cap-add ${needs.slice(4)}$`),
          command,
        );
    assert.deepEqual(allowed(diagnose(without("net_admin")))["hold, run, capture, scan"], true);
  });

  it("advises users to run it with sudo, or to grant a capability to a copy of node", {
    skip: noOtherUsers,
  }, () => {
    const nobody = { wrapper: ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"] };
    const [, , set, hold] = diagnose(nobody).commands;
    assert.match(set?.remedy ?? "", /^run it with sudo, .*setcap cap_net_admin\+ep/);
    assert.match(hold?.remedy ?? "", /^run it with sudo, .*setcap cap_net_raw\+ep/);
  });

  it("names the effective capabilities as capsh does", { skip: lacking("capsh") }, () => {
    const mask = /^CapEff:\s*(\S+)/m.exec(readFileSync("/proc/self/status", "latin1"))?.[1] as string;
    const names = execFileSync("capsh", [`--decode=${mask}`], { encoding: "latin1" })
      .trim()
      .split("=")[1];
    assert.equal(diagnose().capabilities.join(",").toLowerCase(), names);
    assert.deepEqual(diagnose(without("all")).capabilities, []);
  });

  it("gives a remedy for every facility that is missing", () => {
    const { facilities } = diagnose();
    assert.deepEqual(
      facilities.map(({ name }) => name),
      ["user namespaces", "PACKET_DIAG", "CAP_BPF, CAP_PERFMON", "BTF", "eBPF", "/dev/net/tun", "libpcap"],
    );
    for (const { name, available, detail, remedy } of facilities) {
      assert.notEqual(detail, "", name);
      assert.equal(remedy === undefined, available === true, name);
    }
  });

  it("agrees with the state of the system", () => {
    const facts = new Map(diagnose().facilities.map(({ name, available }) => [name, available]));
    assert.equal(facts.get("user namespaces"), spawnSync("unshare", ["-Ur", "true"]).status === 0);
    assert.equal(facts.get("/dev/net/tun"), !noTun);
    if (!lacking("tcpdump")) assert.equal(facts.get("libpcap"), true);
    if (!lacking("ss")) {
      const asked = spawnSync("ss", ["-0", "-a"], { encoding: "utf8" });
      assert.equal(facts.get("PACKET_DIAG"), asked.status === 0 && asked.stderr === "");
    }
  });

  it("reports whether watch can trace system calls, and which part is missing otherwise", () => {
    const parts = ["CAP_BPF, CAP_PERFMON", "BTF", "eBPF"];
    const state = (options = {}): (boolean | null | undefined)[] => {
      const { facilities } = diagnose(options);
      return parts.map((part) => facilities.find(({ name }) => name === part)?.available);
    };
    assert.deepEqual(state(), [noTracing === false, existsSync("/sys/kernel/btf/vmlinux"), !noTracing]);
    if (noTracing) return;
    for (const missing of ["perfmon", "bpf"])
      assert.deepEqual(state(without(missing, "sys_admin")), [false, true, null], missing);
    assert.deepEqual(state(without("sys_admin")), [true, true, true]);
    assert.deepEqual(state({ wrapper: ["unshare", "--user", "--map-root-user"] }), [false, true, null]);
    const hidden = [
      "unshare",
      "--mount",
      "sh",
      "-c",
      'mount -t tmpfs none /sys/kernel/btf && exec "$@"',
      "sh",
    ];
    assert.deepEqual(state({ wrapper: hidden }), [true, false, false]);
  });

  it("changes no interface, mount or kernel module", () => {
    const state = (): string[] => [
      promisc(["--json"]).stdout,
      readFileSync("/proc/self/mounts", "latin1"),
      existsSync("/proc/modules") ? readFileSync("/proc/modules", "latin1") : "",
    ];
    const before = state();
    assert.equal(promisc(["doctor"]).status, 0);
    assert.deepEqual(state(), before);
  });

  it("keeps its tables within 80 columns, except for the commands of a remedy", () => {
    for (const line of promisc(["doctor"]).stdout.split("\n"))
      if (!line.startsWith("    remedy: ")) assert.ok(line.length <= 80, line);
  });
});

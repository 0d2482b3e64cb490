import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { readdirSync, readlinkSync } from "node:fs";
import { describe, it } from "node:test";
import { noTun } from "../support/devices.js";
import { isolate, noNamespaces, noOtherUsers, sh } from "../support/namespace.js";
import { lacking } from "../support/peer.js";
import { program, promisc, Running } from "../support/program.js";

isolate();

/** The network namespaces that processes are in or have open, as far as this user sees them. */
function namespaces(): Set<string> {
  const found = new Set<string>();
  for (const pid of readdirSync("/proc"))
    if (/^\d+$/.test(pid))
      for (const folder of ["ns", "fd"])
        try {
          for (const entry of readdirSync(`/proc/${pid}/${folder}`)) {
            const target = readlinkSync(`/proc/${pid}/${folder}/${entry}`);
            if (target.startsWith("net:")) found.add(target);
          }
        } catch {
          // It has ended, or is another user's.
        }
  return found;
}

const pause = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));

describe("promisc lab", { skip: noNamespaces || noTun || lacking("ip", "setpriv"), timeout: 120_000 }, () => {
  for (const options of [[], ["--nic", "hash64"], ["--nic", "none"], ["--switch"], ["--hosts", "5"]])
    it(`confirms every claim ${options.join(" ")}`, () => {
      const { status, stdout } = promisc(["lab", ...options]);
      assert.equal(status, 0, stdout);
      assert.equal(stdout.match(/: confirmed$/gm)?.length, 6);
      assert.match(stdout, /held by node\[\d+\] on host3/);
      assert.match(stdout, /Everything was as claimed\.\n$/);
    });

  it("gives the facts in JSON", () => {
    const { confirmed, steps } = JSON.parse(promisc(["lab", "--json"]).stdout);
    assert.equal(confirmed, true);
    assert.deepEqual(
      steps.map(({ frames, promiscuity }: { frames: object; promiscuity: number }) => ({
        ...frames,
        promiscuity,
      })),
      [0, 1, 0, 1, 1, 0].map((on) => ({ passed: on * 100, filtered: (1 - on) * 100, promiscuity: on })),
    );
  });

  it("makes no device here", () => {
    const before = sh("ip -br link");
    promisc(["lab"]);
    assert.equal(sh("ip -br link"), before);
  });

  it("runs a command on a host, and ends as it ended", () => {
    const { status, stdout } = promisc([
      "lab",
      "exec",
      "host2",
      "--",
      "sh",
      "-c",
      "ip -4 -br addr show eth0; exit 7",
    ]);
    assert.equal(status, 7);
    assert.match(stdout, /^eth0 .* 10\.77\.0\.2\/16/);
  });

  it("has promisc itself run on a host", () => {
    const { stdout } = promisc(["lab", "exec", "1", "--", program, "on", "eth0"]);
    assert.match(stdout, /^eth0: .*0 -> 1/);
  });

  it("is carried by the hub: hosts reach each other", { skip: lacking("ping") }, () => {
    const { status } = promisc(["lab", "exec", "2", "--", "ping", "-c", "1", "-W", "2", "10.77.0.3"]);
    assert.equal(status, 0);
  });

  it("leaves nothing behind when it is killed, whenever that is", { skip: noOtherUsers }, async () => {
    await pause(200);
    const before = namespaces();
    for (let round = 0; round < 8; round++) {
      const lab = new Running(["lab", "exec", "1", "--hosts", "6", "--", "sleep", "30"]);
      await pause(20 + round * 40);
      lab.process.kill("SIGKILL");
      await lab[Symbol.asyncDispose]();
    }
    await pause(300);
    // Other tests make and drop namespaces meanwhile: what counts is that none has a host's card.
    const left = [...namespaces()].filter((each) => !before.has(each));
    const sleepers = readdirSync("/proc").filter((pid) => {
      try {
        return (
          /^\d+$/.test(pid) &&
          left.includes(readlinkSync(`/proc/${pid}/ns/net`)) &&
          readlinkSync(`/proc/${pid}/exe`).endsWith("/sleep")
        );
      } catch {
        return false;
      }
    });
    assert.deepEqual(sleepers, []);
  });

  const refusals: readonly [args: string[], status: number, message: RegExp][] = [
    [["lab", "--hosts", "2"], 2, /2 hosts are too few/],
    [["lab", "--nic", "magic"], 2, /there is no card magic\ncards: perfect, hash64, none/],
    [["lab", "exec", "host9", "--", "true"], 2, /the LAN has host1, host2, host3/],
    [["lab", "exec", "host1"], 2, /no command is given/],
  ];
  for (const [args, status, message] of refusals)
    it(`refuses ${args.join(" ")}`, () => {
      const outcome = promisc(args);
      assert.match(outcome.stderr, message);
      assert.equal(outcome.status, status);
    });
});

describe("promisc lab without root", { skip: noOtherUsers || noTun || lacking("setpriv", "unshare") }, () => {
  it("runs in a user namespace, or says what is missing", () => {
    const wrapper = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"];
    const mayOpen =
      spawnSync(wrapper[0] as string, [...wrapper.slice(1), "test", "-w", "/dev/net/tun"]).status === 0;
    const { status, stdout, stderr } = promisc(["lab"], { wrapper });
    if (mayOpen) {
      assert.equal(status, 0);
      assert.match(stdout, /Everything was as claimed\.\n$/);
    } else {
      assert.equal(status, 5);
      assert.match(stderr, /^promisc: cannot make tap devices: EACCES.*\nmodprobe tun, or give this user/);
    }
  });
});

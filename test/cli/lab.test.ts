import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { noTun } from "../support/network/devices.js";
import { isolate, noNamespaces, noOtherUsers, sh } from "../support/network/namespace.js";
import { lacking } from "../support/process/peer.js";
import { program, promisc } from "../support/process/program.js";
import { asNobody, withTun } from "../support/process/without-root.js";

isolate();

describe("promisc lab", { skip: noNamespaces || noTun || lacking("ip", "setpriv"), timeout: 120_000 }, () => {
  for (const options of [[], ["--nic", "hash64"], ["--nic", "none"], ["--switch"], ["--hosts", "5"]])
    it(`confirms every claim with ${options.join(" ") || "no options"}`, () => {
      const { status, stdout } = promisc(["lab", ...options]);
      assert.equal(status, 0, stdout);
      assert.equal(stdout.match(/: confirmed$/gm)?.length, 6);
      assert.match(stdout, /promisc hold eth0 \(pid \d+, /);
      assert.match(stdout, /Everything was as claimed\.\n$/);
    });

  it("prints the facts in JSON", () => {
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

  it("makes no device in the namespace that it is called in", () => {
    const before = sh("ip -br link");
    promisc(["lab"]);
    assert.equal(sh("ip -br link"), before);
  });

  it("runs a command on a host, and exits with its status", () => {
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
    assert.match(stdout, /^eth0 .* 10\.77\.0\.2\/24/);
  });

  it("runs promisc itself on a host", () => {
    const { stdout } = promisc(["lab", "exec", "1", "--", program, "on", "eth0"]);
    assert.match(stdout, /^eth0: .*0 -> 1/);
  });

  it("forwards frames between hosts over the hub", { skip: lacking("ping") }, () => {
    const { status } = promisc(["lab", "exec", "2", "--", "ping", "-c", "1", "-W", "2", "10.77.0.3"]);
    assert.equal(status, 0);
  });

  const refusals: readonly [args: string[], status: number, message: RegExp][] = [
    [["lab", "--hosts", "2"], 2, /--hosts 2 is out of range\ngive a whole number from 3 to 4096/],
    [["lab", "--hosts", "100000"], 2, /--hosts 100000 is out of range\ngive a whole number from 3 to 4096/],
    [["lab", "--nic", "magic"], 2, /there is no card model magic\nmodels: perfect, hash64, none/],
    [
      ["lab", "exec", "host9", "--", "true"],
      2,
      /the LAN has host1, host2, host3\nname one of them, or make a larger LAN: --hosts COUNT /,
    ],
    [["lab", "shell", "99", "--hosts", "20"], 2, /: the LAN has host1 to host20\n/],
    [
      ["lab", "shel"],
      2,
      /^promisc: lab takes no arguments; its commands are exec and shell\npromisc lab --help /,
    ],
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
  it("runs in a user namespace", () => {
    const { status, stdout, stderr } = promisc(["lab"], { wrapper: [...withTun("666"), ...asNobody] });
    assert.equal(status, 0, stderr);
    assert.match(stdout, /Everything was as claimed\.\n$/);
  });

  it("offers hosts for work by hand too", () => {
    const { stdout, status } = promisc(["lab", "exec", "2", "--", program, "on", "eth0"], {
      wrapper: [...withTun("666"), ...asNobody],
    });
    assert.match(stdout, /^eth0: .*0 -> 1/);
    assert.equal(status, 0);
  });

  it("reports what is missing if /dev/net/tun can't be opened", () => {
    const { status, stderr } = promisc(["lab"], { wrapper: [...withTun("600"), ...asNobody] });
    assert.equal(status, 3);
    assert.match(
      stderr,
      /^promisc: cannot make tap devices: Permission denied \(EACCES\): open \/dev\/net\/tun\nrun it with sudo, or let every user open it: sudo chmod 0666 \/dev\/net\/tun\n$/,
    );
    const doctor = promisc(["doctor"], { wrapper: [...withTun("600"), ...asNobody] });
    const [, remedy = ""] = stderr.split("\n");
    assert.ok(doctor.stdout.includes(`    remedy: /dev/net/tun: ${remedy}\n`), doctor.stdout);
    assert.ok(doctor.stdout.includes(`    remedy: ${remedy}\n`), doctor.stdout);
  });
});

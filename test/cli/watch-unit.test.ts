import assert from "node:assert/strict";
import { once } from "node:events";
import { chownSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { describe, it } from "node:test";
import { root } from "../support/docs/pages.js";
import { ip, isolate, noNamespaces, noOtherUsers, sh } from "../support/network/namespace.js";
import { spawn, spawnSync } from "../support/process/child-process.js";
import { Journal, noJournal } from "../support/process/journal.js";
import { lacking } from "../support/process/peer.js";
import { type Outcome, promisc } from "../support/process/program.js";
import { asUnit } from "../support/process/unit-wrapper.js";

isolate();

const POLICY = "/etc/promisc/policy.yaml";
/** Where systemd's services look for commands (systemd.exec(5)). */
const PATH_OF_SERVICES = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

/** Mounts an empty file system on a directory, and this checkout and Node.js at paths below it. */
function install(directory: string): { promisc: string; node: string } {
  sh(`mount -t tmpfs -o mode=755 tmpfs ${directory}`);
  for (const folder of ["package", "bin", "node"]) mkdirSync(`${directory}/${folder}`);
  sh(`mount --bind ${root} ${directory}/package`);
  writeFileSync(`${directory}/node/node`, "");
  sh(`mount --bind ${process.execPath} ${directory}/node/node`);
  symlinkSync("../package/bin/promisc", `${directory}/bin/promisc`);
  return { promisc: `${directory}/bin/promisc`, node: `${directory}/node` };
}

/** Prints the unit of an installed promisc. */
function unitOf(program: string, PATH = process.env["PATH"]): Outcome {
  const { status, signal, stdout, stderr } = spawnSync(program, ["watch", "--print-unit"], {
    encoding: "utf8",
    env: { ...process.env, PATH },
  });
  return { status, signal, stdout, stderr };
}

/** Returns the words of a unit's only line with this name. */
function wordsOf(unit: string, name: string): string[] {
  const lines = [...unit.matchAll(new RegExp(`^${name}=(.*)$`, "gm"))];
  assert.equal(lines.length, 1, name);
  return lines[0]?.[1]?.split(" ") ?? [];
}

describe("promisc watch --print-unit", {
  timeout: 60_000,
  skip: noNamespaces || noOtherUsers || lacking("ip", "mount", "setpriv", "env"),
}, () => {
  const { promisc: program, node } = install("/srv");
  mkdirSync("/run/etc");
  sh("cp -a /etc/. /run/etc");
  sh("mount --bind /run/etc /etc");
  rmSync("/etc/promisc", { recursive: true, force: true });

  it("prints a unit that systemd accepts", { skip: lacking("systemd-analyze") }, () => {
    const { status, stdout } = unitOf(program);
    assert.equal(status, 0);
    const file = "/run/promisc-watch.service";
    writeFileSync(file, stdout);
    const options = ["verify", "--man=no", "--recursive-errors=no", file];
    const { stderr } = spawnSync("systemd-analyze", options, { encoding: "utf8" });
    assert.deepEqual(
      stderr.split("\n").filter((line) => line.includes("promisc")),
      [],
    );
  });

  it("names the program as it was called, and the directory of a Node.js that services don't find", () => {
    const { stdout } = unitOf(program, `${node}:${process.env["PATH"]}`);
    assert.deepEqual(wordsOf(stdout, "ExecStart").slice(0, 2), [program, "watch"]);
    assert.deepEqual(wordsOf(stdout, "Environment"), [`PATH=${node}:${PATH_OF_SERVICES}`]);
  });

  it("quotes paths with blanks and percent signs for systemd", () => {
    mkdirSync("/srv/a b");
    symlinkSync("../package/bin/promisc", "/srv/a b/pro%n");
    assert.match(unitOf("/srv/a b/pro%n").stdout, /^ExecStart="\/srv\/a b\/pro%%n" watch /m);
  });

  it("lets the service read a home, and warns if a user can change what root will run", () => {
    const { promisc: mine } = install("/home");
    chownSync("/home/bin", 61_234, 61_234);
    const atHome = unitOf(mine);
    assert.match(atHome.stdout, /^ProtectHome=read-only$/m);
    assert.match(unitOf(program).stdout, /^ProtectHome=yes$/m);
    assert.equal(unitOf(program).stderr, "");
    chownSync("/home", 61_234, 61_234);
    assert.match(
      unitOf(mine).stderr,
      /^warning: the service runs \/home\/package\/bin\/promisc as root, and user 61234 may change it: install it where only root can, or trust them as root\n/,
    );
  });

  it("refuses a program that the service couldn't see", () => {
    const { promisc: lost } = install("/var/tmp");
    const { status, stdout, stderr } = unitOf(lost);
    assert.deepEqual([status, stdout], [2, ""]);
    assert.match(
      stderr,
      /^promisc: cannot print a systemd unit: \/var\/tmp\/bin\/promisc is in a directory for temporary files, which the service can't see\ninstall promisc for all users first: npm pack, then sudo npm install --global \.\/promisc-\*\.tgz\n$/,
    );
  });

  for (const args of [["eth0"], ["--json"], ["--policy", "a"], ["--no-trace"]])
    it(`refuses ${args.join(" ")}`, () => {
      const { status, stderr } = promisc(["watch", "--print-unit", ...args]);
      assert.equal(status, 2);
      assert.equal(
        stderr,
        "promisc: cannot print a systemd unit: --print-unit takes no interfaces and no other option\nprint the unit, and change its line ExecStart=\n",
      );
    });

  describe("prints a service that", { skip: noJournal || lacking("ip") }, () => {
    ip("link add unit0 type veth peer name unit1");

    /**
     * Runs the unit's command with the unit's environment and capabilities, as systemd does, and sets the flag of unit0.
     * @returns the journal's messages about the start, and the one about the flag
     */
    async function serve(): Promise<{ start: string[]; change: string }> {
      using journal = await Journal.start();
      const { stdout } = unitOf(program, `${node}:${process.env["PATH"]}`);
      const command = [...wordsOf(stdout, "Environment"), ...asUnit(), ...wordsOf(stdout, "ExecStart")];
      const service = spawn("env", ["-i", ...command], { stdio: "ignore" });
      const ended = once(service, "close");
      const own = `_PID=${service.pid}`;
      try {
        await journal.has(own);
        ip("link set unit0 promisc on");
        await journal.has(own, "PROMISC_INTERFACE=unit0");
      } finally {
        service.kill("SIGTERM");
        ip("link set unit0 promisc off");
        await ended;
      }
      const messages = (...fields: string[]): string[] =>
        journal.find(own, ...fields).map(({ MESSAGE = "" }) => MESSAGE);
      const [change = ""] = messages("PROMISC_INTERFACE=unit0");
      return { start: messages("PRIORITY=6"), change };
    }

    it("reports changes without a policy", async () => {
      const { start, change } = await serve();
      assert.match(start[0] ?? "", /^watching \d+ network namespaces?$/);
      assert.equal(start.at(-1), `without a policy: there is no ${POLICY}`);
      assert.match(change, /^unit0: count 0 -> 1; \+ the administrator's flag(?!.*FINDING)/);
    });

    it("reports what a policy doesn't allow", async () => {
      mkdirSync("/etc/promisc");
      writeFileSync(POLICY, "version: 1\n");
      const { start, change } = await serve();
      assert.doesNotMatch(start.join("\n"), /without a policy/);
      assert.match(change, /^unit0: count 0 -> 1; \+ the administrator's flag.*; FINDING: flag$/);
    });
  });
});

describe("promisc watch --policy-if-exists", { skip: noNamespaces }, () => {
  it("reads a file that exists, and reports its errors", () => {
    writeFileSync("/run/wrong.yaml", "version: 7\n");
    const { status, stderr } = promisc(["watch", "--policy-if-exists", "/run/wrong.yaml"]);
    assert.equal(status, 2);
    assert.match(stderr, /\/run\/wrong\.yaml/);
  });

  it("takes a link that leads nowhere for a mistake", () => {
    symlinkSync("/run/nowhere", "/run/link.yaml");
    const { status, stderr } = promisc(["watch", "--policy-if-exists", "/run/link.yaml"]);
    assert.equal(status, 2);
    assert.match(
      stderr,
      /^promisc: cannot read policy \/run\/link\.yaml: no such file or directory \(ENOENT\)\n/,
    );
  });

  it("excludes --policy", () => {
    const { status, stderr } = promisc(["watch", "--policy-if-exists", "a", "--policy", "b"]);
    assert.equal(status, 2);
    assert.equal(
      stderr,
      "promisc: cannot watch: --policy and --policy-if-exists exclude each other\ngive one of them\n",
    );
  });
});

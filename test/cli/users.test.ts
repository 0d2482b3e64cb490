import assert from "node:assert/strict";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { describe, it } from "node:test";
import type { ChangeEvent } from "../../src/promiscuity/watch/event.js";
import { isolate, noNamespaces, sh } from "../support/network/namespace.js";
import { cable } from "../support/network/veth.js";
import { HoldingProcess } from "../support/process/holding-processes.js";
import { lacking } from "../support/process/peer.js";
import { Running } from "../support/process/program.js";
import { noUserDirectory, UserDirectory } from "../support/process/user-directory.js";

isolate();

const alice = "alice:x:54321:54301:Alice:/home/alice:/bin/sh";

/** Returns the effective user and group, the groups and the effective capabilities of a process. */
function identityOf(pid: number | undefined): (string | undefined)[] {
  const status = readFileSync(`/proc/${pid}/status`, "latin1");
  return ["Uid", "Gid", "Groups", "CapEff"].map(
    (field) => new RegExp(`^${field}:[ \\t]*(?:\\d+\\t)?(\\w+)`, "m").exec(status)?.[1],
  );
}

/** Starts a process of a user that holds x0. */
function holdAs(uid: number): Promise<HoldingProcess> {
  return HoldingProcess.python(
    `s = packet_socket()\nos.setgroups([])\nos.setresgid(${uid}, ${uid}, ${uid})\nos.setresuid(${uid}, ${uid}, ${uid})\nadd(s, "x0", PROMISC)\nwait()`,
  );
}

describe("users from /etc/passwd or a directory service", {
  skip: noNamespaces || noUserDirectory || lacking("ip", "python3", "setpriv", "getent"),
}, () => {
  cable("x0", "x1");
  mkdirSync("/run/captures");
  sh("chmod 777 /run/captures");

  let captures = 0;
  const captureAs = async (env: Record<string, string>, ...args: string[]): Promise<Running> => {
    const words = Object.entries(env).map(([name, value]) => `${name}=${value}`);
    const capture = new Running(
      ["capture", "x0", "-w", `/run/captures/${++captures}.pcap`, ...args],
      ["env", ...words],
    );
    await capture.hasSaid("listening on");
    return capture;
  };

  it("can be the user that capture becomes, given with --user or by sudo", async () => {
    await using _ = await UserDirectory.start(alice);
    for (const [env, args] of [
      [{}, ["--user", "alice"]],
      [{ SUDO_UID: "54321", SUDO_GID: "54301" }, []],
    ] as const) {
      await using capture = await captureAs(env, ...args);
      await capture.hasSaid("gave up root for user alice\n");
      assert.deepEqual(identityOf(capture.process.pid), ["54321", "54301", "54301", "0000000000000000"]);
    }
  });

  it("are named by number if the directory doesn't answer, and capture becomes them all the same", async () => {
    await using directory = await UserDirectory.start();
    await using capture = await captureAs({ SUDO_UID: "54322", SUDO_GID: "54302" });
    await capture.hasSaid("gave up root for user 54322\n");
    assert.deepEqual(identityOf(capture.process.pid), ["54322", "54302", "54302", "0000000000000000"]);
    await directory.wasAskedFor("54322.uid.ns.test");
  });

  it("can be allowed by name in a policy", async () => {
    await using _ = await UserDirectory.start(alice);
    writeFileSync(
      "/run/policy.yaml",
      "version: 1\nrules:\n  - { user: alice, reason: she sniffs, approver: bob }\n",
    );
    await using watch = new Running(["watch", "--json", "--policy", "/run/policy.yaml", "x0"]);
    await watch.hasBegun();
    for (const [uid, isAllowed] of [
      [54321, true],
      [54323, false],
    ] as const) {
      await using _hold = await holdAs(uid);
      await watch.says(`"uid":${uid},`);
      // A report that the previous holder went may come first.
      const line = watch.stdout.split("\n").find((each) => each.includes(`"uid":${uid},`)) ?? "";
      const event = JSON.parse(line) as { findings: unknown[] };
      assert.equal(event.findings.length, isAllowed ? 0 : 1, line);
    }
  });

  it("don't delay events of a watch, or its end, if the directory doesn't answer", async () => {
    await using directory = await UserDirectory.start();
    await using watch = new Running(["watch", "--json", "x0"]);
    await watch.hasBegun();
    await using _ = await holdAs(54324);
    await directory.wasAskedFor("54324.uid.ns.test");
    await watch.says('"came":[{');
    const line = watch.stdout.split("\n").find((each) => each.includes('"came":[{')) ?? "";
    const event = JSON.parse(line) as ChangeEvent;
    const [came] = event.came;
    assert.equal(came?.holder?.kind, "socket");
    const [process] = came.holder.processes;
    assert.deepEqual([process?.uid, process?.user], [54324, undefined]);
    // The directory's question is still unanswered, because this server never answers.
    watch.process.kill("SIGINT");
    assert.equal((await watch.outcome).status, 0);
  });

  it("are known to a watch if they are added to /etc/passwd after its start", async () => {
    await using watch = new Running(["watch", "--json", "x0"]);
    await watch.hasBegun();
    const passwd = readFileSync("/etc/passwd", "utf8");
    writeFileSync("/run/passwd", `${passwd}late:x:54325:54305::/:/bin/sh\n`);
    // useradd too replaces the file by a new one.
    sh("mount --bind /run/passwd /etc/passwd");
    await using _ = await holdAs(54325);
    await watch.says('"user":"late"');
  });
});

describe("promisc capture as root with CAP_NET_RAW only", {
  skip: noNamespaces || lacking("ip", "setpriv"),
}, () => {
  cable("y0", "y1");
  const only = ["setpriv", "--bounding-set=-all,+net_raw", "--inh-caps=-all,+net_raw"];

  it("works, and prints that it remains root", async () => {
    await using capture = new Running(["capture", "y0"], only);
    await capture.hasSaid("listening on y0");
    if (noUserDirectory === false)
      await capture.hasSaid("remains root: without CAP_SETUID and CAP_SETGID it can't be given up\n");
    assert.equal(identityOf(capture.process.pid)[3], "0000000000002000");
    capture.process.kill("SIGINT");
    assert.equal((await capture.outcome).status, 0);
  });

  it("refuses to become another user, and prints what it needs", async () => {
    await using capture = new Running(["capture", "y0", "--user", "nobody"], only);
    const { status, stderr } = await capture.outcome;
    assert.equal(status, 3);
    assert.match(stderr, /^promisc: cannot become user nobody: .*\nneeds CAP_SETUID and CAP_SETGID/m);
  });
});

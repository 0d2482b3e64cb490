import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { after, before, describe, it } from "node:test";
import type { ReportedEvent } from "../../src/promiscuity/watch/event.js";
import { ip, isolate, sh } from "../support/network/namespace.js";
import {
  noUnprivilegedNamespaces,
  UnprivilegedNamespaces,
} from "../support/network/unprivileged-namespaces.js";
import { type Outcome, promisc, Running } from "../support/process/program.js";

isolate();

/**
 * Runs promisc until its output shows that it couldn't read a namespace consistently; occasionally it can. Each run
 * must succeed.
 */
function untilChanging(args: string[], status: number): Outcome {
  for (let tries = 0; tries < 20; tries++) {
    const outcome = promisc(args);
    assert.equal(outcome.status, status, outcome.stderr);
    if (CHANGING.test(outcome.stdout + outcome.stderr)) return outcome;
  }
  throw new Error("the namespace could always be read");
}

const CHANGING = /its interfaces change all the time/;

describe("while an ordinary user adds and removes interfaces in a namespace of that user's", {
  skip: noUnprivilegedNamespaces,
}, () => {
  let storm: UnprivilegedNamespaces;
  before(async () => {
    ip("link set lo promisc on");
    ip("link add h0 type veth peer name h1");
    storm = await UnprivilegedNamespaces.storm();
  });
  after(() => storm[Symbol.asyncDispose]());

  it("check reports the other findings and that namespace", () => {
    const { stdout, stderr } = untilChanging(["check"], 1);
    assert.equal(stderr, "");
    assert.match(stdout, /^lo: flag: the administrator's flag$/m);
    assert.match(
      stdout,
      new RegExp(
        `^incomplete: network namespace net:\\[\\d+\\] couldn't be read completely: ${CHANGING.source}.*; python3 .*nobody.* runs there`,
        "m",
      ),
    );
    const { findings } = JSON.parse(untilChanging(["check", "--json"], 1).stdout);
    const found = findings.find(({ kind }: { kind: string }) => kind === "incomplete");
    assert.equal(found.netns.own, false);
    assert.equal(found.process.user, "nobody");
  });

  it("check -o writes these findings instead of keeping the old file", () => {
    let lines: string[] = [];
    for (let tries = 0; tries < 20 && !lines.includes('promisc_findings{kind="incomplete"} 1'); tries++) {
      writeFileSync("/run/promisc.prom", "yesterday's\n");
      assert.equal(promisc(["check", "--format", "prometheus", "-o", "/run/promisc.prom"]).status, 1);
      lines = readFileSync("/run/promisc.prom", "utf8").split("\n");
    }
    assert.ok(lines.includes('promisc_findings{kind="incomplete"} 1'));
    assert.ok(lines.includes('promisc_interface_promiscuity{namespace="own",interface="lo"} 1'));
  });

  it("who and show print the holders, and what couldn't be read", () => {
    const who = untilChanging(["who", "lo"], 0);
    assert.match(who.stdout, /^lo: count 1\n {4}1 {2}the administrator's flag$/m);
    assert.match(who.stderr, CHANGING);
    assert.equal(JSON.parse(untilChanging(["who", "--json"], 0).stdout).incomplete.length, 1);
    const show = untilChanging(["show", "lo"], 0);
    assert.match(show.stdout, /the administrator's flag/);
    assert.match(show.stderr, CHANGING);
  });

  it("off prints what it changed, and who still holds the interface", async () => {
    await using hold = new Running(["hold", "lo"]);
    await hold.says("promiscuous");
    const { status, stdout, stderr } = promisc(["off", "lo"]);
    assert.equal(status, 0);
    assert.match(stderr, /^\S+\[(\d+)\] keeps it until it ends: kill \1\n$/);
    assert.match(
      stdout,
      /^lo: promiscuous: flag on -> off, count 2 -> 1: 1 other holder keeps it promiscuous: \S+\[\d+\]\n$/,
    );
  });

  it("watch reports the namespace, goes on, and names processes that hold interfaces elsewhere", async () => {
    await using watch = new Running(["watch", "--json"]);
    await watch.hasBegun();
    await watch.says('"event":"incomplete"');
    for (let times = 1; times <= 3; times++) {
      await using hold = new Running(["hold", "h0"]);
      await watch.says(`"pid":${hold.process.pid}`);
      await hold.says("promiscuous");
    }
    watch.process.kill("SIGINT");
    const { status, stdout, stderr } = await watch.outcome;
    assert.equal(status, 0, stderr);
    const events = stdout
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line) as ReportedEvent);
    const unread = events.flatMap((event) => (event.event === "incomplete" ? [event.reason] : []));
    assert.match(unread[0] ?? "", CHANGING);
  });
});

describe("while an ordinary user has more namespaces than promisc reads", {
  skip: noUnprivilegedNamespaces,
}, () => {
  // One in eight descriptors is for namespaces that any user can make.
  const withFewDescriptors = ["prlimit", "--nofile=256:256"];
  let namespaces: UnprivilegedNamespaces;
  before(async () => {
    sh("mkdir -p /run/netns");
    namespaces = await UnprivilegedNamespaces.many(60);
  });
  after(() => namespaces[Symbol.asyncDispose]());

  it("watch prints how many it leaves out, and watches those that root makes", async () => {
    await using watch = new Running(["watch", "--json"], withFewDescriptors);
    await watch.hasBegun();
    assert.match(watch.stderr, /^watching \d+ network namespaces, but not \d+ others$/m);
    await watch.says('"event":"unwatched"');
    const [, left] = /"namespaces":(\d+)/.exec(watch.stdout) ?? [];
    assert.ok(Number(left) >= 60 - 32, `${left} left out`);
    ip("netns add late");
    ip("-n late link set lo promisc on");
    await watch.says('"names":["late"]');
    ip("netns del late");
    watch.process.kill("SIGINT");
    assert.equal((await watch.outcome).status, 0);
  });

  it("who and check report that namespaces were left out when no more files can be opened", () => {
    const wrapper = ["prlimit", "--nofile=40:40"];
    const { status, stdout } = promisc(["check"], { wrapper });
    assert.match(stdout, /^incomplete: \d+ more network namespaces were left out$/m);
    assert.equal(status, 1);
    assert.match(promisc(["who"], { wrapper }).stderr, /more network namespaces were left out/);
  });
});

describe("while an ordinary user has hundreds of namespaces", { skip: noUnprivilegedNamespaces }, () => {
  /** Returns the resident memory of a watch that has begun, in megabytes. */
  async function memory(): Promise<number> {
    await using watch = new Running(["watch", "--no-trace"]);
    await watch.hasBegun();
    const [, kilobytes] =
      /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${watch.process.pid}/status`, "latin1")) ?? [];
    return Number(kilobytes) / 1024;
  }

  it("watch needs little more memory", async () => {
    const before = await memory();
    await using _namespaces = await UnprivilegedNamespaces.many(500);
    const more = (await memory()) - before;
    assert.ok(more < 25, `${more} MB more`);
  });
});

describe("while no more files can be opened", { skip: noUnprivilegedNamespaces }, () => {
  it("watch goes on, reports what it couldn't read, and recovers afterwards", async () => {
    ip("link add f0 type veth peer name f1");
    await using watch = new Running(["watch", "--no-trace"]);
    await watch.hasBegun();
    const limit = (files: number): string => sh(`prlimit --pid ${watch.process.pid} --nofile=${files}:4096`);
    limit(3);
    await using _hold = new Running(["hold", "f0"]);
    await watch.says("network namespace own can't be read completely: ");
    assert.match(watch.stdout, /EMFILE/);
    await watch.says("f0: count 0 -> 1; + somebody");
    limit(4096);
    await watch.says("network namespace own can be read completely again");
    await using again = new Running(["hold", "f1"]);
    await watch.says(`(pid ${again.process.pid}, user root`);
    watch.process.kill("SIGINT");
    const { status, stderr } = await watch.outcome;
    assert.equal(status, 0, stderr);
  });
});

import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { ReportedEvent } from "../../src/promiscuity/watch/event.js";
import { ip, isolate, noNamespaces } from "../support/network/namespace.js";
import { lacking } from "../support/process/peer.js";
import { Running } from "../support/process/program.js";

isolate();

describe("promisc watch", { skip: noNamespaces || lacking("ip") }, () => {
  ip("link add watched0 type veth peer name watched1");
  ip("link add other0 type veth peer name other1");

  it("prints one line per change at once, and exits with 0 on Ctrl-C", async () => {
    await using watch = new Running(["watch", "watched0"]);
    await watch.hasBegun();
    ip("link set other0 promisc on");
    ip("link set watched0 promisc on");
    await watch.says("0 -> 1");
    watch.process.kill("SIGINT");
    const { status, stdout } = await watch.outcome;
    assert.equal(status, 0);
    assert.match(
      stdout,
      /^20\d\d-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z watched0: count 0 -> 1; \+ the administrator's flag.* \[\w+\]\n$/,
    );
    ip("link set watched0 promisc off");
  });

  it("says that an interface doesn't exist yet, and reports its changes once it does", async () => {
    await using watch = new Running(["watch", "later0", "watched0"]);
    await watch.hasBegun();
    ip("link add later0 type veth peer name later1");
    ip("link set later0 promisc on");
    await watch.says("later0: count 0 -> 1");
    watch.process.kill("SIGINT");
    const { status, stdout, stderr } = await watch.outcome;
    assert.equal(status, 0);
    assert.match(stdout, /^\S+ later0: count 0 -> 1; .*\n$/);
    const [watching, missing, ...others] = stderr.trimEnd().split("\n");
    assert.match(watching ?? "", /^watching \d+ network namespaces?/);
    assert.equal(missing, "there is no interface later0 in any of them yet: waiting for it");
    assert.ok(!others.some((line) => line.includes("watched0")));
    ip("link del later0");
  });

  it("says why it can't trace system calls, and what to do about it", {
    skip: lacking("setpriv"),
  }, async () => {
    const wrapper = ["setpriv", "--bounding-set=-all", "--inh-caps=-all"];
    await using watch = new Running(["watch", "watched0"], wrapper);
    await watch.hasBegun();
    watch.process.kill("SIGINT");
    const [, error, ...remedy] = (await watch.outcome).stderr.trimEnd().split("\n");
    assert.match(error ?? "", /^cannot trace system calls: Operation not permitted \(EPERM\)/);
    assert.deepEqual(remedy, [
      "holders that stay only for a moment may not be named, nor who sets or clears the administrator's flag; tracing needs CAP_BPF and CAP_PERFMON, or CAP_SYS_ADMIN, in the initial user namespace: in a container, start that with --cap-add BPF --cap-add PERFMON",
    ]);
  });

  it("says which name an interface has that is asked for by another one", async () => {
    ip("link property add dev watched0 altname another\x1b0");
    await using watch = new Running(["watch", "another\x1b0"]);
    await watch.hasBegun();
    watch.process.kill("SIGINT");
    assert.match(
      (await watch.outcome).stderr,
      /^another\\x1b0 is another name of watched0, and changes are reported by that one: promisc watch watched0$/m,
    );
  });

  it("prints one line of JSON per change, and nothing else on standard output", async () => {
    await using watch = new Running(["watch", "--json", "watched0"]);
    await watch.hasBegun();
    await using hold = new Running(["hold", "watched0"]);
    await hold.says("held");
    // Without a trace, a holder that ends at once can't be named.
    await watch.says('"came":[{');
    hold.process.kill("SIGINT");
    await watch.says('"went":[{');
    watch.process.kill("SIGTERM");
    const lines = (await watch.outcome).stdout.trim().split("\n");
    const events = lines.map((line) => JSON.parse(line) as ReportedEvent & { schema: number });
    const told = events.map((event) => {
      assert.equal(event.schema, 1);
      assert.equal(event.event, "change");
      const [attribution] = [...event.came, ...event.went];
      const holder = attribution?.holder;
      assert.equal(holder?.kind, "socket");
      return [event.before.promiscuity, event.after.promiscuity, holder.processes[0]?.pid];
    });
    assert.deepEqual(told, [
      [0, 1, hold.process.pid],
      [1, 0, hold.process.pid],
    ]);
  });
});

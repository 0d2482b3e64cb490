import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { readInterface, readInterfaces } from "../../src/promiscuity/read.js";
import { ip, isolate, noNamespaces } from "../support/network/namespace.js";
import { execFileSync, spawnSync } from "../support/process/child-process.js";
import { lacking } from "../support/process/peer.js";
import { program, promisc } from "../support/process/program.js";

isolate();

describe("promisc and promisc show", { skip: noNamespaces || lacking("ip") }, () => {
  ip("link add fifteen-bytes15 type veth peer name p");
  ip("link set lo up");
  ip("link set fifteen-bytes15 up");
  ip("link set fifteen-bytes15 promisc on");
  ip("link set fifteen-bytes15 allmulticast on");
  ip("link property add dev p altname a-name-of-more-than-fifteen-bytes");
  for (let at = 1; at <= 5; at++) {
    ip(`addr add 192.0.2.${at}/24 dev fifteen-bytes15`);
    ip(`addr add 2001:db8:aaaa:bbbb:cccc:dddd:eeee:fff${at}/128 dev fifteen-bytes15 nodad`);
  }

  it("print the same table of all interfaces, within 80 columns", () => {
    const table = promisc([]).stdout;
    assert.equal(promisc(["show"]).stdout, table);
    for (const line of table.split("\n")) assert.ok(line.length <= 80, line);
    assert.match(table, /^INTERFACE +STATE +PROMISC +FLAG +COUNT +ALLMULTI +ADDRESSES$/m);
    assert.match(table, /^fifteen-bytes15 +LOWERLAYERDOWN +yes +on +1 +1 /m);
    assert.match(table, /^lo +UNKNOWN +no +off +0 +0 +127\.0\.0\.1\/8\n +::1\/128$/m);
    for (let at = 1; at <= 5; at++) assert.match(table, new RegExp(`[ ]192.0.2.${at}/24`));
  });

  it("print one object with the schema's version with --json", () => {
    const value = JSON.parse(promisc(["--json"]).stdout) as {
      schema: number;
      interfaces: { ifname: string }[];
    };
    assert.equal(value.schema, 1);
    assert.deepEqual(
      value.interfaces.map(({ ifname }) => ifname),
      ["lo", "p", "fifteen-bytes15"],
    );
    assert.equal(promisc(["--json", "show"]).stdout, promisc(["show", "--json"]).stdout);
  });

  it("show an interface in full by its name, by an alternative name, or by its name as ip prints it", () => {
    const byName = promisc(["show", "p"]).stdout;
    assert.match(byName, /^\d+: p: not promiscuous\n/);
    assert.match(byName, /^ +names +a-name-of-more-than-fifteen-bytes$/m);
    assert.equal(promisc(["show", "a-name-of-more-than-fifteen-bytes"]).stdout, byName);
    assert.equal(promisc(["show", "p@fifteen-bytes15"]).stdout, byName);
    assert.equal(promisc(["show", "p@if99"]).stdout, byName);
  });

  it("show those of several interfaces that exist, and exit with the failure's status", () => {
    const { status, stdout, stderr } = promisc(["show", "lo", "nosuch", "p"]);
    assert.equal(status, 4);
    assert.match(stdout, /: lo: .*: p: /s);
    assert.match(stderr, /nosuch/);
  });

  it("accept an interface whose name contains an @", () => {
    ip("link add a@b type veth peer name a");
    assert.match(promisc(["show", "a@b"]).stdout, /^\d+: a@b: /);
    assert.match(promisc(["show", "a@nothing"]).stdout, /^\d+: a: /);
    ip("link del a@b");
  });

  it("escape control characters in names, except for show --ip into a file or pipe", () => {
    const hostile = "\u001b[31mred\u0007";
    execFileSync("ip", ["link", "add", hostile, "type", "ifb"]);
    execFileSync("sh", ["-c", 'ip link add "$(printf "raw\\377")" type ifb']);
    for (const args of [[], ["show", hostile]]) {
      const { stdout } = promisc(args);
      assert.ok(stdout.includes("\\x1b[31mred\\x07"), stdout);
      // biome-ignore lint/suspicious/noControlCharactersInRegex: the test is that there are none
      assert.doesNotMatch(stdout, /[\x00-\x09\x0b-\x1f]/);
    }
    assert.ok(promisc([]).stdout.includes("raw\\xff"));
    const bytes = (command: string, ...args: string[]): Buffer => spawnSync(command, args).stdout;
    assert.deepEqual(bytes(program, "show", "--ip"), bytes("ip", "address", "show"));
  });

  it("colour promiscuous interfaces on a terminal only, and honour NO_COLOR", {
    skip: lacking("script"),
  }, () => {
    const onTerminal = (env: object): string =>
      spawnSync("script", ["-qec", program, "/dev/null"], {
        encoding: "utf8",
        env: { ...process.env, TERM: "xterm", ...env },
      }).stdout;
    assert.ok(onTerminal({ NO_COLOR: "" }).includes("\u001b[1;33mfifteen-bytes15"));
    assert.ok(!onTerminal({ NO_COLOR: "1" }).includes("\u001b["));
    assert.ok(!onTerminal({ TERM: "dumb" }).includes("\u001b["));
    assert.ok(!promisc([]).stdout.includes("\u001b["));
  });

  it("read the same state for one interface as for all", () => {
    const all = readInterfaces();
    for (const state of all)
      if (/^\w+$/.test(state.ifname)) assert.deepEqual(readInterface(state.ifname), state);
  });
});

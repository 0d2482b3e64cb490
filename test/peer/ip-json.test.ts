import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { populate } from "../support/network/devices.js";
import { ip, isolate, noNamespaces } from "../support/network/namespace.js";
import { lacking } from "../support/process/peer.js";
import { promisc } from "../support/process/program.js";

isolate();

type Facts = Record<string, unknown>;

/** Facts that `ip -j -d address show` prints for every interface, and that must be the same in promisc. */
const always = [
  "ifindex",
  "ifname",
  "flags",
  "mtu",
  "qdisc",
  "operstate",
  "group",
  "link_type",
  "promiscuity",
  "allmulti",
];

/** Facts that it prints for some interfaces, and that must be in both or in neither. */
const sometimes = [
  "link",
  "link_index",
  "link_netnsid",
  "master",
  "address",
  "broadcast",
  "link_pointtopoint",
  "permaddr",
  "proto_down",
  "proto_down_reason",
  "altnames",
  "ifalias",
];

const addressFacts = [
  "family",
  "local",
  "address",
  "prefixlen",
  "broadcast",
  "scope",
  "label",
  "valid_life_time",
  "preferred_life_time",
];

function pick(facts: Facts, keys: string[]): Facts {
  return Object.fromEntries(keys.map((key) => [key, facts[key]]));
}

const lifetimes = ["valid_life_time", "preferred_life_time"] as const;

/** Returns an address with the other one's lifetimes if a clock that ran on in between explains the difference. */
function alike(address: Facts, other: Facts = {}): Facts {
  const like: Facts = { ...address };
  for (const key of lifetimes) {
    const [mine, its] = [Number(address[key]), Number(other[key])];
    if (mine >= its && mine - its <= 30) like[key] = other[key];
  }
  return like;
}

describe("--json and ip -j -d address show", { skip: noNamespaces || lacking("ip") }, () => {
  populate();
  ip("link set v0 promisc on");
  ip("link set v0 allmulticast on");
  const { interfaces } = JSON.parse(promisc(["--json"]).stdout) as { interfaces: Facts[] };
  const theirs = JSON.parse(ip("-j -d address show")) as Facts[];

  it("contain the same interfaces in the same order", () => {
    assert.deepEqual(
      interfaces.map(({ ifname }) => ifname),
      theirs.map(({ ifname }) => ifname),
    );
  });

  for (const [at, expected] of theirs.entries()) {
    const actual = interfaces[at] ?? {};
    it(`agree on ${expected["ifname"]}`, () => {
      for (const key of always) assert.ok(key in expected, `ip has no ${key}`);
      assert.deepEqual(pick(actual, [...always, ...sometimes]), pick(expected, [...always, ...sometimes]));
      // ip omits a queue length of 0.
      assert.equal(actual["txqlen"], expected["txqlen"] ?? 0);
      const kind = (expected["linkinfo"] as Facts | undefined)?.["info_kind"];
      assert.equal((actual["linkinfo"] as Facts | undefined)?.["info_kind"], kind);
    });

    it(`agree on the addresses of ${expected["ifname"]}`, () => {
      const mine = actual["addr_info"] as Facts[];
      const its = expected["addr_info"] as Facts[];
      assert.deepEqual(
        mine.map((address, at) => pick(alike(address, its[at]), addressFacts)),
        its.map((address) => pick(address, addressFacts)),
      );
      const flagsOf = (address: Facts): string[] =>
        Object.keys(address).filter((key) => address[key] === true);
      assert.deepEqual(
        mine.map(({ flags }) => flags),
        its.map(flagsOf),
      );
    });
  }
});

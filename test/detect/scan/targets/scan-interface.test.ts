import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { describe, it } from "node:test";
import { parseTarget } from "../../../../src/detect/scan/targets/range.js";
import { findScanInterface } from "../../../../src/detect/scan/targets/scan-interface.js";
import { NetworkNamespace } from "../../../../src/linux/namespace/network-namespace.js";
import { ip, isolate, noNamespaces } from "../../../support/network/namespace.js";
import { lacking } from "../../../support/process/peer.js";

isolate();

/** Runs `check` in a namespace with two interfaces, v0 and v1, whose peers are in another namespace. */
function onHost(setUp: readonly string[], check: () => void): void {
  using far = NetworkNamespace.create();
  using host = NetworkNamespace.create();
  host.enter(() => {
    ip("link set lo up");
    for (const name of ["v0", "v1"]) {
      ip(`link add ${name} type veth peer name far netns /proc/${process.pid}/fd/${far.fd}`);
      far.enter(() => {
        ip(`link set far name far-${name}`);
        ip(`link set far-${name} up`);
      });
      ip(`link set ${name} addrgenmode none`);
      ip(`link set ${name} up`);
    }
    for (const words of setUp) ip(words);
    check();
  });
}

const found = (targets: readonly string[], name?: string): string =>
  findScanInterface(name, targets.map(parseTarget)).name;

const refused = (targets: readonly string[], message: RegExp, name?: string): void =>
  assert.throws(
    () => found(targets, name),
    (error) => {
      assert.equal((error as { code?: string }).code, "usage");
      assert.match((error as Error).message, message);
      assert.match((error as { hint?: string }).hint ?? "", /./);
      return true;
    },
  );

/** Returns the interface that packets to an address leave through. */
const device = (address: string): string => JSON.parse(ip(`-json route get ${address}`))[0].dev;

const skip = noNamespaces || lacking("ip");

describe("the source address of probes", { skip }, () => {
  it("is the interface's own address in the targets' network", () => {
    onHost(["addr add 192.0.2.1/24 dev v0", "addr add 198.51.100.1/24 dev v0"], () => {
      const source = (...targets: string[]): string | undefined =>
        findScanInterface("v0", targets.map(parseTarget)).ipv4;
      assert.equal(source(), "192.0.2.1");
      assert.equal(source("192.0.2.7"), "192.0.2.1");
      assert.equal(source("198.51.100.7", "fe80::7", "198.51.100.8-9"), "198.51.100.1");
      assert.equal(JSON.parse(ip("-json route get 198.51.100.7"))[0].prefsrc, "198.51.100.1");
      refused(
        ["192.0.2.7", "198.51.100.7"],
        /the targets are in several of its networks: 192\.0\.2\.1\/24, 198\.51\.100\.1\/24$/,
        "v0",
      );
    });
  });
});

describe("the interface for scanning targets", { skip }, () => {
  for (const [near, other] of [
    ["v0", "v1"],
    ["v1", "v0"],
  ] as const)
    it(`is that of the route with the lower metric, ${near}, if two have the same network`, () => {
      const setUp = [
        "addr add 192.0.2.1/24 dev v0 noprefixroute",
        "addr add 192.0.2.2/24 dev v1 noprefixroute",
        `route add 192.0.2.0/24 dev ${near} metric 10`,
        `route add 192.0.2.0/24 dev ${other} metric 20`,
      ];
      onHost(setUp, () => {
        assert.equal(device("192.0.2.77"), near);
        assert.equal(found(["192.0.2.77"]), near);
        // The first address is this host's own.
        assert.equal(found(["192.0.2.0/24"]), near);
        assert.equal(found(["192.0.2.77"], other), other);
      });
    });

  it("is that of the longest prefix if networks overlap", () => {
    const setUp = ["addr add 10.0.0.1/8 dev v0", "addr add 10.1.0.1/16 dev v1"];
    onHost(setUp, () => {
      for (const [address, name] of [
        ["10.1.2.3", "v1"],
        ["10.2.2.3", "v0"],
      ] as const) {
        assert.equal(device(address), name);
        assert.equal(found([address]), name);
      }
      refused(
        ["10.1.2.3", "10.2.2.3"],
        /scan 10\.2\.2\.3 by v1: it isn't on its network \(10\.1\.0\.1\/16\)/,
      );
    });
  });

  it("can be that of an IPv6 route", () => {
    const setUp = [
      "addr add 2001:db8::1/64 dev v0 nodad",
      "addr add 2001:db8:1::1/64 dev v1 nodad",
      "route add 2001:db8:2::/64 dev v1",
    ];
    onHost(setUp, () => {
      // A router also has the first address of its networks (RFC 4291, section 2.6.1).
      writeFileSync("/proc/sys/net/ipv6/conf/all/forwarding", "1");
      assert.equal(found(["2001:db8::7"]), "v0");
      assert.equal(found(["2001:db8::/120"]), "v0");
      assert.equal(found(["2001:db8:1::/120"]), "v1");
      assert.equal(found(["2001:db8:2::7"]), "v1");
      refused(["2001:db8:3::7"], /ENETUNREACH.*no route leads to it/);
      refused(["2001:db8:1::"], /it is this host itself/);
    });
  });

  it("doesn't exist for targets behind a router, which the error names", () => {
    const setUp = [
      "addr add 192.0.2.1/24 dev v0",
      "addr add 2001:db8::1/64 dev v0 nodad",
      "route add default via 192.0.2.254",
      "route add 198.51.100.0/24 via inet6 2001:db8::fe dev v0",
      "route add 2001:db8:1::/48 via 2001:db8::fd",
    ];
    onHost(setUp, () => {
      refused(["203.0.113.7"], /^cannot scan 203\.0\.113\.7: it is behind the router 192\.0\.2\.254$/);
      refused(
        ["203.0.113.0/24"],
        /scan 203\.0\.113\.0\/24: 203\.0\.113\.1 is behind the router 192\.0\.2\.254$/,
      );
      refused(["198.51.100.7"], /it is behind the router 2001:db8::fe$/);
      refused(["2001:db8:1::7"], /it is behind the router 2001:db8::fd$/);
      refused(["203.0.113.7"], /it isn't on its network \(192\.0\.2\.1\/24\)/, "v0");
    });
  });

  it("doesn't exist if no route leads to the target or the route refuses", () => {
    const setUp = [
      "addr add 192.0.2.1/24 dev v0",
      "addr add 2001:db8::1/64 dev v0 nodad",
      "route add unreachable 198.51.100.1",
      "route add prohibit 198.51.100.2",
      "route add blackhole 2001:db8:1::/64",
    ];
    onHost(setUp, () => {
      refused(
        ["203.0.113.7"],
        /^cannot scan 203\.0\.113\.7: Network is unreachable \(ENETUNREACH\): no route leads to it$/,
      );
      refused(["203.0.113.0/24"], /no route leads to 203\.0\.113\.1$/);
      refused(["198.51.100.1"], /\(EHOSTUNREACH\): a route of the type unreachable is for it$/);
      refused(["198.51.100.2"], /\(EACCES\): a route or rule of the type prohibit is for it$/);
      refused(["2001:db8:1::7"], /\(EINVAL\): a route or rule of the type blackhole is for it$/);
    });
  });

  it("doesn't exist for this host itself", () => {
    const setUp = ["addr add 192.0.2.1/24 dev v0", "addr add 192.0.2.2/24 dev v0"];
    onHost(setUp, () => {
      refused(["192.0.2.1"], /^cannot scan 192\.0\.2\.1: it is this host itself$/);
      refused(["192.0.2.1-2"], /192\.0\.2\.2 is this host itself$/);
      refused(["127.0.0.0/8"], /127\.0\.\d\.\d+ is this host itself$/);
      assert.equal(found(["192.0.2.1-3"]), "v0");
    });
  });

  it("doesn't exist for a link-local address that several links may have", () => {
    const setUp = ["addr add fe80::1/64 dev v0 nodad", "addr add fe80::1/64 dev v1 nodad"];
    onHost(setUp, () => {
      refused(["fe80::7"], /it may be on any of several links: v[01], v[01]$/);
      assert.equal(found(["fe80::7%v1"]), "v1");
      assert.equal(found(["fe80::7"], "v0"), "v0");
      ip("link set v1 down");
      assert.equal(found(["fe80::7"]), "v0");
      ip("link set v0 down");
      refused(["fe80::7"], /no Ethernet interface is up and has an IPv6 address/);
    });
  });

  it("can have hosts on its link that only a route names", () => {
    const setUp = [
      "addr add 192.0.2.1/32 dev v0",
      "route add 10.5.0.0/24 dev v0",
      "route add 10.6.0.0/24 nexthop dev v0 nexthop dev v1",
      "route add 10.7.0.0/24 via 10.5.0.254",
      "addr add 198.51.100.1/24 dev v1",
    ];
    onHost(setUp, () => {
      for (const name of [undefined, "v0"]) {
        assert.equal(found(["10.5.0.7"], name), "v0");
        assert.equal(found(["10.5.0.0/24"], name), "v0");
        assert.equal(found(["10.5.0.7", "10.6.0.7"], name), "v0");
        refused(["10.5.0.0/23"], /it isn't on its network \(192\.0\.2\.1\/32\)/, name);
        refused(["10.5.0.7", "2001:db8::7"], /it isn't on its network \(no IPv6 address\)/, name);
      }
      assert.equal(found(["10.6.0.7"], "v1"), "v1");
      refused(["10.5.0.7"], /it isn't on its network \(198\.51\.100\.1\/24\)/, "v1");
      refused(["10.7.0.7"], /it is behind the router 10\.5\.0\.254$/);
      refused(["10.7.0.7"], /it isn't on its network/, "v0");
      // For an address without a route, ip route get 10.8.0.7 oif v0 reports a neighbour.
      assert.equal(JSON.parse(ip("-json route get 10.8.0.7 oif v0"))[0].gateway, undefined);
      refused(["10.8.0.7"], /it isn't on its network/, "v0");
    });
  });
});

describe("the interface for scanning without targets", { skip }, () => {
  const networks = ["addr add 192.0.2.1/24 dev v0", "addr add 198.51.100.1/24 dev v1"];

  it("is that of the default route with the lowest metric", () => {
    const setUp = [
      ...networks,
      "route add default via 192.0.2.254 metric 20",
      "route add default via 198.51.100.254 metric 10",
      "route add default via 192.0.2.254 table 1000 metric 1",
    ];
    onHost(setUp, () => {
      assert.equal(device("203.0.113.7"), "v1");
      assert.equal(found([]), "v1");
      ip("route add default via 192.0.2.254");
      assert.equal(found([]), "v0");
    });
  });

  it("can be that of one of several next hops", () => {
    const setUp = [...networks, "route add default nexthop via 198.51.100.254 nexthop via 192.0.2.254"];
    onHost(setUp, () => assert.equal(found([]), "v1"));
  });

  it("is an Ethernet interface even if a better default route leads to another device", () => {
    const setUp = [...networks, "route add default dev lo", "route add default via 192.0.2.254 metric 20"];
    onHost(setUp, () => assert.equal(found([]), "v0"));
  });

  it("is the only one with an address if there is no default route", () => {
    onHost(["addr add 192.0.2.1/24 dev v1"], () => assert.equal(found([]), "v1"));
    onHost(networks, () => refused([], /^cannot scan: there are several networks: v[01], v[01]$/));
    onHost([], () => refused([], /no Ethernet interface is up and has an IPv4 address/));
  });
});

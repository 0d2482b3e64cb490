import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { setTimeout } from "node:timers/promises";
import type { LinkPlace } from "../../../src/detect/poisoning/ledger.js";
import { LiveSurroundings } from "../../../src/detect/poisoning/surroundings.js";
import { ip, isolate, noNamespaces } from "../../support/network/namespace.js";
import { lacking } from "../../support/process/peer.js";

isolate();

describe("an interface's surroundings", { skip: noNamespaces || lacking("ip") }, () => {
  it("include the routers of all its routes, in both families", () => {
    for (const [name, peer] of [
      ["v0", "v1"],
      ["v2", "v3"],
    ]) {
      ip(`link add ${name} type veth peer name ${peer}`);
      for (const end of [name, peer]) ip(`link set ${end} up`);
    }
    ip("addr add 192.0.2.1/24 dev v0");
    ip("addr add 2001:db8::1/64 dev v0 nodad");
    ip("addr add 198.51.100.1/24 dev v2");
    ip("addr add 2001:db8:2::1/64 dev v2 nodad");
    ip("route add default via 192.0.2.254 metric 10");
    ip("route add default via 198.51.100.254 metric 20");
    ip("route add 10.1.0.0/16 dev v0");
    ip("route add 10.2.0.0/16 nexthop via 192.0.2.253 dev v0 nexthop via 198.51.100.253 dev v2");
    ip("route add 10.3.0.0/16 via inet6 2001:db8::fe dev v0");
    ip("route add 10.4.0.0/16 nexthop via inet6 2001:db8::fd dev v0 nexthop via 198.51.100.252 dev v2");
    ip("route add 10.5.0.0/16 via 192.0.2.251 table 1000");
    ip("-6 route add default via 2001:db8::fc");
    ip("-6 route add 2001:db8:7::/48 nexthop via 2001:db8::fb dev v0 nexthop via 2001:db8:2::fb dev v2");

    const gateways = (name: string): string[] => {
      using surroundings = new LiveSurroundings(name, "listen", () => {});
      return [...surroundings.first.gateways].sort();
    };
    assert.deepEqual(gateways("v0"), [
      "192.0.2.251",
      "192.0.2.253",
      "192.0.2.254",
      "2001:db8::fb",
      "2001:db8::fc",
      "2001:db8::fd",
      "2001:db8::fe",
    ]);
    assert.deepEqual(gateways("v2"), [
      "198.51.100.252",
      "198.51.100.253",
      "198.51.100.254",
      "2001:db8:2::fb",
    ]);
    ip("link property add dev v0 altname the-first-one");
    assert.deepEqual(gateways("the-first-one"), gateways("v0"));
    assert.deepEqual(gateways("v1"), []);
  });

  it("are followed: addresses, the hardware address and routers", async () => {
    ip("link add w0 type veth peer name w1");
    for (const end of ["w0", "w1"]) ip(`link set ${end} up`);
    let place: LinkPlace | undefined;
    using surroundings = new LiveSurroundings("w0", "listen", (now) => {
      place = now;
    });
    const { mac } = surroundings.first;
    const own = (): string[] => [...(place?.own ?? [])].filter((address) => address.includes("."));
    const gateways = (): string[] => [...(place?.gateways ?? [])].sort();
    const after = (...changes: string[]): void => {
      for (const change of changes) ip(change);
      surroundings.refresh();
    };
    after(
      "addr add 203.0.113.1/24 dev w0",
      "addr add 203.0.113.2/24 dev w0",
      "addr add 203.0.113.9/24 dev v0",
    );
    assert.deepEqual(own(), ["203.0.113.1", "203.0.113.2"]);
    after("addr del 203.0.113.2/24 dev w0");
    assert.deepEqual(own(), ["203.0.113.1"]);
    after("route add 10.7.0.0/16 via 203.0.113.254 dev w0", "route add 10.8.0.0/16 via 203.0.113.254 dev w0");
    after("route add 10.9.0.0/16 via 203.0.113.253 dev w0");
    assert.deepEqual(gateways(), ["203.0.113.253", "203.0.113.254"]);
    after("link set w0 address 02:00:00:00:00:77");
    assert.equal(place?.mac, "02:00:00:00:00:77");
    assert.notEqual(mac, place?.mac);
    // One of two routes through one router is deleted, and the only route through another. The routes are read again
    // after a moment.
    after("route del 10.7.0.0/16", "route del 10.9.0.0/16");
    while (gateways().length > 1) await setTimeout(20);
    assert.deepEqual(gateways(), ["203.0.113.254"]);
    // The kernel sends no message about routes that disappear with the link.
    after("link set w0 down");
    while (gateways().length > 0) await setTimeout(20);
  });
});

import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { readSurroundings } from "../../../src/detect/listen/surroundings.js";
import { ip, isolate, noNamespaces } from "../../support/namespace.js";
import { lacking } from "../../support/peer.js";

isolate();

describe("an interface's surroundings", { skip: noNamespaces || lacking("ip") }, () => {
  it("have the routers of all its routes, of both families", () => {
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

    const gateways = (name: string): string[] => [...readSurroundings(name, "listen").gateways].sort();
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
});

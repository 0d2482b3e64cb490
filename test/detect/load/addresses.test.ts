import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { echoPaths, sourceAddressFor } from "../../../src/detect/load/echo-paths.js";
import { knownAddresses, unownedAddress } from "../../../src/detect/unowned-address.js";
import { Rtnetlink } from "../../../src/linux/netlink/rtnetlink.js";
import { readInterface } from "../../../src/promiscuity/read.js";
import { ip, isolate, noNamespaces } from "../../support/network/namespace.js";
import { lacking } from "../../support/process/peer.js";

isolate();

describe("the load test's address that no host has", () => {
  it("is locally administered, unicast, random, and not in use", () => {
    const taken = new Set<string>();
    for (let number = 0; number < 1000; number++) {
      const address = unownedAddress(taken);
      assert.match(address, /^[0-9a-f][26ae](:[0-9a-f]{2}){5}$/);
      assert.ok(!taken.has(address));
      taken.add(address);
    }
  });
});

describe("the load test's addresses", { skip: noNamespaces || lacking("ip") }, () => {
  it("avoid those of links, neighbours and bridges", () => {
    ip("link add br0 type bridge");
    ip("link add v0 type veth peer name v1");
    ip("link set v1 master br0");
    ip("link set v0 address 02:00:00:00:00:0a up");
    ip("link set v1 up");
    ip("neighbour add 192.0.2.7 lladdr 02:00:00:00:00:0b dev v0");
    ip("neighbour add fe80::7 lladdr 02:00:00:00:00:0c dev v0");
    ip("link set br0 up");
    using rtnetlink = new Rtnetlink();
    const known = knownAddresses(rtnetlink);
    for (const digit of ["a", "b", "c"]) assert.ok(known.has(`02:00:00:00:00:0${digit}`), digit);
    assert.ok(known.has(readInterface("v1").address ?? ""));
  });

  it("include the source address that is in the target's network", () => {
    ip("link add d0 type veth peer name d1");
    for (const name of ["d0", "d1"]) ip(`link set ${name} addrgenmode none`);
    ip("link set d0 address 02:00:00:00:00:0d up");
    ip("link set d1 up");
    for (const address of ["10.1.0.1/24", "192.0.2.9/25", "fd00::9/64", "fe80::9/64", "2001:db8::9/56"])
      ip(`address add ${address} dev d0 ${address.includes(":") ? "nodad" : ""}`.trim());
    const { addrInfo } = readInterface("d0");
    const expected: Record<string, string> = {
      "192.0.2.100": "192.0.2.9",
      "192.0.2.200": "10.1.0.1",
      "10.1.0.254": "10.1.0.1",
      "fd00::1": "fd00::9",
      "2001:db8:0:ff::1": "2001:db8::9",
      "fe80::1": "fe80::9",
    };
    for (const [host, source] of Object.entries(expected))
      assert.equal(sourceAddressFor(host, addrInfo, "d0"), source, host);
  });

  it("are compared in one spelling, however they are written", () => {
    const [path] = echoPaths([{ host: "FD00:0::0:1", mac: "2:0:0:0:0:AB" }], readInterface("d0"));
    assert.deepEqual(path, {
      sourceMac: "02:00:00:00:00:0d",
      source: "fd00::9",
      destinationMac: "02:00:00:00:00:ab",
      destination: "fd00::1",
    });
  });

  it("must be valid, be named once, and be of a family that the interface has an address of", () => {
    const mac = "02:00:00:00:00:01";
    const paths = (ifname: string, ...hosts: string[]): unknown =>
      echoPaths(
        hosts.map((host) => ({ host, mac })),
        readInterface(ifname),
      );
    assert.throws(() => paths("d0", "fd00::1", "fd00:0::1"), { code: "usage", message: /named twice/ });
    assert.throws(() => paths("d0", "printer"), { code: "usage", message: /IPv4 address: not one: printer/ });
    assert.throws(() => paths("v0", "192.0.2.1"), { code: "usage", message: /v0 has no IPv4 address/ });
    assert.throws(() => paths("lo", "127.0.0.1"), { code: "usage", message: /lo is no Ethernet interface/ });
    assert.throws(() => echoPaths([{ host: "fd00::1", mac: "02:00" }], readInterface("d0")), {
      code: "usage",
    });
  });
});

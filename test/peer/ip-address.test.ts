import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { formatIpAddress, installedIp } from "../../src/cli/format/ip-address.js";
import { readInterface } from "../../src/promiscuity/read.js";
import { noTun, populate, Tun } from "../support/network/devices.js";
import { ip, isolate, noNamespaces, sh } from "../support/network/namespace.js";
import { lacking } from "../support/process/peer.js";
import { promisc } from "../support/process/program.js";

isolate();

/** Runs both and compares their output. Runs them again if a lifetime changed by a second in between. */
function same(ours: () => string, theirs: () => string): void {
  for (let tries = 0; tries < 5; tries++) if (ours() === theirs()) return;
  assert.equal(ours(), theirs());
}

describe("show --ip and ip address show", { skip: noNamespaces || lacking("ip") }, () => {
  populate();
  const names = sh("ls /sys/class/net")
    .trim()
    .split("\n")
    .filter((name) => name !== "bonding_masters");

  it("print the same bytes for a namespace with all kinds of devices", () => {
    assert.ok(names.length >= 20, `only ${names.length} devices`);
    same(
      () => promisc(["show", "--ip"]).stdout,
      () => ip("address show"),
    );
  });

  for (const name of names)
    it(`print the same bytes for ${name}`, () =>
      same(
        () => ours(name),
        () => ip(`address show ${name}`),
      ));

  const changes = [
    "up",
    "down",
    "promisc on",
    "allmulticast on",
    "promisc off",
    "multicast off",
    "arp off",
    "dynamic on",
    "trailers off",
    "mtu 9000",
    "address 02:00:00:00:00:09",
    "carrier off",
  ];
  for (const name of ["v0", "br0", "vx0", "mv-bridge", ...(noTun ? [] : ["tap7"]), "ifb7", "lo"])
    it(`print the same flags whatever is changed on ${name}`, () => {
      const refused: string[] = [];
      for (const change of changes) {
        try {
          ip(`link set ${name} ${change}`);
        } catch {
          // Not every device supports every change.
          refused.push(change);
        }
        same(
          () => ours(name),
          () => ip(`address show ${name}`),
        );
      }
      const optional = ["mtu 9000", "address 02:00:00:00:00:09", "carrier off"];
      assert.deepEqual(
        refused.filter((change) => !optional.includes(change)),
        [],
      );
    });

  it("print the same link type and address for every ARPHRD number", { skip: noTun }, () => {
    using tun = new Tun("arphrd", "tap");
    for (const type of [...Array.from({ length: 1000 }, (_, number) => number), 65534, 65535]) {
      tun.setLinkType(type);
      const theirs = ip("address show arphrd");
      const mine = ours("arphrd");
      // A newer ip may have names for additional types.
      if (!mine.includes(`link/[${type}]`) || theirs.includes(`link/[${type}]`)) assert.equal(mine, theirs);
    }
  });
});

function ours(name: string): string {
  return formatIpAddress(readInterface(name), installedIp());
}

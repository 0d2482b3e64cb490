import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { accountFor, type Counter } from "../../../src/promiscuity/holders/accounting.js";
import { claimsOn, gatherEvidence } from "../../../src/promiscuity/holders/claims.js";
import { keepLink } from "../../../src/promiscuity/holders/keep-link.js";
import { stackedLinks } from "../../../src/promiscuity/holders/stacked-links.js";
import { IFF_UP, type Link } from "../../../src/wire/kernel/rtnetlink/link.js";
import { hsrData } from "../../../src/wire/kernel/rtnetlink/link-data.js";

const NETNS = 4026531840;

function link(index: number, extra: Partial<Link>): Link {
  return { family: 0, type: 1, index, name: `d${index}`, flags: IFF_UP, change: 0, promiscuity: 0, ...extra };
}

/** Returns the holders of the first of some links as short words. */
function holders(links: readonly Link[], counter: Counter): string[] {
  const [first = link(0, {}), ...others] = links.map(keepLink);
  const namespace = { inode: NETNS, sockets: [], unicastAddresses: new Map() };
  const uppers = stackedLinks([{ inode: NETNS, links: [first, ...others], peers: new Map() }]);
  const evidence = gatherEvidence(namespace, new Map(), first, uppers);
  const claims = claimsOn(evidence, counter, () => assert.fail("there is no socket"));
  return accountFor(first[counter] ?? 0, claims).map((holder) =>
    holder.kind === "device" ? `${holder.device.ifname} ${holder.relation}` : holder.kind,
  );
}

/**
 * Returns the link of an HSR device as RTM_NEWLINK describes it after `ip link add d3 type hsr slave1 d1 slave2 d2`.
 */
function hsr(
  index: number,
  ports: { slave1: number; slave2: number; interlink?: number },
  allmulti = 0,
): Link {
  const data = new Uint8Array(hsrData.size(ports));
  hsrData.write(ports, data, 0);
  return link(index, { info: { kind: "hsr", data }, allmulti });
}

describe("what a device that is stacked on a link claims of it", () => {
  it("is promiscuity for HSR and PRP on each of their ports", () => {
    const ring = hsr(3, { slave1: 1, slave2: 2, interlink: 4 });
    for (const port of [1, 2, 4])
      assert.deepEqual(holders([link(port, { promiscuity: 1 }), ring], "promiscuity"), [
        "d3 its HSR or PRP port",
      ]);
    assert.deepEqual(holders([link(5, { promiscuity: 1 }), ring], "promiscuity"), ["unexplained"]);
  });

  it("is nothing if the hardware forwards for HSR", () => {
    assert.deepEqual(holders([link(1, {}), hsr(3, { slave1: 1, slave2: 2 })], "promiscuity"), []);
  });

  it("is all-multicast for HSR and ipvlan that receive it themselves", () => {
    const below = link(1, { allmulti: 1 });
    const ipvlan = (allmulti: number): Link => link(2, { link: 1, allmulti, info: { kind: "ipvlan" } });
    assert.deepEqual(holders([below, ipvlan(1)], "allmulti"), ["d2 receives all multicast itself"]);
    assert.deepEqual(holders([below, ipvlan(0)], "allmulti"), ["unexplained"]);
    assert.deepEqual(holders([below, hsr(3, { slave1: 1, slave2: 2 }, 1)], "allmulti"), [
      "d3 receives all multicast itself",
    ]);
  });

  it("is never promiscuity for an ipvlan that is promiscuous itself", () => {
    const ipvlan = link(2, { link: 1, promiscuity: 1, info: { kind: "ipvlan" } });
    assert.deepEqual(holders([link(1, {}), ipvlan], "promiscuity"), []);
    assert.deepEqual(holders([link(1, { promiscuity: 1 }), ipvlan], "promiscuity"), ["unexplained"]);
  });
});

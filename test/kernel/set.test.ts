import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { PromiscError } from "../../src/errors.js";
import { Rtnetlink } from "../../src/linux/netlink/rtnetlink.js";
import { setPromiscuous, setPromiscuousLink } from "../../src/promiscuity/set.js";
import { ip, isolate, noNamespaces } from "../support/network/namespace.js";

isolate();

describe("setPromiscuous", { skip: noNamespaces }, () => {
  ip("link add v0 type veth peer name v1");

  for (const via of ["netlink", "ioctl"] as const)
    it(`sets and clears the administrator's flag by ${via}, and is idempotent`, () => {
      const on = setPromiscuous("v0", true, { via });
      assert.deepEqual([on.before.promiscuity, on.after.promiscuity, on.after.promiscFlag], [0, 1, true]);
      assert.match(ip("link show v0"), /[<,]PROMISC[,>]/);
      assert.equal(setPromiscuous("v0", true, { via }).after.promiscuity, 1);
      const off = setPromiscuous("v0", false, { via });
      assert.deepEqual([off.before.promiscuity, off.after.promiscuity, off.after.promiscFlag], [1, 0, false]);
      assert.doesNotMatch(ip("link show v0"), /PROMISC/);
      assert.equal(setPromiscuous("v0", false, { via }).after.promiscuity, 0);
    });

  it("refuses an interface that disappears between the look-up and the call", () => {
    using rtnetlink = new Rtnetlink();
    for (const via of ["netlink", "ioctl"] as const) {
      ip("link add gone type veth peer name gone-peer");
      const link = rtnetlink.link("gone", "look it up");
      ip("link del gone");
      assert.throws(
        () => setPromiscuousLink(rtnetlink, link, true, via, "set promiscuous mode on gone"),
        (error) =>
          error instanceof PromiscError && error.code === "no-interface" && error.errno?.name === "ENODEV",
      );
    }
  });
});

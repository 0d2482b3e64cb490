import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { discoverNamespaces } from "../../../src/linux/namespace/discover-namespaces.js";
import { namesOfNetnsIds } from "../../../src/linux/namespace/named-namespaces.js";
import { Rtnetlink } from "../../../src/linux/netlink/rtnetlink.js";
import { readProcessTable } from "../../../src/linux/process/process-table.js";
import { ip, isolate, noNamespaces, sh } from "../../support/network/namespace.js";

isolate();

describe("the names of network namespaces", { skip: noNamespaces }, () => {
  if (noNamespaces) return;

  it("are looked up in one directory, for links to other namespaces and for the namespaces themselves", () => {
    sh("mkdir -p /run/netns");
    ip("netns add other");
    ip("link add v0 type veth peer name v1 netns other");
    // In this test, /var/run isn't a link to /run.
    sh("mount -t tmpfs tmpfs /var");
    using rtnetlink = new Rtnetlink();
    assert.deepEqual([...namesOfNetnsIds(rtnetlink).values()], ["other"]);
    const { namespaces: found } = discoverNamespaces(readProcessTable());
    for (const { namespace } of found) namespace[Symbol.dispose]();
    assert.deepEqual(
      found.flatMap(({ names }) => names),
      ["other"],
    );
  });
});

import assert from "node:assert/strict";
import { once } from "node:events";
import { describe, it } from "node:test";
import {
  type LinkEvent,
  LinkEvents,
  type LinkEventsOptions,
} from "../../../src/linux/netlink/link-events.js";
import { ipBatch } from "../../support/network/ip-batch.js";
import { ip, isolate, noNamespaces } from "../../support/network/namespace.js";
import { spawnSync } from "../../support/process/child-process.js";

isolate();

/** Collects events until one satisfies a condition. */
async function eventsUntil(
  isLast: (event: LinkEvent) => boolean,
  change: () => void,
  options?: LinkEventsOptions,
): Promise<LinkEvent[]> {
  const seen: LinkEvent[] = [];
  const arrived = new EventTarget();
  using _ = new LinkEvents((events) => {
    seen.push(...events);
    if (events.some(isLast)) arrived.dispatchEvent(new Event("last"));
  }, options);
  const last = once(arrived, "last", { signal: AbortSignal.timeout(5000) });
  change();
  await last;
  return seen;
}

describe("link events", { skip: noNamespaces }, () => {
  ip("link add v0 type veth peer name v1");
  ip("link add br0 type bridge");

  it("report a change of the count, and its value", async () => {
    const seen = await eventsUntil(
      (event) => event.kind === "changed" && event.link.promiscuity === 1,
      () => ip("link set v0 promisc on"),
    );
    const last = seen.at(-1);
    assert.ok(last?.kind === "changed");
    assert.equal(last.link.name, "v0");
    ip("link set v0 promisc off");
  });

  it("report a link that is removed, but not a port that leaves its bridge", async () => {
    ip("link add gone type veth peer name gone1");
    const seen = await eventsUntil(
      (event) => event.kind === "removed" && event.link.name === "gone",
      () => {
        ip("link set v0 master br0");
        ip("link set v0 nomaster");
        ip("link del gone");
      },
    );
    assert.ok(!seen.some((event) => event.kind === "removed" && event.link.name === "v0"));
  });

  it("end the process at once if their listener throws, as an exception in any callback does", () => {
    const script = `
      import { execFileSync } from "node:child_process";
      import { LinkEvents } from ${JSON.stringify(new URL("../../../src/linux/netlink/link-events.js", import.meta.url))};
      new LinkEvents(() => { throw new Error("thrown by the listener"); });
      execFileSync("ip", ["link", "set", "v0", "promisc", "on"]);
      setTimeout(() => process.exit(), 5000);
    `;
    const start = performance.now();
    const { status, stderr } = spawnSync(process.execPath, ["--input-type=module", "--eval", script], {
      encoding: "utf8",
    });
    assert.equal(status, 1);
    assert.match(stderr, /thrown by the listener/);
    assert.ok(performance.now() - start < 4000, "only when something else happened");
    ip("link set v0 promisc off");
  });

  it("report once that some were lost when the kernel had to drop them, and go on", async () => {
    // The event loop stands still while ip runs, and a socket has room for a fraction of 2,000 events.
    const changes = Array.from({ length: 2000 }, (_, n) => `link set v0 promisc ${n % 2 ? "off" : "on"}`);
    let later: NodeJS.Timeout | undefined;
    let on = false;
    try {
      const seen = await eventsUntil(
        (event) => event.kind === "changed" && event.link.name === "v1",
        () => {
          ipBatch(changes);
          // This is repeated, because the kernel drops events until all that wait have been read.
          later = setInterval(() => {
            on = !on;
            ip(`link set v1 promisc ${on ? "on" : "off"}`);
          }, 50);
        },
        { bufferSize: 100_000 },
      );
      assert.equal(seen.filter(({ kind }) => kind === "lost").length, 1);
      assert.ok(seen.length < changes.length, `${seen.length} events`);
    } finally {
      clearInterval(later);
    }
  });
});

import assert from "node:assert/strict";
import { once } from "node:events";
import { describe, it } from "node:test";
import { type Mistakes, randomLans } from "../../support/lan/random-lans.js";
import { noTun } from "../../support/network/devices.js";
import { isolate, noNamespaces } from "../../support/network/namespace.js";
import { spawn } from "../../support/process/child-process.js";
import { lacking } from "../../support/process/peer.js";

isolate();

const skip = noNamespaces || noTun || lacking("ip");

describe("a scan of 200 random LANs that lose 2% of frames", { skip, timeout: 280_000 }, () => {
  it("reports no filtering host as open, and no promiscuous host as filtering", async () => {
    // The kernel needs a while to close sockets, during which another process can run.
    const parts = await Promise.all(
      [0, 50, 100, 150].map(async (from): Promise<Mistakes> => {
        const args = [randomLans, String(from), String(from + 50)];
        const child = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "inherit"] });
        let text = "";
        child.stdout.on("data", (part) => {
          text += part;
        });
        await once(child, "close");
        return JSON.parse(text);
      }),
    );
    assert.deepEqual(
      parts.flatMap(({ wrong }) => wrong),
      [],
    );
    const undecided = parts.flatMap((part) => part.undecided);
    assert.ok(undecided.length <= 9, `of 300 hosts: ${undecided}`);
  });
});

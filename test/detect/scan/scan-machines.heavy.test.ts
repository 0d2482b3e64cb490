import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { HostReport } from "../../../src/detect/scan/report.js";
import { scan } from "../../../src/detect/scan/scan.js";
import { ip, isolate, noNamespaces } from "../../support/network/namespace.js";
import { lacking } from "../../support/process/peer.js";
import type { Card } from "../../support/virtual-machine/guest-kernel.js";
import { noVirtualMachines, VirtualMachine } from "../../support/virtual-machine/virtual-machine.js";

isolate();

const skip = noNamespaces || lacking("ip") || noVirtualMachines;
const pause = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));

async function scanOne(by: string, target: string): Promise<HostReport> {
  for await (const report of scan({ interface: by, targets: [target], rate: 500 })) return report;
  throw new Error("nothing was reported");
}

describe("a scan of a machine with a real driver", { skip, concurrency: 2, timeout: 240_000 }, () => {
  for (const [number, card] of (
    ["e1000", "virtio-net", "rtl8139"] as const satisfies readonly Card[]
  ).entries())
    it(`finds ${card} open when it is promiscuous, and filtering otherwise`, async () => {
      const tap = `tap${number}`;
      const network = `10.80.${number}`;
      ip(`tuntap add dev ${tap} mode tap`);
      ip(`addr add ${network}.1/24 dev ${tap}`);
      ip(`link set ${tap} up`);
      using machine = await VirtualMachine.boot(card, tap, "52:54:00:12:34:56");
      await machine.run(`ip addr add ${network}.2/24 dev eth0`);
      await machine.bringUp();
      // Wait for duplicate address detection on both sides.
      while ((await machine.run("ip addr show dev eth0")).includes("tentative")) await pause(100);
      await pause(500);
      const off = await scanOne(tap, `${network}.2`);
      // The hash filter of rtl8139 accepts ff:00:00:00:00:00, according to KERNEL's tables.
      assert.equal(off.verdict, card === "rtl8139" ? "partial" : "filtering", off.evidence.join("; "));
      assert.equal(off.mac, "52:54:00:12:34:56");
      assert.equal(off.vendor, "QEMU");
      await machine.run("ip link set eth0 promisc on");
      const on = await scanOne(tap, `${network}.2`);
      assert.equal(on.verdict, "open", on.evidence.join("; "));
      assert.equal(on.confidence, 0.85);
      assert.match(on.evidence.join(), /a hypervisor's/);
      assert.ok(on.probes.some(({ kind, answered }) => kind === "icmp6" && answered > 0));
      await machine.run("ip link set eth0 promisc off");
      assert.notEqual((await scanOne(tap, `${network}.2`)).verdict, "open");
    });
});

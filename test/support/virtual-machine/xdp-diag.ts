// scripts/xdp-diag.mjs runs this file.
import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import type { Seen } from "../../../src/linux/netlink/unseen.js";
import type { XdpQueue } from "../../../src/linux/packet/xdp-sockets.js";
import { bootXdpDiagMachine } from "./xdp-diag-machine.js";

/** What xdp-diag-guest.ts prints. */
export interface XdpDiagResult {
  readonly release: string;
  /** The index of the interface that the first socket receives from, and the socket's process. */
  readonly index: number;
  readonly pid: number;
  readonly withoutModule: Seen<XdpQueue>;
  readonly messages: readonly string[];
  readonly queues: Seen<XdpQueue>;
  readonly ss: string;
  readonly who: { listeners: { kind: string; ifname?: string; processes: { pid: number }[] }[] } | string;
  /** With a newer socket, whose interface was removed. */
  readonly withRemovedInterface: Seen<XdpQueue>;
}

const guest = fileURLToPath(new URL("xdp-diag-guest.js", import.meta.url));

const start = performance.now();
const seconds = (): string => `${Math.round((performance.now() - start) / 1000)} s`;
using machine = await bootXdpDiagMachine();
console.log(`booted after ${seconds()}`);
const printed = await machine.run(`chroot /host ${process.execPath} ${guest}`);
const result: XdpDiagResult = JSON.parse(printed.split("\n").at(-1) ?? "");
const { release, index, pid, queues } = result;
console.log(`finished after ${seconds()}: Linux ${release}\n\nss: ${result.ss}`);
for (const message of result.messages) console.log(`XDP_DIAG: ${message}`);

const [, inode] = /\bino:(\d+)/.exec(result.ss) ?? [];
assert.ok(inode, "ss shows the socket");
assert.deepEqual(queues, { values: [{ index, queue: 0, inode: Number(inode), uid: 0 }], unseen: [] });
console.log("promisc reads the interface, queue and inode number that ss prints");

assert.ok(typeof result.who === "object", `promisc who --all fails: ${result.who}`);
const sockets = result.who.listeners.filter(({ kind }) => kind === "xdp-socket");
assert.deepEqual(
  sockets.map(({ ifname, processes }) => [ifname, processes.map((each) => each.pid)]),
  [["d0", [pid]]],
);
console.log("promisc who --all shows the socket with its process");

assert.deepEqual(result.withoutModule.values, []);
assert.match(result.withoutModule.unseen[0]?.reason ?? "", /neither XDP_DIAG .* of which there is 1$/);
assert.deepEqual(result.withRemovedInterface.values, []);
assert.match(result.withRemovedInterface.unseen[0]?.reason ?? "", /lists 0 of 2/);
console.log(
  "sockets that the kernel doesn't list, without its module or after one without interface, are reported",
);

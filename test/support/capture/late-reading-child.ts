// Captures on an interface repeatedly, uses views of the ring after each capture's end, and prints what it found as
// JSON.
import { readFileSync } from "node:fs";
import { openCapture } from "../../../src/capture/live/capture.js";
import { sendFrame } from "../../../src/capture/send.js";

const [, , ifname = "", peer = "", count = "1"] = process.argv;
const options = { bufferSize: 16 * 2 ** 20, immediate: true };

function memory(): { resident: number; addresses: number } {
  const pages = readFileSync("/proc/self/statm", "latin1").split(" ").map(Number);
  return { addresses: (pages[0] ?? 0) / 256, resident: (pages[1] ?? 0) / 256 };
}

const capture = openCapture(ifname, options);
sendFrame(peer, new Uint8Array(100).fill(0xff));
let seen = 0;
let kept: { bytes: Uint8Array; view: DataView } | undefined;
for await (const batch of capture) {
  kept = { bytes: batch.packet.bytes, view: batch.view };
  while (batch.next()) seen += batch.packet.bytes[batch.packet.start] as number;
  break;
}
const { bytes, view } = kept as NonNullable<typeof kept>;
const late = bytes.reduce((sum, byte) => sum + byte, 0) + view.getUint32(0);
bytes.fill(1);

async function many(): Promise<void> {
  for (let number = 0; number < Number(count); number++) {
    openCapture(ifname, options)[Symbol.dispose]();
  }
}

/** Collects garbage, and runs finalizers. */
async function settle(): Promise<void> {
  for (let times = 0; times < 3; times++) {
    globalThis.gc?.();
    await new Promise(setImmediate);
  }
}

await settle();
const before = memory();
await many();
await settle();
const after = memory();
console.log(
  JSON.stringify({
    seen,
    late,
    resident: after.resident - before.resident,
    addresses: after.addresses - before.addresses,
  }),
);

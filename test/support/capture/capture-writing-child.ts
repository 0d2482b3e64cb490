// Writes frames to a capture file until it is killed or fails. The arguments are the path, and after how many packets
// to flush.
import { openCaptureWriter } from "../../../src/capture/file/write/open-writer.js";
import { PromiscError } from "../../../src/errors.js";
import { frame } from "./capture-files.js";

const [path, flushEvery] = process.argv.slice(2) as [string, string];
const every = Number(flushEvery);
const frames = Array.from({ length: 1000 }, (_, index) => frame(index));

try {
  const writer = openCaptureWriter(path, { nanoseconds: true });
  writer.addInterface({ name: "eth0", linkType: 1, snapLength: 262_144 });
  for (let index = 0; ; index++) {
    writer.writePacket(frames[index % frames.length] as (typeof frames)[0]);
    if ((index + 1) % every !== 0) continue;
    writer.flush();
    // Print how many packets have been flushed.
    process.stderr.write(`${index + 1}\n`);
  }
} catch (error) {
  if (!(error instanceof PromiscError)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 5;
}

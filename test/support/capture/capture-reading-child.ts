// Reads a capture from standard input, and prints the number of packets, the bytes of frames and the memory used, as
// JSON.
import { readCapture } from "../../../src/capture/file/read/read-capture.js";

const MIB = 2 ** 20;
let packets = 0;
let bytes = 0;
let early = 0;
let most = 0;
let error = "";
try {
  for await (const batch of await readCapture("-")) {
    while (batch.next()) {
      packets++;
      bytes += batch.packet.capturedLength;
    }
    const { rss } = process.memoryUsage();
    // During the first 30 MB, everything is loaded, compiled and garbage-collected once.
    if (bytes < 30_000_000) early = Math.max(early, rss);
    else most = Math.max(most, rss);
  }
} catch (thrown) {
  error = `${thrown}`;
}
console.log(JSON.stringify({ packets, bytes, early: early / MIB, most: most / MIB, error }));

// A TypeScript program that looks at every packet gets the packets by a callback.
import { rmSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { cpuTime } from "./support/cpu-time.js";
import { makeTrace } from "./support/make-trace.js";
import { npmPcap } from "./support/npm-pcap.js";
import { spread } from "./support/paired.js";
import { claim, figures, ratio } from "./support/report.js";

const PACKETS = 2_000_000;
const ROUNDS = 7;
const FILE = "/dev/shm/promisc-bench-callback.pcap";
const EMPTY = "/dev/shm/promisc-bench-callback-one.pcap";

const library = fileURLToPath(new URL("../../dist/index.js", import.meta.url));
const ours = `
import { readCapture } from ${JSON.stringify(library)};
let bytes = 0;
for await (const batch of await readCapture(process.argv[1])) while (batch.next()) bytes += batch.packet.capturedLength;
console.log(bytes);
`;
const theirs = (folder: string): string => `
const pcap = require(${JSON.stringify(folder)});
let bytes = 0;
const session = pcap.createOfflineSession(process.argv[1], "");
session.on("packet", (packet) => { bytes += packet.header.readUInt32LE(8); });
session.on("complete", () => console.log(bytes));
`;

const peer = npmPcap();
if ("missing" in peer) console.log(`\ncapture-callback is left out: ${peer.missing}`);
else compare(peer.folder);

function compare(folder: string): void {
  makeTrace(FILE, PACKETS);
  makeTrace(EMPTY, 1);
  const promisc = ["node", "--input-type=module", "-e", ours];
  const pcap = ["node", "-e", theirs(folder)];
  // Nanoseconds per packet, without the start.
  const cost = (command: readonly string[]): number =>
    ((cpuTime([...command, FILE]) - cpuTime([...command, EMPTY])) / PACKETS) * 1e9;
  const rounds = Array.from({ length: ROUNDS }, (_, round) => {
    const order = round % 2 === 0 ? [promisc, pcap] : [pcap, promisc];
    const costs = new Map(order.map((command) => [command, cost(command)]));
    return { promisc: costs.get(promisc) as number, pcap: costs.get(pcap) as number };
  });
  rmSync(FILE);
  rmSync(EMPTY);
  claim("hands a packet of a file to a callback at less CPU time than npm's pcap");
  figures([
    [
      "promisc readCapture",
      `${spread(rounds.map((round) => round.promisc)).median.toFixed(0)} ns per packet`,
    ],
    [
      "pcap createOfflineSession",
      `${spread(rounds.map((round) => round.pcap)).median.toFixed(0)} ns per packet`,
    ],
  ]);
  ratio("promisc / pcap", spread(rounds.map((round) => round.promisc / round.pcap)), { atMost: 0.3 });
}

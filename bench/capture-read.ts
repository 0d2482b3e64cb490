// A trace is read more often than it is captured: to print lines, or in one pass however large it is.
import { execFileSync } from "node:child_process";
import { rmSync } from "node:fs";
import { openCaptureWriter } from "../src/capture/file/write/open-writer.js";
import { lacking } from "../test/support/process/peer.js";
import { program } from "../test/support/process/program.js";
import { cpuTime } from "./support/cpu-time.js";
import { makeTrace } from "./support/make-trace.js";
import { spread } from "./support/paired.js";
import { claim, figures, ratio, result } from "./support/report.js";

const PACKETS = 1_000_000;
const FILE = "/dev/shm/promisc-bench-read.pcap";
const ROUNDS = 7;

makeTrace(FILE, PACKETS);
const noTcpdump = lacking("tcpdump");
if (noTcpdump) console.log(`\ncapture-read is left out: ${noTcpdump}`);
else lines();
rmSync(FILE);
largeFile();

function lines(): void {
  claim(`prints ${PACKETS} packets at less CPU time than tcpdump -n, start-up apart`);
  const promisc = [program, "capture", "-r", FILE];
  const tcpdump = ["tcpdump", "-n", "-r", FILE];
  const rounds = Array.from({ length: ROUNDS }, (_, round) => {
    const order = round % 2 === 0 ? [promisc, tcpdump] : [tcpdump, promisc];
    // Without the start.
    const times = new Map(
      order.map((command) => [command, cpuTime(command) - cpuTime([...command, "-c", "1"])]),
    );
    return { promisc: times.get(promisc) as number, tcpdump: times.get(tcpdump) as number };
  });
  figures([
    ["promisc capture -r", `${spread(rounds.map((round) => round.promisc)).median.toFixed(2)} s`],
    ["tcpdump -n -r", `${spread(rounds.map((round) => round.tcpdump)).median.toFixed(2)} s`],
  ]);
  ratio("promisc / tcpdump", spread(rounds.map((round) => round.promisc / round.tcpdump)), { atMost: 0.45 });
  if (lacking("tshark")) return;
  const tshark = cpuTime(["tshark", "-n", "-r", FILE]);
  figures([["tshark -n -r, once", `${tshark.toFixed(1)} s`]]);
  result("promisc / tshark", spread(rounds.map((round) => round.promisc)).median / tshark, "", {
    atMost: 0.03,
  });
}

/** Reads 10 GB of pcapng from a pipe. Memory use must not grow. */
function largeFile(): void {
  const gigabytes = 10;
  const source = `${FILE}.pcapng`;
  writeSample(source);
  const measure = `
import resource, subprocess, sys, time
start = time.monotonic()
subprocess.run(["sh", "-c", sys.argv[1]], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss, time.monotonic() - start)
`;
  const pipe = `while cat ${source}; do :; done | head -c ${gigabytes}000000000 | "${program}" capture -r - -w /dev/null`;
  const [peak = 0, seconds = 0] = execFileSync("python3", ["-c", measure, pipe], { encoding: "utf8" })
    .split(" ")
    .map(Number);
  rmSync(source);
  claim(`reads ${gigabytes} GB of pcapng in constant memory`);
  figures([["took", `${seconds.toFixed(1)} s`]]);
  result("most memory at any time", peak / 1024, "MB", { atMost: 250 });
}

function writeSample(path: string): void {
  const writer = openCaptureWriter(path, { format: "pcapng" });
  writer.addInterface({ name: "eth0", linkType: 1, snapLength: 262_144 });
  const bytes = Buffer.alloc(1514);
  for (let number = 0; number < 60_000; number++)
    writer.writePacket({
      bytes,
      start: 0,
      capturedLength: 1514,
      length: 1514,
      seconds: 1_700_000_000,
      nanoseconds: number,
      interfaceId: 0,
      packetType: -1,
    });
  writer.close();
}

// A trace is read more often than it is taken: to lines, and in one go however large it is.
import { execFileSync } from "node:child_process";
import { closeSync, openSync, readFileSync, rmSync, writeSync } from "node:fs";
import { openCaptureWriter } from "../src/capture/file/write/open-writer.js";
import { lacking } from "../test/support/peer.js";
import { program } from "../test/support/program.js";
import { spread } from "./support/paired.js";
import { claim, figures, ratio, result } from "./support/report.js";

const PACKETS = 1_000_000;
const FILE = "/dev/shm/promisc-bench-read.pcap";
const ROUNDS = 7;

makeTrace();
const env = { ...process.env, TZ: "UTC" };
const noTcpdump = lacking("tcpdump");
if (noTcpdump) console.log(`\ncapture-read is left out: ${noTcpdump}`);
else lines();
rmSync(FILE);
largeFile();

/** TCP segments, UDP datagrams and pings of 64 hosts, in about equal parts. */
function makeTrace(): void {
  const frames = sampleFrames();
  const header = Buffer.alloc(24);
  header.writeUInt32LE(0xa1b2c3d4, 0);
  header.writeUInt16LE(2, 4);
  header.writeUInt16LE(4, 6);
  header.writeUInt32LE(262_144, 16);
  header.writeUInt32LE(1, 20);
  const fd = openSync(FILE, "w");
  writeSync(fd, header);
  let piece: Buffer[] = [];
  for (let number = 0; number < PACKETS; number++) {
    const frame = Buffer.from(frames[number % frames.length] as Buffer);
    frame[29] = number & 63;
    frame[33] = (number >> 6) & 63;
    const record = Buffer.alloc(16);
    record.writeUInt32LE(1_700_000_000 + Math.floor(number / 1000), 0);
    record.writeUInt32LE((number % 1000) * 1000, 4);
    record.writeUInt32LE(frame.length, 8);
    record.writeUInt32LE(frame.length, 12);
    piece.push(record, frame);
    if (piece.length < 10_000) continue;
    writeSync(fd, Buffer.concat(piece));
    piece = [];
  }
  writeSync(fd, Buffer.concat(piece));
  closeSync(fd);
}

/** Of the captures that the tests compare lines over. */
function sampleFrames(): Buffer[] {
  const bytes = readFileSync("test/support/captures/transport.pcap");
  const frames: Buffer[] = [];
  for (let at = 24; at < bytes.length; at += 16 + bytes.readUInt32LE(at + 8))
    frames.push(bytes.subarray(at + 16, at + 16 + bytes.readUInt32LE(at + 8)));
  const isIp = (frame: Buffer): boolean =>
    frame.length >= 42 && frame.readUInt16BE(12) === 0x0800 && frame[14] === 0x45;
  const ofProtocol = (protocol: number, count: number): Buffer[] =>
    frames.filter((frame) => isIp(frame) && frame[23] === protocol).slice(0, count);
  return [...ofProtocol(6, 20), ...ofProtocol(17, 20), ...ofProtocol(1, 20)];
}

/** Seconds of CPU time that a command took, in user and kernel mode. */
function cpuTime(command: readonly string[]): number {
  const measure = `
import resource, subprocess, sys
subprocess.run(sys.argv[1:], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=True)
usage = resource.getrusage(resource.RUSAGE_CHILDREN)
print(usage.ru_utime + usage.ru_stime)
`;
  return Number(execFileSync("python3", ["-c", measure, ...command], { encoding: "utf8", env }));
}

function lines(): void {
  claim(`prints ${PACKETS} packets at less CPU time than tcpdump -n, start-up apart`);
  const promisc = [program, "capture", "-r", FILE];
  const tcpdump = ["tcpdump", "-n", "-r", FILE];
  const rounds = Array.from({ length: ROUNDS }, (_, round) => {
    const order = round % 2 === 0 ? [promisc, tcpdump] : [tcpdump, promisc];
    // Without what it takes to start.
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

/** 10 GB of pcapng come through a pipe, and memory stays what it is. */
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

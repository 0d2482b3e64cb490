// Writing packets to a file is the most common use of a capture, and the one that must not lose packets.
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { readdirSync, readFileSync, rmSync } from "node:fs";
import { type Load, startGenerator } from "../test/support/network/packet-generator.js";
import { cable, indexOf } from "../test/support/network/veth.js";
import { lacking } from "../test/support/process/peer.js";
import { program } from "../test/support/process/program.js";
import { isolateOrEnd } from "./support/isolate.js";
import { spread } from "./support/paired.js";
import { claim, figures, ratio } from "./support/report.js";

isolateOrEnd("capture-write");
cable("w0", "w1");

/** The size of all buffers together, in KiB. */
const BUFFER = 65_536;
const ROUNDS = 9;
const WARM_UP = 100_000;
const FILE = "/dev/shm/promisc-bench.pcap";

/** What one capture cost. */
interface Run {
  /** Nanoseconds of CPU time per packet, from the start of the traffic to its end. */
  readonly cpu: number;
  readonly captured: number;
  readonly lost: number;
}

const options = ["-i", "w0", "-w", FILE, "-B", String(BUFFER)];
const captures = {
  promisc: [program, "capture", ...options, "--user", "root"],
  tcpdump: ["tcpdump", ...options, "-Z", "root"],
  dumpcap: ["dumpcap", "-q", "-P", "-i", "w0", "-w", FILE, "-B", String(BUFFER / 1024)],
} as const;
type Name = keyof typeof captures;

const noTcpdump = lacking("tcpdump");
const names: Name[] = ["promisc", "tcpdump", ...(lacking("dumpcap") ? [] : ["dumpcap" as const])];
if (noTcpdump) console.log(`\ncapture-write is left out: ${noTcpdump}`);
else
  for (const isBusy of [false, true])
    for (const [size, aim] of [
      [60, 0.85],
      [1514, 0.65],
    ] as const)
      await compare(size, aim, isBusy);

async function compare(size: number, aim: number, isBusy: boolean): Promise<void> {
  const count = size > 1000 ? 300_000 : 600_000;
  const load = { index: indexOf("w1"), count, size, rate: 250_000 };
  const busy = isBusy ? spawn(process.execPath, ["-e", "for (;;);"]) : undefined;
  const rounds: Record<Name, Run>[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const order = round % 2 === 0 ? names : names.toReversed();
    const runs: Partial<Record<Name, Run>> = {};
    for (const name of order) runs[name] = await run(captures[name], load);
    rounds.push(runs as Record<Name, Run>);
  }
  busy?.kill("SIGKILL");
  claim(
    `writes ${size}-byte frames at less CPU time than tcpdump${isBusy ? ", beside a process that never rests" : ""}`,
  );
  const median = (name: Name, of: (run: Run) => number): number =>
    spread(rounds.map((each) => of(each[name]))).median;
  figures([
    ["", "CPU per packet", "packets lost"],
    ...names.map((name): [string, ...string[]] => [
      name,
      `${Math.round(median(name, ({ cpu }) => cpu))} ns`,
      `${((median(name, ({ lost }) => lost) / count) * 100).toFixed(2)} %`,
    ]),
  ]);
  ratio("promisc / tcpdump", spread(rounds.map(({ promisc, tcpdump }) => promisc.cpu / tcpdump.cpu)), {
    atMost: aim,
  });
  if (names.includes("dumpcap"))
    ratio("promisc / dumpcap", spread(rounds.map(({ promisc, dumpcap }) => promisc.cpu / dumpcap.cpu)));
}

async function run([command, ...args]: readonly string[], load: Load): Promise<Run> {
  const capture = spawn(command as string, args, { stdio: ["ignore", "ignore", "pipe"] });
  let said = "";
  capture.stderr.setEncoding("latin1").on("data", (text: string) => {
    said += text;
  });
  while (!/listening on|File: /.test(said)) await pause(10);
  // The cost of starting and warming up isn't part of the cost of a packet.
  await send({ ...load, count: WARM_UP });
  const before = cpuTime(capture);
  await send(load);
  const after = cpuTime(capture);
  capture.kill("SIGINT");
  await once(capture, "close");
  const captured = packetsIn(FILE);
  rmSync(FILE);
  const lost = load.count + WARM_UP - captured;
  return { cpu: (after - before) / Math.max(load.count - lost, 1), captured, lost };
}

async function send(load: Load): Promise<void> {
  const [status] = await once(startGenerator(load), "exit");
  if (status !== 0) throw new Error(`the generator ended with ${status}`);
  // By then everything in the ring is written.
  await pause(400);
}

/**
 * Returns how long all threads of a process ran, in nanoseconds: the first field of schedstat
 * (Documentation/scheduler/sched-stats).
 */
function cpuTime({ pid }: ChildProcess): number {
  return readdirSync(`/proc/${pid}/task`).reduce(
    (sum, task) => sum + Number(readFileSync(`/proc/${pid}/task/${task}/schedstat`, "latin1").split(" ")[0]),
    0,
  );
}

function packetsIn(path: string): number {
  const file = readFileSync(path);
  let packets = 0;
  for (let at = 24; at + 16 <= file.length; at += 16 + file.readUInt32LE(at + 8)) packets++;
  return packets;
}

function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}

// A capture that writes a file competes with tcpdump -w: by what it costs a packet, and by what it loses.
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { openSync, readdirSync, readFileSync, rmSync, writeSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { openCapture } from "../src/capture/live/capture.js";
import { packRecords } from "../src/capture/live/ring-to-pcap.js";
import { noTcpdump } from "../test/support/holding-processes.js";
import { generate } from "../test/support/packet-generator.js";
import { cable, indexOf } from "../test/support/veth.js";
import { isolateOrEnd } from "./support/isolate.js";
import { median, spread } from "./support/paired.js";
import { claim, figures, microseconds, ratio } from "./support/report.js";

/** On the tmpfs of this process's own. */
const file = "/run/capture.pcap";
const bufferMiB = 64;

/** What the other process does: captures into a file until SIGINT, then prints its counts. */
async function capture(): Promise<void> {
  const controller = new AbortController();
  process.on("SIGINT", () => controller.abort());
  const fd = openSync(file, "w");
  writeSync(fd, new Uint32Array([0xa1b2c3d4, 0x0004_0002, 0, 0, 262144, 1]));
  const running = openCapture("v0", { bufferSize: bufferMiB * 1024 * 1024, signal: controller.signal });
  console.error("listening on v0");
  const extent = { start: 0, end: 0 };
  await running.eachBatch((batch) => {
    while (packRecords(batch, "microseconds", extent))
      writeSync(fd, batch.bytes, extent.start, extent.end - extent.start);
  });
  console.error(`${running.statistics.dropped} packets dropped by kernel`);
}

const own = [process.execPath, fileURLToPath(import.meta.url), "capture"];
const peer = ["tcpdump", "-Z", "root", "-i", "v0", "-B", String(bufferMiB * 1024), "-w", file];
const busy = [process.execPath, "--eval", "for (;;);"];

interface Result {
  /** Milliseconds of CPU a packet. */
  cpu: number;
  /** Share of the packets that were dropped. */
  loss: number;
}

/** Nanoseconds of CPU that all threads of a process have used. */
function cpuOf(pid: number): number {
  const threads = readdirSync(`/proc/${pid}/task`);
  return threads.reduce(
    (sum, thread) =>
      sum + Number(readFileSync(`/proc/${pid}/task/${thread}/schedstat`, "latin1").split(" ")[0]),
    0,
  );
}

const children: ChildProcess[] = [];
process.on("exit", () => {
  for (const child of children) child.kill("SIGKILL");
});

/** @param pinned with another busy process on the same processor */
async function measure(
  command: string[],
  load: { size: number; rate: number },
  pinned: boolean,
): Promise<Result> {
  const count = 400_000;
  const pin = pinned ? ["taskset", "-c", "0"] : [];
  const other = pinned ? start([...pin, ...busy]) : undefined;
  const child = start([...pin, ...command]);
  let said = "";
  child.stderr?.setEncoding("utf8").on("data", (text: string) => {
    said += text;
  });
  while (!said.includes("listening on v0")) await sleep(10);
  const send = (packets: number): Promise<void> =>
    generate({ index: indexOf("v1"), count: packets, ...load });
  // Into every block once, and until the code is compiled.
  await send(100_000);
  await sleep(1200);
  const before = cpuOf(child.pid as number);
  await send(count);
  // tcpdump's blocks time out after a second.
  await sleep(1200);
  const cpu = (cpuOf(child.pid as number) - before) / 1e6 / count;
  child.kill("SIGINT");
  await once(child, "close");
  other?.kill("SIGKILL");
  rmSync(file);
  const dropped = Number(/(\d+) packets? dropped by kernel/.exec(said)?.[1]);
  return { cpu, loss: dropped / (count + 100_000) };
}

function start([command, ...args]: string[]): ChildProcess {
  const child = spawn(command as string, args, { stdio: ["ignore", "ignore", "pipe"] });
  children.push(child);
  return child;
}

async function compare(size: number, pinned: boolean): Promise<void> {
  const load = { size, rate: size > 1000 ? 150_000 : 300_000 };
  const rounds: { own: Result; peer: Result }[] = [];
  for (let round = 0; round < 5; round++) {
    const first = await measure(round % 2 === 0 ? own : peer, load, pinned);
    const second = await measure(round % 2 === 0 ? peer : own, load, pinned);
    rounds.push(round % 2 === 0 ? { own: first, peer: second } : { own: second, peer: first });
  }
  const line = (name: "own" | "peer"): [string, ...string[]] => [
    name === "own" ? "promisc" : "tcpdump -w",
    microseconds(median(rounds.map((round) => round[name].cpu))),
    ...rounds.map((round) => `${(round[name].loss * 100).toFixed(2)}%`),
  ];
  figures([
    ["", "CPU a packet", ...rounds.map((_, round) => `lost, ${round + 1}`)],
    line("own"),
    line("peer"),
  ]);
  ratio("CPU, promisc / tcpdump", spread(rounds.map((round) => round.own.cpu / round.peer.cpu)), {
    atMost: 1,
  });
}

if (process.argv[2] === "capture") await capture();
else {
  isolateOrEnd("capture-write");
  if (noTcpdump) {
    console.log(`\ncapture-write is left out: ${noTcpdump}`);
    process.exit();
  }
  cable("v0", "v1");
  for (const pinned of [false, true])
    for (const size of [60, 1514]) {
      const where = pinned ? ", with a busy process on the same processor" : "";
      claim(`a capture into a file costs no more than tcpdump's: frames of ${size} bytes${where}`);
      await compare(size, pinned);
    }
}

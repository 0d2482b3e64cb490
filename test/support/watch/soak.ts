import { existsSync, readdirSync, readFileSync } from "node:fs";
import type { ReportedEvent } from "../../../src/promiscuity/watch/event.js";
import { UnprivilegedNamespaces } from "../network/unprivileged-namespaces.js";
import { spawnSync } from "../process/child-process.js";
import { HoldingProcess } from "../process/holding-processes.js";
import { Running } from "../process/program.js";
import { asUnit } from "../process/unit-wrapper.js";

/** The result of a watch in a storm. */
export interface SoakResult {
  /** The processes that held the interface, in their order, and those that the watch named. */
  readonly holders: readonly number[];
  readonly named: readonly (number | null | undefined)[];
  /** The watch's resident memory in bytes, once per second. */
  readonly memory: readonly number[];
  /** Whether the watch was still running at the end. */
  readonly isAlive: boolean;
  /** What is left after the watch was killed. */
  readonly left: readonly string[];
  /** The number of events of each kind other than changes. */
  readonly events: Readonly<Record<string, number>>;
}

/**
 * Runs a watch on an interface like the systemd unit, while an ordinary user tries to hinder it and another process
 * repeatedly holds the interface for a tenth of a second or longer.
 */
export async function soak(interfaceName: string, seconds: number): Promise<SoakResult> {
  const memory: number[] = [];
  const named: (number | null | undefined)[] = [];
  const events: Record<string, number> = {};
  const programsBefore = tracingPrograms();
  const watch = new Running(["watch", "--json"], asUnit());
  await watch.hasBegun();
  // The output is parsed as it arrives, because there is a lot of it.
  let rest = "";
  const take = (text: string): void => {
    const lines = `${rest}${text}`.split("\n");
    rest = lines.pop() ?? "";
    for (const line of lines) {
      const event = JSON.parse(line) as ReportedEvent;
      const what = event.event === "lost" ? `lost ${event.source}` : event.event;
      if (event.event !== "change") events[what] = (events[what] ?? 0) + 1;
      else if (event.netns.own && event.ifname === interfaceName)
        for (const { holder } of event.came)
          named.push(holder?.kind === "socket" ? holder.processes[0]?.pid : undefined);
    }
    watch.stdout = "";
  };
  watch.process.stdout.on("data", take);
  const timer = setInterval(() => memory.push(residentMemory(watch.process.pid)), 1000);
  let holders: number[];
  {
    await using _mischief = await UnprivilegedNamespaces.mischief();
    await using _storm = await UnprivilegedNamespaces.storm();
    holders = await holdAgainAndAgain(interfaceName, seconds);
    // The last holder's event may be behind many others.
    const end = performance.now() + 20_000;
    while (named.length < holders.length && performance.now() < end) await pause(100);
  }
  clearInterval(timer);
  const isAlive = watch.process.exitCode === null && watch.process.signalCode === null;
  const children = childrenOf(watch.process.pid);
  watch.process.kill("SIGKILL");
  await watch.outcome;
  return { holders, named, memory, isAlive, events, left: await leftAfter(children, programsBefore) };
}

/** Returns what is left of a watch that has ended: eBPF programs, and processes that it had started. */
async function leftAfter(
  children: readonly string[],
  programsBefore: ReadonlySet<string>,
): Promise<string[]> {
  const end = performance.now() + 5000;
  for (;;) {
    const left = [
      ...[...tracingPrograms()].filter((id) => !programsBefore.has(id)).map((id) => `eBPF program ${id}`),
      ...children.filter((child) => existsSync(`/proc/${child}`)).map((child) => `process ${child}`),
    ];
    // The kernel removes programs in the background.
    if (left.length === 0 || performance.now() > end) return left;
    await pause(100);
  }
}

/** Returns the ids of programs that promisc loaded. */
function tracingPrograms(): Set<string> {
  const { stdout } = spawnSync("bpftool", ["prog", "show"], { encoding: "utf8" });
  return new Set([...stdout.matchAll(/^(\d+): tracing +name promisc /gm)].map(([, id = ""]) => id));
}

function childrenOf(parent: number | undefined): string[] {
  return readdirSync("/proc").filter((name) => {
    if (!/^\d+$/.test(name)) return false;
    try {
      const stat = readFileSync(`/proc/${name}/stat`, "latin1");
      return Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[1]) === parent;
    } catch {
      return false;
    }
  });
}

/** Runs processes that hold the interface for 100 to 400 milliseconds each, and returns their numbers. */
async function holdAgainAndAgain(interfaceName: string, seconds: number): Promise<number[]> {
  let output = "";
  await using python = await HoldingProcess.python(`
import random, sys
print("ready", flush=True)
# The parent process begins to listen now.
time.sleep(0.5)
end = time.monotonic() + ${seconds}
while time.monotonic() < end:
    child = os.fork()
    if child == 0:
        s = packet_socket()
        add(s, "${interfaceName}", PROMISC)
        time.sleep(random.uniform(0.1, 0.4))
        os._exit(0)
    print("held", child, flush=True)
    os.waitpid(child, 0)
`);
  python.process.stdout?.on("data", (text: Buffer) => {
    output += text;
  });
  await new Promise((resolve) => python.process.once("close", resolve));
  return [...output.matchAll(/^held (\d+)$/gm)].map(([, pid]) => Number(pid));
}

function residentMemory(pid: number | undefined): number {
  const kilobytes = /^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, "latin1"))?.[1];
  return Number(kilobytes) * 1024;
}

function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}

// The value of a monitor depends on how soon it reports, whom it can name, and what it costs while nothing happens.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { Crowd } from "./support/crowd.js";
import { isolateOrEnd } from "./support/isolate.js";
import { spread } from "./support/paired.js";
import { claim, figures, milliseconds, result } from "./support/report.js";
import { ipBatch } from "./support/spawn.js";
import { pause, Watch } from "./support/watch.js";

isolateOrEnd("watch");
ipBatch(["link add w0 type veth peer name w1", "link set w0 up", "link set w1 up"]);

const prelude = `
import os, socket, struct, time
membership = struct.pack("iHH8s", socket.if_nametoindex("w0"), 1, 0, b"")
def packet_socket(): return socket.socket(socket.AF_PACKET, socket.SOCK_RAW, 0)
def add(s): s.setsockopt(263, 1, membership)
def drop(s): s.setsockopt(263, 2, membership)
`;

await latency(300);
await naming([0, 0.5, 2, 5, 20], 100);
await flood(10_000);
await idle(30);

/** Runs a Python program that makes changes, and returns the lines that it printed. */
async function change(text: string): Promise<string[]> {
  const python = spawn("python3", ["-c", `${prelude}${text}`], { stdio: ["ignore", "pipe", "inherit"] });
  let output = "";
  python.stdout.setEncoding("utf8").on("data", (chunk: string) => {
    output += chunk;
  });
  const [status] = await once(python, "close");
  if (status !== 0) throw new Error(`python3: exit status ${status}`);
  return output.trim().split("\n");
}

async function latency(cycles: number): Promise<void> {
  using watch = await Watch.on("w0");
  const calls = await change(`
s = packet_socket()
calls = []
for _ in range(${cycles}):
    for call in (add, drop):
        time.sleep(0.01)
        calls.append(time.monotonic_ns())
        call(s)
print(*calls, sep="\\n")
`);
  await watch.settled(calls.length);
  const times = watch.changes.map(({ at }, number) => Number(at - BigInt(calls[number] ?? 0)) / 1e6);
  const { median, quartiles, range, count } = spread(times);
  claim("a change is on standard output 5 ms after the system call that made it");
  figures([
    ["99th percentile", milliseconds(percentile(times, 0.99))],
    ["half of them", quartiles.map(milliseconds).join(" to ")],
    ["all", range.map(milliseconds).join(" to ")],
    ["reported", `${count} of ${calls.length}`],
  ]);
  result("median", median, "ms", { atMost: 5 });
}

function percentile(values: readonly number[], part: number): number {
  return values.toSorted((a, b) => a - b)[Math.ceil(part * values.length) - 1] ?? Number.NaN;
}

async function naming(lifetimes: readonly number[], count: number): Promise<void> {
  claim("the trace names every holder; the table of sockets names those that live 5 ms");
  const rows: [string, ...string[]][] = [["lifetime", "with trace", "without", "wrongly"]];
  const short: Record<string, number> = {};
  for (const lifetime of lifetimes) {
    const traced = await nameHolders(lifetime, count);
    const untraced = await nameHolders(lifetime, count, "--no-trace");
    rows.push([
      `${lifetime} ms`,
      ...[traced.named, untraced.named, traced.wrong + untraced.wrong].map(String),
    ]);
    short[`named of ${count} that live ${lifetime} ms, with trace`] = traced.named;
    if (lifetime >= 5) short[`named of ${count} that live ${lifetime} ms, without`] = untraced.named;
  }
  figures(rows);
  for (const [name, named] of Object.entries(short)) result(name, named, "", { atLeast: count });
  await nameSetters(count);
}

/** Counts how many holders with a given lifetime are named, correctly and wrongly. */
async function nameHolders(
  lifetime: number,
  count: number,
  ...options: string[]
): Promise<{ named: number; wrong: number }> {
  using watch = await Watch.on(...options, "w0");
  const pids = await change(`
for _ in range(${count}):
    pid = os.fork()
    if pid == 0:
        s = packet_socket()
        add(s)
        ${lifetime > 0 ? `time.sleep(${lifetime / 1000})` : "pass"}
        os._exit(0)
    os.waitpid(pid, 0)
    print(pid)
    time.sleep(0.03)
`);
  await watch.settled(count * 2);
  const came = watch.changes.flatMap(({ event }) => event.came);
  const named = came.map(({ holder }) => (holder?.kind === "socket" ? holder.processes[0]?.pid : undefined));
  return {
    named: named.filter((pid, number) => pid === Number(pids[number])).length,
    wrong: named.filter((pid, number) => pid !== undefined && pid !== Number(pids[number])).length,
  };
}

async function nameSetters(count: number): Promise<void> {
  const ways = {
    "ip link set promisc on": `subprocess.run(["ip", "link", "set", "w0", "promisc", way])`,
    ioctl: `fcntl.ioctl(s, 0x8914, struct.pack("16sH22x", b"w0", 0x1103 if way == "on" else 0x1003))`,
  };
  claim("the trace names who sets the administrator's flag");
  for (const [name, call] of Object.entries(ways)) {
    using watch = await Watch.on("w0");
    await change(`
import fcntl, subprocess
s = packet_socket()
for _ in range(${count}):
    for way in "on", "off":
        ${call}
        time.sleep(0.005)
`);
    await watch.settled(count * 2);
    const named = watch.changes.filter(({ event }) => event.came.some(({ actor }) => actor !== undefined));
    result(`named of ${count} by ${name}`, named.length, "", { atLeast: count });
  }
}

async function flood(changes: number): Promise<void> {
  using watch = await Watch.on("w0");
  // With a first unit in place, further changes are not logged by the kernel.
  const [start, end] = await change(`
first, s = packet_socket(), packet_socket()
add(first)
print(time.monotonic_ns())
for _ in range(${changes / 2}):
    add(s)
    drop(s)
print(time.monotonic_ns())
`);
  // The first membership also comes and goes.
  await watch.settled(changes + 2);
  const told = watch.changes.length - 2;
  const losses = watch.lines.filter(({ event }) => event.event === "lost").length;
  const took = Number(BigInt(end ?? 0) - BigInt(start ?? 0)) / 1e6;
  const last = Number((watch.lines.at(-1)?.at ?? 0n) - BigInt(start ?? 0)) / 1e6;
  claim(`each of ${changes} simultaneous changes is reported, or covered by a reported loss`);
  figures([
    ["the changes took", milliseconds(took)],
    ["the last line came after", milliseconds(last)],
    ["losses reported", String(losses)],
  ]);
  result("reported, or covered by a loss", losses > 0 ? changes : told, "changes", { atLeast: changes });
}

async function idle(seconds: number): Promise<void> {
  const size = { namespaces: 50, sockets: 100, processes: 300 };
  using _crowd = await Crowd.gather(size);
  using watch = await Watch.on("w0");
  // Node.js continues compiling for some seconds.
  await pause(10_000);
  const before = { cpu: cpuTime(watch.pid), forks: forks() };
  await pause(seconds * 1000);
  const share = ((cpuTime(watch.pid) - before.cpu) / (seconds * 1000)) * 100;
  claim(
    `an idle watch of ${size.namespaces} namespaces and ${size.processes} processes takes no measurable CPU time`,
  );
  figures([[`processes that others started in these ${seconds} s`, String(forks() - before.forks)]]);
  result("of a core", share, "%", { atMost: 0.1 });
}

/** Returns the CPU time that a process has used, in milliseconds. */
function cpuTime(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, "latin1");
  const [user, system] = stat
    .slice(stat.lastIndexOf(")") + 2)
    .split(" ")
    .slice(11, 13)
    .map(Number);
  // The fields are in hundredths of a second (proc(5)).
  return ((user ?? 0) + (system ?? 0)) * 10;
}

/** Returns how many processes were started since the machine was booted. */
function forks(): number {
  return Number(/^processes (\d+)$/m.exec(readFileSync("/proc/stat", "latin1"))?.[1]);
}

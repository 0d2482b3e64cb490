// The trace runs at every system call of every process on the machine, so its cost matters more than what it finds.
import { spawn as start } from "node:child_process";
import { once } from "node:events";
import { closeSync, fstatSync, openSync, writeSync } from "node:fs";
import { SystemCallTracer } from "../src/linux/bpf/system-call-tracer.js";
import { FileDescriptor } from "../src/linux/ffi/file-descriptor.js";
import * as libc from "../src/linux/ffi/libc.js";
import { SOCK_DGRAM } from "../src/linux/ffi/socket-constants.js";
import { InterfaceIoctl } from "../src/linux/interface/interface-ioctl.js";
import { MembershipSocket } from "../src/linux/packet/membership-socket.js";
import { AF_INET } from "../src/wire/kernel/address-family.js";
import { ip } from "../test/support/network/namespace.js";
import { noTracing, ownNamespace } from "../test/support/watch/tracing.js";
import { isolateOrEnd } from "./support/isolate.js";
import { median, spread } from "./support/paired.js";
import { claim, figures, microseconds, milliseconds, ratio } from "./support/report.js";
import { spawn } from "./support/spawn.js";

isolateOrEnd("trace");
if (noTracing) {
  console.log(`\ntrace is left out: ${noTracing}`);
  process.exit();
}
ip("link set lo up");

const rounds = 40;
/** The index of lo. */
const LOOPBACK = 1;

/** Returns how long an action takes, in milliseconds. */
function timeOf(action: () => void): number {
  const begin = performance.now();
  action();
  return performance.now() - begin;
}

/** Returns the milliseconds per call with and without a trace, measured in turns whose order alternates. */
function compare(call: () => void, calls = 5000): { on: number; off: number }[] {
  const loop = (): void => {
    for (let count = 0; count < calls; count++) call();
  };
  const on = (): number => {
    using _ = new SystemCallTracer(() => {});
    return timeOf(loop) / calls;
  };
  const off = (): number => timeOf(loop) / calls;
  on();
  return Array.from({ length: rounds }, (_, round) => {
    if (round % 2 === 0) return { on: on(), off: off() };
    const without = off();
    return { on: on(), off: without };
  });
}

/**
 * Returns a function that sends a datagram through the loopback interface to a port that nobody reads, where it is
 * dropped.
 */
function datagramSender(): () => void {
  const socket = FileDescriptor.socket(AF_INET, SOCK_DGRAM, 0, "open a socket");
  const address = Uint8Array.of(AF_INET, 0, 0, 9, 127, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0);
  const datagram = new Uint8Array(64);
  return () => libc.sendto(socket.number, datagram, datagram.length, 0, address, address.length);
}

const null_ = openSync("/dev/null", "w");
const byte = new Uint8Array(1);
const send = datagramSender();
using interfaces = new InterfaceIoctl();

const calls: Record<string, () => void> = {
  "getppid, the shortest": () => void process.ppid,
  "write of a byte to /dev/null": () => writeSync(null_, byte),
  fstat: () => fstatSync(null_),
  "ioctl SIOCGIFFLAGS": () => interfaces.flags("lo", "benchmark"),
  "sendto, a UDP datagram": () => send(),
};

claim("a trace adds a fraction of a microsecond to every system call of the machine");
const results = Object.entries(calls).map(([name, call]) => ({ name, times: compare(call) }));
closeSync(null_);
figures([
  ["", "without", "with", "added"],
  ...results.map(({ name, times }): [string, ...string[]] => [
    name,
    microseconds(median(times.map(({ off }) => off))),
    microseconds(median(times.map(({ on }) => on))),
    microseconds(median(times.map(({ on, off }) => on - off))),
  ]),
]);
for (const { name, times } of results)
  ratio(`with / without, ${name}`, spread(times.map(({ on, off }) => on / off)));

claim("a trace starts at once");
const first = timeOf(() => spawn(process.execPath, "--input-type=module", "--eval", startScript(true)));
const nothing = timeOf(() => spawn(process.execPath, "--input-type=module", "--eval", startScript(false)));
const later = Array.from({ length: rounds }, () =>
  timeOf(() => new SystemCallTracer(() => {})[Symbol.dispose]()),
);
figures([
  ["the first of a process, which reads the kernel's types, begun and ended", milliseconds(first - nothing)],
  ["another one", milliseconds(median(later))],
]);

/** Returns a program that imports the trace, and starts one or doesn't. */
function startScript(trace: boolean): string {
  const path = JSON.stringify(new URL("../src/linux/bpf/system-call-tracer.js", import.meta.url));
  return `import { SystemCallTracer } from ${path};
    if (${trace}) new SystemCallTracer(() => {})[Symbol.dispose]();`;
}

claim("an event arrives within a millisecond, and many are read at a few microseconds each");
const delays = await delaysOfEvents();
const reading = timeToRead(5000);
figures([
  ["from the system call to the callback, median", milliseconds(median(delays))],
  [
    "nine of ten within",
    milliseconds(delays.toSorted((a, b) => a - b)[Math.floor(delays.length * 0.9)] ?? 0),
  ],
  ["to read one of 5000 that wait", microseconds(reading)],
]);

async function delaysOfEvents(): Promise<number[]> {
  const delays: number[] = [];
  const netns = ownNamespace();
  using _ = new SystemCallTracer((event) => {
    if (event.netns === netns) delays.push(Number(process.hrtime.bigint() - event.time) / 1e6);
  });
  // Run it in another process, because this one can't receive events while it makes a system call.
  const script = "for i in $(seq 200); do ip link set lo promisc on; done";
  await once(start("sh", ["-c", script], { stdio: "inherit" }), "exit");
  return delays;
}

function timeToRead(events: number): number {
  let read = 0;
  using trace = new SystemCallTracer(() => read++);
  using socket = new MembershipSocket("benchmark");
  for (let event = 0; event < events; event++) socket.joinPromiscuous(LOOPBACK, "benchmark");
  return timeOf(() => trace.drain()) / read;
}

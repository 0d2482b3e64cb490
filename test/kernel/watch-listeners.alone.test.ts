import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { after, before, describe, it } from "node:test";
import { promisify } from "node:util";
import { ip, isolate, noNamespaces, noOtherUsers } from "../support/network/namespace.js";
import { receiveByXdpSocket } from "../support/network/xdp-socket.js";
import { HoldingProcess, noTcpdump } from "../support/process/holding-processes.js";
import { lacking } from "../support/process/peer.js";
import { Running } from "../support/process/program.js";
import { noTracing } from "../support/watch/tracing.js";

isolate();

const run = promisify(execFile);

interface Line {
  readonly event: string;
  readonly netns: { readonly own: boolean };
  readonly ifname?: string;
  readonly evidence?: string;
  readonly listener?: {
    readonly kind: string;
    readonly filter?: { readonly kind: string; readonly expression?: string };
    readonly processes: readonly { readonly pid: number; readonly comm: string }[];
  };
}

/** Runs a new process that begins to listen and ends at once. Returns its number. */
async function listenForAMoment(statement: string): Promise<number> {
  const program = `
import socket, os
print(os.getpid(), flush=True)
${statement}
os._exit(0)
`;
  return Number((await run("python3", ["-S", "-E", "-c", program])).stdout);
}

describe("watch --all with the trace", {
  skip: noNamespaces || noTracing || lacking("ip", "python3"),
}, () => {
  let watch: Running;
  before(async () => {
    ip("link add l0 type veth peer name l1");
    ip("link set l0 up");
    watch = new Running(["watch", "--all", "--json"]);
    await watch.hasBegun();
  });
  after(async () => {
    watch.process.kill("SIGTERM");
    await watch.outcome;
  });

  /** Returns what was reported in this process's own network namespace. */
  const ownLines = (): Line[] =>
    watch.stdout
      .split("\n")
      .slice(0, -1)
      .map((line) => JSON.parse(line) as Line)
      .filter(({ netns }) => netns.own);
  const pidsOf = (kind: string, event = "listener-came"): unknown[] =>
    ownLines()
      .filter((line) => line.event === event && line.listener?.kind === kind && line.evidence === "trace")
      .map(({ listener }) => listener?.processes[0]?.pid);

  /** Waits until what was reported here is as expected. */
  const until = async (isSo: () => boolean): Promise<void> => {
    const end = performance.now() + 20_000;
    while (!isSo() && performance.now() < end) await new Promise((resolve) => setTimeout(resolve, 10));
  };
  const went = (): unknown[] => ownLines().filter(({ event }) => event === "listener-went");

  it("says that it traces", () =>
    assert.match(
      watch.stderr,
      /^watching what listens \(\d+ now\): sockets by the trace and every 1 second,/m,
    ));

  it("names each of 20 packet sockets that live for a moment, and raw sockets", async () => {
    const pids: number[] = [];
    while (pids.length < 20) pids.push(await listenForAMoment(`socket.socket(17, 3, 0).bind(("l0", 3))`));
    const raw = await listenForAMoment("socket.socket(socket.AF_INET, socket.SOCK_RAW, 1)");
    await until(() => went().length >= 21);
    assert.deepEqual(pidsOf("packet-socket"), pids);
    assert.deepEqual(pidsOf("raw-socket"), [raw]);
    const first = ownLines().find(({ listener }) => listener);
    assert.deepEqual([first?.ifname, first?.listener?.filter?.kind], ["l0", "unknown"]);
    assert.equal(went().length, 21);
  });

  it("doesn't report a socket that receives nothing, or a holder", async () => {
    const count = ownLines().length;
    await listenForAMoment("socket.socket(17, 3, 0)");
    await listenForAMoment(`
import struct
s = socket.socket(17, 3, 0)
s.bind(("l0", 3))
s.setsockopt(263, 1, struct.pack("iHH8s", socket.if_nametoindex("l0"), 1, 0, b""))`);
    const pid = await listenForAMoment("socket.socket(17, 3, socket.htons(0x88cc))");
    await until(() => went().length >= 22);
    const later = ownLines().slice(count);
    assert.deepEqual(
      later
        .filter(({ event }) => event.startsWith("listener"))
        .map(({ listener }) => listener?.processes[0]?.pid),
      [pid, pid],
    );
  });

  it("shows the filter of tcpdump -p", { skip: noTcpdump }, async () => {
    await using tcpdump = await HoldingProcess.tcpdump("-p", "-i", "l0", "udp", "port", "53");
    const last = (): Line | undefined =>
      ownLines().findLast(({ listener }) => listener?.kind === "packet-socket");
    await until(() => last()?.listener?.filter?.expression === "udp port 53");
    const line = last();
    assert.deepEqual(
      [line?.event, line?.ifname, line?.evidence, line?.listener?.processes[0]?.pid],
      ["listener-came", "l0", "trace", tcpdump.pid],
    );
  });

  it("names an AF_XDP socket", async () => {
    await using socket = await receiveByXdpSocket("l1");
    const found = (): Line | undefined => ownLines().find(({ listener }) => listener?.kind === "xdp-socket");
    await until(() => found() !== undefined);
    const line = found();
    assert.deepEqual([line?.event, line?.ifname], ["listener-came", "l1"]);
    assert.ok(socket.pid > 0);
  });

  it("names listeners while a user opens packet sockets without end", { skip: noOtherUsers }, async () => {
    await using _flood = await HoldingProcess.start(
      "setpriv",
      [
        ..."--reuid=65534 --regid=65534 --clear-groups unshare -Urn python3 -u -c".split(" "),
        `
import socket
print("ready", flush=True)
kept = []
while True:
    s = socket.socket(17, 3, socket.htons(3))
    kept.append(s)
    if len(kept) > 500: del kept[0]
`,
      ],
      "ready",
    );
    const count = pidsOf("packet-socket").length;
    await watch.says('"listeners-unreported"');
    const pids: number[] = [];
    while (pids.length < 20) pids.push(await listenForAMoment(`socket.socket(17, 3, 0).bind(("l0", 3))`));
    await until(() => pidsOf("packet-socket").length >= count + 20);
    assert.deepEqual(pidsOf("packet-socket").slice(count), pids);
  });
});

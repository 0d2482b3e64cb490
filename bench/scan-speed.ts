// A user should be able to wait for the scan of a whole network: 254 hosts compared with nmap's script, and 65,534
// hosts in limited memory.
import { spawnSync, spawn as start } from "node:child_process";
import { once } from "node:events";
import { missing } from "../test/support/process/peer.js";
import { program } from "../test/support/process/program.js";
import { isolateOrEnd } from "./support/isolate.js";
import { pairedRounds, spread } from "./support/paired.js";
import { claim, figures, ratio, result } from "./support/report.js";
import { ipBatch, spawn } from "./support/spawn.js";

isolateOrEnd("scan-speed");

// A machine that answers for whole blocks, because they are local to it. Its veth has no filter, so it answers every
// probe.
const machine = start("unshare", ["--net", "sh", "-c", "echo; exec sleep 1000"], {
  stdio: ["ignore", "pipe", "inherit"],
});
await once(machine.stdout, "data");
ipBatch([
  "link add v0 type veth peer name v1",
  `link set v1 netns ${machine.pid}`,
  "addr add 10.9.255.254/16 dev v0",
  "link set v0 up",
]);
const inMachine = (line: string): void => spawn("nsenter", "-t", `${machine.pid}`, "-n", ...line.split(" "));
inMachine("ip link set lo up");
inMachine("ip link set v1 up");
inMachine("ip addr add 10.9.0.1/32 dev v1");
inMachine("ip route add 10.9.255.254/32 dev v1");
inMachine("ip route add local 10.9.0.0/17 dev lo");
inMachine("ip route add local 10.9.128.0/17 dev lo");

claim("promisc scan of 254 hosts takes at most a twentieth of the time that nmap's sniffer-detect takes");
const noNmap = missing("nmap");
if (noNmap) console.log(`  left out: it ${noNmap}`);
else {
  const block = "10.9.0.1-254";
  const rounds = pairedRounds(
    {
      promisc: { run: () => findOpen(program, "scan", "-i", "v0", "--rate", "max", block) },
      nmap: { run: () => spawn("nmap", "-n", "-sn", "-e", "v0", "--script", "sniffer-detect", block) },
    },
    { rounds: 3, warmUp: 1 },
  );
  figures([
    [
      "promisc scan --rate max",
      `${(spread(rounds.map(({ promisc }) => promisc)).median / 1000).toFixed(2)} s`,
    ],
    [
      "nmap --script sniffer-detect",
      `${(spread(rounds.map(({ nmap }) => nmap)).median / 1000).toFixed(2)} s`,
    ],
  ]);
  ratio("times faster", spread(rounds.map(({ promisc, nmap }) => nmap / promisc)), { atLeast: 20 });
}

claim(
  "A /16 in which all addresses answer is classified at 20,000 probes per second on one core, in less than 300 MB",
);
const begin = performance.now();
const child = start(
  "sh",
  ["-c", `exec taskset -c 0 /usr/bin/env node --expose-gc -e '${measured()}' ${program}`],
  { stdio: ["ignore", "pipe", "inherit"] },
);
let text = "";
child.stdout.on("data", (part) => {
  text += part;
});
await once(child, "close");
const seconds = (performance.now() - begin) / 1000;
const { hosts, sent, megabytes, cpu } = JSON.parse(text);
figures([
  ["hosts classified", String(hosts)],
  ["probes sent", String(sent)],
  ["seconds", seconds.toFixed(1)],
]);
result("probes per second", sent / seconds, "", { atLeast: 20_000 });
result("processor time", cpu, "s");
result("memory, resident at most", megabytes, "MB", { atMost: 300 });
machine.kill("SIGKILL");

/** Returns a program that scans the block with the library and prints what it used. */
function measured(): string {
  return `
    import("${new URL("../../dist/index.js", import.meta.url).pathname}").then(async ({ scan }) => {
      let sent = 0, hosts = 0;
      const options = { interface: "v0", targets: ["10.9.0.1-10.9.255.253"], rate: Infinity, confirmed: true,
        onProgress: (progress) => { sent = progress.sent; } };
      for await (const { verdict } of scan(options)) if (verdict === "open" || verdict === "unfiltered-device") hosts++;
      const { maxRSS, userCPUTime, systemCPUTime } = process.resourceUsage();
      console.log(JSON.stringify({ hosts, sent, megabytes: maxRSS / 1024, cpu: (userCPUTime + systemCPUTime) / 1e6 }));
    });`.replaceAll("\n", " ");
}

/** Runs a scan that must exit with status 1, which means a finding. */
function findOpen(command: string, ...args: string[]): void {
  const { status } = spawnSync(command, args, { stdio: "ignore" });
  if (status !== 1 && status !== 0) throw new Error(`${command}: exit status ${status}`);
}

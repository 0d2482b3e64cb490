// Container hosts have hundreds of namespaces and thousands of processes. This measures looking through all of them.
import { execFileSync } from "node:child_process";
import { missing } from "../test/support/process/peer.js";
import { program } from "../test/support/process/program.js";
import { Crowd } from "./support/crowd.js";
import { isolateOrEnd } from "./support/isolate.js";
import { median, pairedRounds, spread } from "./support/paired.js";
import { claim, figures, milliseconds, ratio, result } from "./support/report.js";
import { spawn } from "./support/spawn.js";

isolateOrEnd("who");

const size = { namespaces: 300, sockets: 1000, processes: 2000 };
using _crowd = await Crowd.gather(size);

const who = { run: () => spawn(program, "who", "--json") };
const all = { run: () => spawn(program, "who", "--all", "--json") };
const ss = { run: () => spawn("ss", "-0pe") };
const node = { run: () => spawn("node", "-e", "0") };
const noLsof = missing("lsof");
const lsof = { run: () => noLsof || spawn("lsof", "-n", "-P") };

claim(
  `promisc who --json of ${size.namespaces} namespaces, ${size.sockets} packet sockets and ${size.processes} processes is faster than lsof, also with --all, and takes without it at most twice as long per namespace as ss takes for one`,
);
const rounds = pairedRounds({ who, all, ss, node, lsof }, { rounds: 15, warmUp: 1 });
const own = rounds.map((round) => round.who - round.node);
figures([
  ["promisc who --json", milliseconds(median(rounds.map((round) => round.who)))],
  ["  without the start of Node.js", milliseconds(median(own))],
  ["  of that, for each namespace", milliseconds(median(own) / size.namespaces)],
  ["promisc who --all --json", milliseconds(median(rounds.map((round) => round.all)))],
  ["ss -0pe, one namespace", milliseconds(median(rounds.map((round) => round.ss)))],
  ["lsof -n -P", noLsof ? `left out: ${noLsof}` : milliseconds(median(rounds.map((round) => round.lsof)))],
]);
if (!noLsof)
  for (const [name, key] of [
    ["promisc who / lsof", "who"],
    ["promisc who --all / lsof", "all"],
  ] as const)
    ratio(name, spread(rounds.map((round) => round[key] / round.lsof)), { atMost: 1 });
ratio(
  "promisc for each namespace / ss for one",
  spread(rounds.map((round) => (round.who - round.node) / size.namespaces / round.ss)),
  { atMost: 2 },
);

for (const options of [[], ["--all"]]) {
  claim(`${["who", ...options].join(" ")} never has more than 150 MB of memory`);
  const peaks = spread(Array.from({ length: 5 }, () => peakMemory(program, "who", ...options, "--json")));
  figures([
    ["largest and smallest of 5", ...peaks.range.toReversed().map((each) => `${each.toFixed(1)} MB`)],
    ["bare Node.js", `${peakMemory("node", "-e", "0").toFixed(1)} MB`],
  ]);
  result("median", peaks.median, "MB", { atMost: 150 });
}

/** Returns the peak memory of a command in megabytes. */
function peakMemory(...command: string[]): number {
  const measure = `
import resource, subprocess, sys
subprocess.run(sys.argv[1:], stdout=subprocess.DEVNULL, check=True)
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
`;
  return Number(execFileSync("python3", ["-c", measure, ...command], { encoding: "utf8" })) / 1024;
}

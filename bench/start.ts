// Users of a command-line tool wait for its start. Most of that time is the start of Node.js.
import { program } from "../test/support/process/program.js";
import { median, pairedRounds, spread } from "./support/paired.js";
import { claim, figures, milliseconds, ratio } from "./support/report.js";
import { spawn } from "./support/spawn.js";

claim("promisc show lo --json, from start to end, takes little longer than Node.js that does nothing");

const rounds = pairedRounds(
  {
    promisc: { run: () => spawn(program, "show", "lo", "--json") },
    node: { run: () => spawn("node", "-e", "0") },
    ip: { run: () => spawn("ip", "-j", "-d", "address", "show", "lo") },
  },
  { rounds: 60 },
);

figures([
  ["promisc show lo --json", milliseconds(median(rounds.map(({ promisc }) => promisc)))],
  ["node -e 0", milliseconds(median(rounds.map(({ node }) => node)))],
  ["ip -j -d address show lo", milliseconds(median(rounds.map(({ ip }) => ip)))],
]);
ratio("promisc / node", spread(rounds.map(({ promisc, node }) => promisc / node)), { atMost: 1.3 });

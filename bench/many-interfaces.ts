// Container hosts have thousands of interfaces, and a monitoring system reads all of them every few seconds.
import { program } from "../test/support/process/program.js";
import { isolateOrEnd } from "./support/isolate.js";
import { median, pairedRounds, type Spread, spread } from "./support/paired.js";
import { claim, figures, microseconds, milliseconds, ratio } from "./support/report.js";
import { ipBatch, spawn } from "./support/spawn.js";

isolateOrEnd("many-interfaces");

const most = 2000;
claim(
  `promisc --json of ${most} interfaces takes at most twice as long as ip -j -d address show, the start of Node.js not counted`,
);

let pairs = 0;
const results = [most / 8, most / 4, most / 2, most].map((size) => {
  while (pairs * 2 < size) addPairs(125);
  return measure(size);
});

figures([
  ["interfaces", "promisc", "each", "ip", "each", "not counted"],
  ...results.map(({ size, promisc, ip, node }): [string, ...string[]] => [
    String(size),
    milliseconds(promisc),
    microseconds(promisc / size),
    milliseconds(ip),
    microseconds(ip / size),
    milliseconds(node),
  ]),
]);
for (const { size, compared } of results)
  ratio(`promisc / ip, ${size} interfaces`, compared, size === most ? { atMost: 2 } : undefined);

/**
 * Adds pairs of veth devices that are up, and therefore have an IPv6 address each. One of the two also has an IPv4
 * address.
 */
function addPairs(count: number): void {
  const commands = Array.from({ length: count }, () => {
    const number = pairs++;
    const address = `10.${number >> 8}.${number & 0xff}.1/24`;
    return [
      `link add a${number} type veth peer name b${number}`,
      `link set a${number} up`,
      `link set b${number} up`,
      `addr add ${address} dev a${number}`,
    ];
  });
  ipBatch(commands.flat());
}

interface Result {
  readonly size: number;
  /** Medians in milliseconds: promisc without the start of Node.js, ip, and the start of Node.js. */
  readonly promisc: number;
  readonly ip: number;
  readonly node: number;
  readonly compared: Spread;
}

function measure(size: number): Result {
  const rounds = pairedRounds(
    {
      promisc: { run: () => spawn(program, "--json") },
      ip: { run: () => spawn("ip", "-j", "-d", "address", "show") },
      node: { run: () => spawn("node", "-e", "0") },
    },
    { rounds: 20 },
  );
  return {
    size,
    promisc: median(rounds.map(({ promisc, node }) => promisc - node)),
    ip: median(rounds.map(({ ip }) => ip)),
    node: median(rounds.map(({ node }) => node)),
    compared: spread(rounds.map(({ promisc, ip, node }) => (promisc - node) / ip)),
  };
}

// Scans LANs with cards, modes, losses and wiring that depend on a number: node random-lans.js FROM TO. Prints wrong
// verdicts as JSON.
import { fileURLToPath } from "node:url";
import { createLan } from "../../../src/lab/lan.js";
import { setPromiscuous } from "../../../src/promiscuity/set.js";
import { ip } from "../network/namespace.js";
import { scanFrom } from "./scan-from.js";

export const randomLans = fileURLToPath(import.meta.url);

export interface Mistakes {
  /** Filtering hosts that were reported as open, and open hosts that were reported as filtering. */
  readonly wrong: string[];
  /** Hosts without a right or wrong verdict, because too many of their frames were lost. */
  readonly undecided: string[];
}

/** How many LANs are scanned at a time. */
const TOGETHER = 8;
const modes = ["off", "flag", "allmulti"] as const;

async function check(seed: number, { wrong, undecided }: Mistakes): Promise<void> {
  const nic = seed % 2 === 0 ? "perfect" : "hash64";
  using lan = createLan({ hosts: 4, nic, loss: 0.02, seed, switch: seed % 3 === 0 });
  const mode = (host: number): (typeof modes)[number] => modes[(seed + host * (seed % 5)) % 3] ?? "off";
  for (const number of [2, 3, 4]) {
    const host = lan.host(number);
    if (mode(number) === "flag") host.run(() => setPromiscuous("eth0", true));
    if (mode(number) === "allmulti") host.run(() => ip("link set eth0 allmulticast on"));
  }
  const verdicts = new Map<string, string>();
  const options = { interface: "eth0", rate: 20_000, targets: ["10.77.0.2-4"] };
  for await (const { host, verdict } of scanFrom(lan.host(1), options)) verdicts.set(host, verdict);
  for (const number of [2, 3, 4]) {
    const verdict = verdicts.get(lan.host(number).ip);
    const [right, mistake] = mode(number) === "off" ? ["filtering", "open"] : ["open", "filtering"];
    const words = `seed ${seed}, ${nic}, ${mode(number)}: ${verdict}`;
    if (verdict === mistake) wrong.push(words);
    // A hash filter occasionally accepts one of the addresses from the literature.
    else if (verdict !== right && nic === "perfect") undecided.push(words);
  }
}

async function checkAll(from: number, to: number): Promise<Mistakes> {
  const mistakes: Mistakes = { wrong: [], undecided: [] };
  let next = from;
  const work = async (): Promise<void> => {
    while (next < to) await check(next++, mistakes);
  };
  await Promise.all(Array.from({ length: TOGETHER }, work));
  return mistakes;
}

if (process.argv[1] === randomLans)
  console.log(JSON.stringify(await checkAll(Number(process.argv[2]), Number(process.argv[3]))));

// A scanner with false alarms is worse than none. This compares the verdicts of promisc, nmap and scapy on one LAN.
import { spawnSync } from "node:child_process";
import { setTimeout } from "node:timers/promises";
import { scan } from "../src/index.js";
import { BridgeLan, type CardKind } from "../test/support/network/bridge-lan.js";
import { noOtherUsers } from "../test/support/network/namespace.js";
import { isolateOrEnd } from "./support/isolate.js";
import { claim, figures } from "./support/report.js";

isolateOrEnd("scan-verdicts");
if (noOtherUsers) {
  console.log(`\nscan-verdicts is left out: it ${noOtherUsers}`);
  process.exit();
}

interface Subject {
  readonly name: string;
  /** A macvlan filters groups as a network card does; a veth filters nothing. */
  readonly card: CardKind;
  /** Whether it is promiscuous, which is what an alarm should mean. */
  readonly isPromiscuous: boolean;
  readonly prepare: readonly string[];
}

const on = "ip link set eth0 promisc on";
const subjects: readonly Subject[] = [
  { name: "macvlan, off", card: "macvlan", isPromiscuous: false, prepare: [] },
  { name: "macvlan, promiscuous", card: "macvlan", isPromiscuous: true, prepare: [on] },
  {
    name: "macvlan, promiscuous, silent to ARP",
    card: "macvlan",
    isPromiscuous: true,
    prepare: [on, "sysctl -qw net.ipv4.conf.eth0.arp_ignore=8"],
  },
  {
    name: "macvlan, promiscuous, drops unicast in group frames",
    card: "macvlan",
    isPromiscuous: true,
    prepare: [on, "sysctl -qw net.ipv4.conf.eth0.drop_unicast_in_l2_multicast=1"],
  },
  {
    name: "macvlan, all-multicast",
    card: "macvlan",
    isPromiscuous: false,
    prepare: ["ip link set eth0 allmulticast on"],
  },
  { name: "veth, off", card: "veth", isPromiscuous: false, prepare: [] },
  { name: "veth, off", card: "veth", isPromiscuous: false, prepare: [] },
];

type Verdicts = Map<string, { readonly alarm: boolean; readonly says: string }>;

using lan = await BridgeLan.create(subjects.map(({ card }) => card));
for (const [host, { prepare }] of subjects.entries()) for (const line of prepare) lan.sh(host, line);
// Wait for duplicate address detection.
await setTimeout(2500);
const range = `10.66.0.2-${subjects.length + 1}`;

const tools: Readonly<Record<string, () => Promise<Verdicts> | Verdicts>> = {
  promisc: async () => {
    const found: Verdicts = new Map();
    for await (const { host, verdict, confidence } of scan({ interface: "br0", targets: [range] }))
      found.set(host, { alarm: verdict === "open", says: `${verdict} ${confidence}` });
    return found;
  },
  "nmap sniffer-detect": () =>
    new Map(
      output("nmap", "-n", "-sn", "-e", "br0", "--script", "sniffer-detect", range)
        .split("Nmap scan report for ")
        .map((part) => {
          const [, says = "nothing"] = /sniffer-detect: (.*)/.exec(part) ?? [];
          return [part.split("\n")[0] as string, { alarm: says.startsWith("Likely"), says }];
        }),
    ),
  "scapy is_promisc": () => {
    const program = `
from scapy.all import *
conf.verb = 0
conf.iface = "br0"
for n in range(2, ${subjects.length + 2}):
    ip = "10.66.0.%d" % n
    print(ip, is_promisc(ip))`;
    const lines = output("/usr/bin/python3", "-c", program).trim().split("\n");
    return new Map(
      lines.map((line) => {
        const [host = "", says] = line.split(" ");
        return [host, { alarm: says === "True", says: says === "True" ? "promiscuous" : "not" }];
      }),
    );
  },
};

claim(
  "promisc scan detects every promiscuous card and reports no device without a filter as one; all tools run on one LAN",
);
const names = Object.keys(tools);
const verdicts: Record<string, Verdicts> = {};
const times: Record<string, number> = {};
for (const [tool, run] of Object.entries(tools)) {
  const begin = performance.now();
  verdicts[tool] = await run();
  times[tool] = performance.now() - begin;
}
figures([
  ["host", ...names],
  ...subjects.map(({ name }, at): [string, ...string[]] => [
    name,
    ...names.map((tool) => verdicts[tool]?.get(lan.address(at))?.says ?? "not found"),
  ]),
  ["false alarms", ...names.map((tool) => count(tool, false))],
  ["misses", ...names.map((tool) => count(tool, true))],
  ["seconds", ...names.map((tool) => ((times[tool] as number) / 1000).toFixed(1))],
]);

/** Counts the promiscuous hosts without an alarm, or the other hosts with one. */
function count(tool: string, isPromiscuous: boolean): string {
  return String(
    subjects.filter((subject, at) => {
      const alarm = verdicts[tool]?.get(lan.address(at))?.alarm ?? false;
      return subject.isPromiscuous === isPromiscuous && alarm !== isPromiscuous;
    }).length,
  );
}

function output(program: string, ...args: string[]): string {
  return spawnSync(program, args, { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] }).stdout ?? "";
}

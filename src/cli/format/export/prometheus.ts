import { Gauge, Registry } from "prom-client";
import type { NamespaceFacts, PromiscuityReport } from "../../../promiscuity/holders/report.js";
import type { Finding } from "../../../promiscuity/policy/findings.js";
import { nameNamespace } from "../namespace.js";
import { printable } from "../text.js";

const kinds: readonly Finding["kind"][] = [
  "flag",
  "socket",
  "device",
  "unicast-addresses",
  "unexplained",
  "hidden",
  "incomplete",
  "expired-rule",
];

/** Prometheus' text format, for node_exporter's textfile collector. */
export function formatPrometheus(report: PromiscuityReport, findings: readonly Finding[]): Promise<string> {
  const registers = [new Registry()];
  const promiscuity = new Gauge({
    name: "promisc_interface_promiscuity",
    help: "The kernel's count of everything that wants the interface promiscuous.",
    labelNames: ["namespace", "interface"],
    registers,
  });
  const holders = new Gauge({
    name: "promisc_interface_holders",
    help: "Units of that count, by what kind of holder has them.",
    labelNames: ["namespace", "interface", "kind"],
    registers,
  });
  const namespaces = new NamespaceLabels();
  for (const held of report.interfaces) {
    const labels = { namespace: namespaces.of(held.netns), interface: printable(held.ifname) };
    promiscuity.set(labels, held.promiscuity);
    for (const { kind, units } of held.holders) holders.inc({ ...labels, kind }, units);
  }
  const found = new Gauge({
    name: "promisc_findings",
    help: "What policy doesn't allow, by kind.",
    labelNames: ["kind"],
    registers,
  });
  // Those that there are none of too, so that an alert can ask whether there are more than none.
  for (const kind of kinds) found.set({ kind }, findings.filter((finding) => finding.kind === kind).length);
  return (registers[0] as Registry).metrics();
}

/**
 * The own namespace has the same label on all machines; a name is what others are known by. Whichever would have the label
 * of one before it, because its name is `own` or because two directories have the same name, gets its inode number too:
 * otherwise one's series would overwrite the other's.
 */
class NamespaceLabels {
  readonly #byInode = new Map<number, string>();
  readonly #used = new Set(["own"]);

  of(netns: NamespaceFacts): string {
    if (netns.own) return "own";
    const known = this.#byInode.get(netns.inode);
    if (known !== undefined) return known;
    const name = printable(nameNamespace(netns));
    const label = this.#used.has(name) ? `${name} net:[${netns.inode}]` : name;
    this.#byInode.set(netns.inode, label);
    this.#used.add(label);
    return label;
  }
}

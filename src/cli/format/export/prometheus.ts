import { Gauge, Registry } from "prom-client";
import type { NamespaceFacts } from "../../../promiscuity/holders/namespace-facts.js";
import type { PromiscuityReport } from "../../../promiscuity/holders/report.js";
import type { Finding } from "../../../promiscuity/policy/findings.js";
import { listenerKinds } from "../../../promiscuity/policy/kinds.js";
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

/** Formats a report in Prometheus' text format, for node_exporter's textfile collector. */
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
  if (report.listeners) {
    const listeners = new Gauge({
      name: "promisc_interface_listeners",
      help: "What gets copies of frames, by kind. Without interface: those of every interface of the namespace.",
      labelNames: ["namespace", "interface", "kind"],
      registers,
    });
    for (const { netns, ifname = "", kind } of report.listeners)
      listeners.inc({ namespace: netns ? namespaces.of(netns) : "", interface: printable(ifname), kind });
  }
  // Kinds without findings are included with 0, so that an alert can test whether there are more than none.
  for (const kind of [...kinds, ...(report.listeners ? listenerKinds : [])])
    found.set({ kind }, findings.filter((finding) => finding.kind === kind).length);
  return (registers[0] as Registry).metrics();
}

/**
 * Assigns labels to namespaces. The own namespace has the same label on all machines; others are labelled by their
 * names. If a namespace would get the label of an earlier one, because its name is `own` or because two directories
 * contain the same name, its inode number is added. Otherwise the series of one would overwrite those of the other.
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

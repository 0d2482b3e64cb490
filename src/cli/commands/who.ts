import type { Holder } from "../../promiscuity/holders/holder.js";
import { addKernelLog } from "../../promiscuity/holders/kernel-log.js";
import { readPromiscuity } from "../../promiscuity/holders/read.js";
import type {
  CapturingSocket,
  InterfaceHolders,
  NamespaceFacts,
  PromiscuityReport,
} from "../../promiscuity/holders/report.js";
import { selectInterfaces, selectNamespace } from "../../promiscuity/holders/select.js";
import { describeOrigin } from "../format/flag-origin.js";
import { describeHolder, processInWords } from "../format/holder.js";
import { describeSight, nameNamespace } from "../format/namespace.js";
import { printable } from "../format/text.js";
import { write, writeJson } from "../output/write.js";
import type { OptionsOf } from "../program.js";

export function who(names: readonly string[], { netns, all = false, json }: OptionsOf<"who">): void {
  const report = addKernelLog(select(readPromiscuity(), names, netns));
  const { capturing: _, ...holding } = report;
  if (json) writeJson(all ? report : holding);
  else print(report, all);
}

/** Selects the named interfaces in any state, or if none are named, those that something holds. */
function select(report: PromiscuityReport, names: readonly string[], netns?: string): PromiscuityReport {
  const inNamespace = netns === undefined ? report : selectNamespace(report, netns);
  if (names.length > 0) return selectInterfaces(inNamespace, names);
  return {
    ...inNamespace,
    interfaces: inNamespace.interfaces.filter(({ promiscuity, allmulti }) => promiscuity > 0 || allmulti),
  };
}

function print({ interfaces, capturing, hidden, incomplete = [] }: PromiscuityReport, all: boolean): void {
  const lines = [...interfaces.flatMap(describeInterface), ...(all ? capturing.map(describeCapturing) : [])];
  const unseen = [
    ...(hidden ? [`${hidden.reason}: ${hidden.remedy}`] : []),
    ...incomplete.map((sight) => describeSight(sight)),
  ];
  const asFar = unseen.length > 0 ? ", as far as can be seen" : "";
  if (lines.length === 0) write(2, `no interface is promiscuous${asFar}\n`);
  else write(1, `${lines.map(printable).join("\n")}\n`);
  for (const line of unseen) write(2, `not everything can be seen: ${printable(line)}\n`);
}

function describeInterface(state: InterfaceHolders): string[] {
  const { netns, ifname, promiscuity, holders, allmulti, allmultiHolders } = state;
  const where = netns.own ? "" : ` in ${nameNamespace(netns)}`;
  const multicast = allmulti ? `, all-multicast count ${allmulti}` : "";
  return [
    `${ifname}${where}: count ${promiscuity}${multicast}`,
    ...holders.flatMap((holder) => [
      `    ${holder.units}  ${describe(holder, netns)}`,
      ...describeOrigin(holder, ifname).map((line) => `       ${line}`),
    ]),
    ...allmultiHolders.map((holder) => `    ${holder.units}  all-multicast: ${describe(holder, netns)}`),
  ];
}

/** Describes a holder. The last line of the output says why some are hidden, once for all of them. */
function describe(holder: Holder, { inode }: NamespaceFacts): string {
  return holder.kind === "hidden"
    ? "hidden: something that this user may not see"
    : describeHolder(holder, inode);
}

function describeCapturing({ netns, ifname = "any", socket, processes }: CapturingSocket): string {
  const where = netns.own ? "" : ` in ${nameNamespace(netns)}`;
  const who = processes.map(processInWords).join(" and ") || `socket ${socket.inode}`;
  const isKnown = socket.memberships !== "unknown";
  return `${ifname}${where}: captures${isKnown ? " without holding" : " and may hold"}: ${who}`;
}

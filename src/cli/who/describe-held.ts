import type { Holder } from "../../promiscuity/holders/holder.js";
import type { InterfaceHolders, PromiscuityReport } from "../../promiscuity/holders/report.js";
import { describeOrigin } from "../format/flag-origin.js";
import { describeHolder } from "../format/holder.js";
import { describeSight, nameNamespace } from "../format/namespace.js";

/**
 * Describes an interface and its holders: a line with the counts, and below it each holder.
 * @param more returns more lines about a holder of the promiscuity count, without their indent
 */
export function describeHeld(
  { netns, ifname, promiscuity, holders, allmulti, allmultiHolders }: InterfaceHolders,
  more: (holder: Holder) => readonly string[] = () => [],
): string[] {
  const where = netns.own ? "" : ` in ${nameNamespace(netns)}`;
  const multicast = allmulti ? `, all-multicast count ${allmulti}` : "";
  return [
    `${ifname}${where}: count ${promiscuity}${multicast}`,
    ...holders.flatMap((holder) => [
      `    ${holder.units}  ${describe(holder, netns)}`,
      ...[...describeOrigin(holder, ifname), ...more(holder)].map((line) => `       ${line}`),
    ]),
    ...allmultiHolders.map((holder) => `    ${holder.units}  all-multicast: ${describe(holder, netns)}`),
  ];
}

/** Describes a holder. The last line of the output says why some are hidden, once for all of them. */
function describe(holder: Holder, { inode }: InterfaceHolders["netns"]): string {
  return holder.kind === "hidden"
    ? "hidden: something that this user may not see"
    : describeHolder(holder, inode);
}

/** Describes why holders may be missing in a report, one line for each reason. */
export function describeUnseen({
  hidden,
  incomplete = [],
}: Pick<PromiscuityReport, "hidden" | "incomplete">): string[] {
  return [
    ...(hidden ? [`${hidden.reason}: ${hidden.remedy}`] : []),
    ...incomplete.map((sight) => describeSight(sight)),
  ].map((line) => `not everything can be seen: ${line}`);
}

import type { FlagLog, Holder } from "../../promiscuity/holders/holder.js";

/** Describes what can be known about who set the administrator's flag, and when. Other holders have no such lines. */
export function describeOrigin(holder: Holder, ifname: string): string[] {
  if (holder.kind !== "flag") return [];
  return [
    "promisc off clears it; the kernel doesn't keep who set it, or when: promisc watch shows both from now on",
    ...(holder.log ? [describeLog(holder.log, ifname)] : []),
  ];
}

function describeLog({ records, since, suspended, unread }: FlagLog, ifname: string): string {
  if (unread !== undefined) {
    const root = process.getuid?.() === 0 ? "which root lacks here" : "as root has";
    return `the kernel's log can't be read: ${unread}; it needs CAP_SYSLOG, ${root}`;
  }
  const last = records.findLast(({ entered }) => entered) ?? records.at(-1);
  if (since === undefined) return "the kernel's log is empty";
  if (last === undefined) return `the kernel's log has nothing about an interface ${ifname} since ${since}`;
  const later = records.slice(records.indexOf(last) + 1).at(-1);
  const left = later ? `, and left it about ${later.time}` : "";
  const verb = last.entered ? "entered" : "left";
  const doubt =
    suspended === undefined ? "" : `; times may be up to ${suspended} s too late, as the machine slept`;
  return `the kernel's log: an interface ${ifname}, in some namespace and for some holder, ${verb} promiscuous mode about ${last.time}${left}${doubt}`;
}

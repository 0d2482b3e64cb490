import type { Holder } from "../../promiscuity/holders/holder.js";
import type { InterfaceHolders, PromiscuityReport } from "../../promiscuity/holders/report.js";
import type { Listener, PacketSocketListener } from "../../promiscuity/listeners/listener.js";
import {
  describeListener,
  describeNotLookedAt,
  filterLines,
  filterOfListener,
  packetSocketInWords,
} from "../format/listener.js";
import { nameNamespace } from "../format/namespace.js";
import { printable } from "../format/text.js";
import { isTerminal, write } from "../output/write.js";
import { describeHeld, describeUnseen } from "./describe-held.js";

/** Prints holders and listeners, grouped by interface, and on standard error what wasn't examined. */
export function printAll(report: PromiscuityReport): void {
  const { notLookedAt = [] } = report;
  const lines = describeAll(report, isTerminal(1));
  const unseen = [
    ...describeUnseen(report),
    ...notLookedAt
      .filter(({ why }) => why !== "never")
      .map((each) => `not looked at: ${describeNotLookedAt(each)}`),
  ];
  const never = notLookedAt.filter(({ why }) => why === "never").map(({ what }) => what);
  if (lines.length === 0)
    write(
      2,
      `no interface is promiscuous, and nothing listens${unseen.length > 0 ? ", as far as can be seen" : ""}\n`,
    );
  else write(1, `${lines.map(printable).join("\n")}\n`);
  for (const line of unseen) write(2, `${printable(line)}\n`);
  if (never.length > 0) write(2, `never looked at: ${never.join("; ")}\n`);
}

/** What is printed about one interface, or about every interface of a namespace. */
interface Group {
  readonly heading: string;
  readonly state?: InterfaceHolders;
  readonly listeners: Listener[];
}

/** @param isCut whether long filters are cut */
function describeAll({ interfaces, listeners = [] }: PromiscuityReport, isCut: boolean): string[] {
  const groups = new Map<string, Group>();
  for (const state of interfaces)
    groups.set(`${state.netns.inode} ${state.ifname}`, { heading: "", state, listeners: [] });
  for (const listener of listeners) {
    const key = `${listener.netns?.inode} ${listener.ifname ?? ""}`;
    const group = groups.get(key) ?? { heading: headingOf(listener), listeners: [] };
    groups.set(key, group);
    group.listeners.push(listener);
  }
  const sockets = new Map(
    listeners.flatMap((each) => (each.kind === "packet-socket" ? [[keyOf(each), each] as const] : [])),
  );
  return [...groups.values()].flatMap((group) => describeGroup(group, sockets, isCut));
}

function keyOf({ netns, socket }: PacketSocketListener): string {
  return `${netns?.inode} ${socket.inode}`;
}

function headingOf({ netns, ifname, ifindex }: Listener): string {
  const where = !netns
    ? " in a network namespace that isn't known"
    : netns.own
      ? ""
      : ` in ${nameNamespace(netns)}`;
  if (ifname === undefined) return `any interface${where}:`;
  // Interfaces that something holds are in the report.
  return `${ifname}${where}: ${ifindex === undefined ? "no such interface now" : "count 0"}`;
}

function describeGroup(
  { heading, state, listeners }: Group,
  sockets: ReadonlyMap<string, PacketSocketListener>,
  isCut: boolean,
): string[] {
  const shown = new Set<Listener>();
  const more = (holder: Holder): string[] => {
    const socket = "socket" in holder ? holder.socket : undefined;
    const listener = socket && sockets.get(`${state?.netns.inode} ${socket.inode}`);
    if (!listener) return [];
    shown.add(listener);
    return [packetSocketInWords(listener), ...filterLines(listener.filter, isCut)];
  };
  const held = state ? describeHeld(state, more) : [heading];
  const others = listeners.filter((listener) => !shown.has(listener));
  return [
    ...held,
    ...others.flatMap((listener) => {
      const filter = filterOfListener(listener);
      const lines = filter ? filterLines(filter, isCut) : [];
      return [`    -  ${describeListener(listener)}`, ...lines.map((line) => `       ${line}`)];
    }),
  ];
}

import { counted } from "../../counted.js";
import type { ProcessDetails } from "../../linux/process/process-details.js";
import type {
  Listener,
  ListenerFilter,
  MirrorListener,
  NetfilterRule,
  NflogListener,
  NfqueueListener,
  NotLookedAt,
  PacketSocketListener,
  ProgramFacts,
  TrafficFilterFacts,
  XdpSocketListener,
} from "../../promiscuity/listeners/listener.js";
import { describeSocket, processInWords } from "./holder.js";
import { whichNamespace } from "./namespace.js";

/** Describes a listener on one line, without its filter: what it is, and who. */
export function describeListener(listener: Listener): string {
  switch (listener.kind) {
    case "packet-socket":
      return `${packetSocketInWords(listener)}: ${describeSocket(listener.socket, listener.processes)}`;
    case "xdp-socket":
      return `AF_XDP socket, queue ${listener.queue}: ${ownerOfXdpSocket(listener)}`;
    case "xdp-program":
      return `XDP program (${listener.mode}): ${describeProgram(listener.program, listener.processes)}`;
    case "tc-program":
      return `tc program (${describeTrafficFilter(listener.trafficFilter, listener.direction)}): ${describeProgram(listener.program, listener.processes)}`;
    case "tcx-program":
      return `${listener.hook.replace("-", " ")} program: ${describeProgram(listener.program, listener.processes)}`;
    case "netfilter-program":
      return `netfilter program (${describeHook(listener.family, listener.hook)}, priority ${listener.priority}), in a namespace that the kernel doesn't name: ${describeProgram(listener.program, listener.processes)}`;
    case "namespace-program":
      return `${listener.hook} program of the namespace: ${describeProgram(listener.program, listener.processes)}`;
    case "mirror":
      return describeMirror(listener);
    case "sample":
      return `passes one frame of ${listener.rate} to psample group ${listener.group} (${describeTrafficFilter(listener.trafficFilter, listener.direction)})`;
    case "nflog":
      return describeNflog(listener);
    case "nfqueue":
      return describeNfqueue(listener);
    case "tap-reader":
      return `reads what this machine sends there: ${describeProcesses(listener.processes)}`;
    case "raw-socket": {
      const { family, protocol, protocolName, inode, uid, user, processes } = listener;
      const owner =
        processes.length > 0
          ? describeProcesses(processes)
          : `socket ${inode} of user ${user ?? `uid ${uid}`}, which no process that can be seen has open`;
      return `raw ${family === "ipv4" ? "IPv4" : "IPv6"} socket, ${protocolName ?? `protocol ${protocol}`} delivered to this host: ${owner}`;
    }
  }
}

/** Returns the listener's filter, if it can have one. */
export function filterOfListener(listener: Listener): ListenerFilter | undefined {
  return "filter" in listener ? listener.filter : undefined;
}

/** Describes a filter on one line. */
function describeFilter(filter: ListenerFilter): string {
  switch (filter.kind) {
    case "none":
      return "filter: none";
    case "ebpf":
      return "filter: eBPF, unreadable";
    case "unknown":
      return `filter: unknown: ${filter.reason}`;
    case "classic":
      if (filter.expression === undefined)
        return `filter: ${counted(filter.instructions.length, "instruction")}, no expression: ${filter.reason ?? "unknown"}`;
      return filter.expression === "" ? "filter: accepts everything" : `filter: ${filter.expression}`;
  }
}

/** Points out the constants that a filter compares with payload; undefined if there are none. */
function describeMagic(filter: ListenerFilter): string | undefined {
  if (filter.kind !== "classic" || filter.magic.length === 0) return undefined;
  return `waits for magic numbers: ${filter.magic.join(", ")}`;
}

/** Describes a filter on one line, with the constants that it compares with payload. */
export function filterInWords(filter: ListenerFilter): string {
  return [describeFilter(filter), describeMagic(filter)].filter(Boolean).join("; ");
}

/** The most instructions that are shown on a terminal. */
const MOST_INSTRUCTIONS = 16;

/**
 * Describes a filter on several lines: in words, or its instructions if there are no words for it.
 * @param isCut whether long programs are cut
 */
export function filterLines(filter: ListenerFilter, isCut: boolean): string[] {
  const magic = describeMagic(filter);
  const lines = [describeFilter(filter), ...(magic === undefined ? [] : [magic])];
  if (filter.kind !== "classic" || filter.expression !== undefined) return lines;
  const { instructions } = filter;
  const shown = isCut ? instructions.slice(0, MOST_INSTRUCTIONS) : instructions;
  const more = instructions.length - shown.length;
  return [
    ...lines,
    ...shown.map((line) => `    ${line.replaceAll("\t", "  ")}`),
    ...(more > 0 ? [`    … and ${counted(more, "more instruction")}; --json has all of them`] : []),
  ];
}

/** Describes what a packet socket receives, and how. */
export function packetSocketInWords({
  socket,
  protocolName,
  ring,
  fanout,
  holds,
}: PacketSocketListener): string {
  return [
    socket.type === "dgram" ? "cooked packet socket" : "packet socket",
    ...protocolInWords(socket.protocol, protocolName),
    ...(ring ? [`${ring.version ?? "a"} ring`] : []),
    ...(fanout ? [`fanout group ${fanout.group} (${fanout.mode})`] : []),
    ...(holds === "unknown" ? ["may hold"] : []),
  ].join(", ");
}

/** libpcap and tcpdump use this protocol, which means frames of every type (linux/if_ether.h). */
const ETH_P_ALL = 3;

function protocolInWords(protocol: number | undefined, name: string | undefined): string[] {
  if (protocol === undefined || protocol === ETH_P_ALL) return [];
  return [name ?? `protocol 0x${protocol.toString(16).padStart(4, "0")}`];
}

function describeProcesses(processes: readonly ProcessDetails[]): string {
  return processes.map(processInWords).join(" and ") || "no process that can be seen";
}

function ownerOfXdpSocket({ inode, user, uid, processes, candidates }: XdpSocketListener): string {
  if (processes.length > 0) return describeProcesses(processes);
  if (inode !== undefined)
    return `socket ${inode}${uid === undefined ? "" : ` of user ${user ?? `uid ${uid}`}`}, which no process that can be seen has open`;
  if (!candidates || candidates.length === 0)
    return "the kernel doesn't say whose, and no process that can be seen has such a socket";
  return `the kernel doesn't say whose; ${counted(candidates.length, "process has", "processes have")} such a socket: ${describeProcesses(candidates)}`;
}

function describeProgram(
  { id, name, tag, uid, user, loaded }: ProgramFacts,
  processes: readonly ProcessDetails[],
): string {
  const words = [
    [id, name === undefined ? undefined : quoted(name)].filter((part) => part !== undefined).join(" "),
    tag === undefined ? undefined : `tag ${tag}`,
    uid === undefined
      ? undefined
      : `loaded by ${user ?? `uid ${uid}`}${loaded === undefined ? "" : ` ${loaded}`}`,
  ];
  const open =
    processes.length > 0 ? `open in ${describeProcesses(processes)}` : "open in no process that can be seen";
  return `${words.filter(Boolean).join(", ")}; ${open}`;
}

/** Puts a name that others chose in quotes, unless it is a plain word. */
function quoted(name: string): string {
  return /^[\w.-]+$/.test(name) ? name : JSON.stringify(name);
}

function describeTrafficFilter(
  { kind, priority, chain, block }: TrafficFilterFacts,
  direction: Listener["direction"],
): string {
  return [
    `tc ${direction === "either" ? "ingress or egress" : direction} ${quoted(kind)}`,
    `priority ${priority}`,
    ...(chain === 0 ? [] : [`chain ${chain}`]),
    ...(block === undefined ? [] : [`block ${block}`]),
  ].join(", ");
}

/** linux/netfilter.h: NFPROTO_* and NF_INET_*. */
const families: Readonly<Record<number, string>> = { 2: "ip", 10: "ip6" };
const hooks = ["prerouting", "input", "forward", "output", "postrouting"];

function describeHook(family: number, hook: number): string {
  return `${families[family] ?? `family ${family}`} ${hooks[hook] ?? `hook ${hook}`}`;
}

function describeMirror(listener: MirrorListener): string {
  const { operation, to, target, trafficFilter, rule, direction } = listener;
  const { ifname, ifindex, gateway, block, isComputed } = target;
  const targets = [
    ...(ifname === undefined && ifindex === undefined ? [] : [ifname ?? `interface ${ifindex}`]),
    ...(gateway === undefined ? [] : [`router ${gateway}`]),
    ...(block === undefined ? [] : [`the interfaces of block ${block}`]),
  ];
  const nowhere = isComputed ? "a target that the rule computes" : "an interface that was removed";
  const how = to === "ingress" ? ", as if received there" : "";
  const by = trafficFilter ? describeTrafficFilter(trafficFilter, direction) : rule ? describeRule(rule) : "";
  const what = operation === "mirror" ? "sends copies" : "sends the frames themselves";
  return `${what} to ${targets.join(" by ") || nowhere}${how} (${by})`;
}

function describeRule({
  by,
  family,
  table,
  chain,
  handle,
  position,
  comment,
  hook,
  ...rule
}: NetfilterRule): string {
  const { input, output, isDormant } = rule;
  const where =
    by === "nftables" ? [by, family, quoted(table), quoted(chain)] : [by, quoted(table), quoted(chain)];
  const condition = (name: string, value: typeof input): string[] =>
    value?.isPrefix || value?.isExcluded
      ? [
          `${name} ${value.isExcluded ? "not " : ""}${value.name === undefined ? value.index : quoted(value.name)}${value.isPrefix ? "*" : ""}`,
        ]
      : [];
  return [
    where.join(" "),
    ...(hook && !["", chain.toLowerCase()].includes(hook.name) ? [hook.name] : []),
    ...(handle === undefined ? [] : [`handle ${handle}`]),
    ...(position === undefined ? [] : [`rule ${position}`]),
    ...condition("in", input),
    ...condition("out", output),
    ...(comment === undefined ? [] : [`comment ${JSON.stringify(comment)}`]),
    ...(isDormant ? ["dormant"] : []),
  ].join(", ");
}

function describeNflog({ group, prefix, bytes, rule, processes }: NflogListener): string {
  if (!rule)
    return `reads NFLOG group ${group}, to which no known rule passes anything: ${describeProcesses(processes)}`;
  const what = bytes === undefined ? "copies" : `the first ${counted(bytes, "byte")}`;
  const marked = prefix === undefined ? "" : `, prefix ${JSON.stringify(prefix)}`;
  return `passes ${what} to NFLOG group ${group} (${describeRule(rule)}${marked}): ${describeReaders(processes)}`;
}

function describeNfqueue({ first, last, rule, processes }: NfqueueListener): string {
  const queues =
    first === undefined ? "a queue that the rule computes" : first === last ? first : `${first}-${last}`;
  if (!rule)
    return `reads NFQUEUE ${queues}, to which no known rule passes anything: ${describeProcesses(processes)}`;
  return `passes the packets themselves to NFQUEUE ${queues} (${describeRule(rule)}): ${describeReaders(processes)}`;
}

function describeReaders(processes: readonly ProcessDetails[]): string {
  return processes.length > 0 ? describeProcesses(processes) : "no process that can be seen reads it";
}

/** Describes on one line what wasn't examined, why, and how to see it. */
export function describeNotLookedAt({ what, reason, remedy, namespaces = [] }: NotLookedAt): string {
  const [first] = namespaces;
  const where =
    first === undefined || (namespaces.length === 1 && first.own)
      ? ""
      : namespaces.length === 1
        ? ` in ${whichNamespace(first)}`
        : ` in ${counted(namespaces.length, "network namespace")}`;
  return `${what}${where}: ${reason}${remedy === undefined ? "" : `: ${remedy}`}`;
}

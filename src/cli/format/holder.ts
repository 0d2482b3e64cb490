import type { ProcessDetails } from "../../linux/process/process-details.js";
import type {
  DeviceFacts,
  Holder,
  SocketFacts,
  UnicastAddressesHolder,
} from "../../promiscuity/holders/holder.js";
import { processName } from "../../promiscuity/holders/process-name.js";

/**
 * Describes a holder on one line: who it is, and what else is known about it.
 * @param netns inode number of the interface's namespace; a device in another namespace is described with it
 */
export function describeHolder(holder: Holder, netns: number): string {
  switch (holder.kind) {
    case "flag":
      return "the administrator's flag";
    case "socket":
      return describeSocket(holder.socket, holder.processes);
    case "device":
      return `${describeDevice(holder.device, netns)}: ${holder.relation}`;
    case "unicast-addresses":
      return `secondary addresses ${holder.addresses.join(" ")}${owners(holder, netns)}`;
    case "hidden":
      return `hidden: ${holder.reason}: ${holder.remedy}`;
    case "unexplained":
      return `unexplained: ${[holder.reason, ...holder.candidates.map((candidate) => describeHolder(candidate, netns))].join("; ")}`;
  }
}

/** Returns the shortest name that distinguishes holders, for a cell of a table. */
export function nameHolder(holder: Holder): string {
  switch (holder.kind) {
    case "flag":
      return "flag";
    case "socket":
      return holder.processes.map(nameProcess).join("+") || "socket";
    case "device":
      return holder.device.ifname;
    case "unicast-addresses":
      return holder.devices.map(({ ifname }) => ifname).join("+") || "addresses";
    case "hidden":
    case "unexplained":
      return `${holder.units} ${holder.kind}`;
  }
}

/** Describes who has a packet socket open. */
export function describeSocket(socket: SocketFacts, processes: readonly ProcessDetails[]): string {
  const unlisted = socket.memberships === "unknown" ? ", whose memberships the kernel doesn't list" : "";
  if (processes.length === 0)
    return `socket ${socket.inode}, which no process that can be seen has open${unlisted}`;
  const shared = processes.length > 1 ? `, one socket shared by ${processes.length} processes` : "";
  return `${processes.map(processInWords).join(" and ")}${shared}${unlisted}`;
}

function nameProcess(process: ProcessDetails): string {
  return `${processName(process) ?? "?"}[${process.pid ?? "?"}]`;
}

/** Describes a process on one line: its command, and in parentheses who runs it, and since when. */
export function processInWords(process: ProcessDetails): string {
  const { pid, args, uid, user, loginUid, loginUser, parent, started, container, unit } = process;
  const facts = [
    pid === undefined ? "in a PID namespace that can't be seen from this one" : `pid ${pid}`,
    userInWords("user", uid, user),
    loginUid === uid ? undefined : userInWords("login", loginUid, loginUser),
    // Process 1 is the parent of services, and of everything whose parent has ended.
    parent && parent.pid !== 1 && `parent ${parent.comm}[${parent.pid}]`,
    started && `since ${started}`,
    container && `${container.rootless ? "rootless " : ""}${container.runtime} ${container.id.slice(0, 12)}`,
    unit,
  ];
  const command = args && `${args.join(" ")}${process.argsTruncated ? " [and more]" : ""}`;
  return `${command ?? processName(process) ?? "?"} (${facts.filter(Boolean).join(", ")})`;
}

function userInWords(role: string, uid: number | undefined, name: string | undefined): string | undefined {
  return uid === undefined ? undefined : `${role} ${name ?? `uid ${uid}`}`;
}

function describeDevice({ ifname, infoKind, mode, netns }: DeviceFacts, here: number): string {
  const elsewhere = netns === here ? [] : [`in net:[${netns}]`];
  return [infoKind, mode, ifname, ...elsewhere].filter(Boolean).join(" ");
}

function owners({ devices, sockets }: UnicastAddressesHolder, netns: number): string {
  const named = [
    ...devices.map((device) => describeDevice(device, netns)),
    ...sockets.map(({ inode }) => `socket ${inode}`),
  ];
  return named.length === 0 ? "" : ` of ${named.join(", ")}`;
}

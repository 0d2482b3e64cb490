import type { ProcessDetails } from "../../linux/process/process-details.js";
import type { DeviceFacts, Holder, UnicastAddressesHolder } from "../../promiscuity/holders/holder.js";
import { nameHolder } from "./holder.js";

/** The most holders that are described; the others are counted. */
const MOST = 5;

/**
 * Says for each holder of an interface how to release it, on one line each: who keeps it, how long, and a command.
 * @param netns inode number of the interface's namespace
 */
export function describeReleases(holders: readonly Holder[], ifname: string, netns: number): string[] {
  const describe = (holder: Holder): string[] => {
    if (holder.kind !== "unexplained" || holder.candidates.length === 0)
      return [describeRelease(holder, ifname, netns)];
    return holder.candidates.flatMap(describe).map((line) => `perhaps ${line}`);
  };
  const lines = holders.flatMap(describe);
  if (lines.length <= MOST) return lines;
  return [...lines.slice(0, MOST), `and ${lines.length - MOST} more: promisc who ${shellWord(ifname)}`];
}

function describeRelease(holder: Holder, ifname: string, netns: number): string {
  switch (holder.kind) {
    case "flag":
      return `the administrator's flag keeps it: promisc off ${shellWord(ifname)}`;
    case "socket":
      return describeEnd(holder);
    case "device":
      return describeDevice(holder.device, ifname, netns);
    case "unicast-addresses":
      return describeAddresses(holder, ifname, netns);
    case "hidden":
      return `a hidden holder keeps it: ${holder.reason}: ${holder.remedy}`;
    case "unexplained":
      return `${holder.reason}: promisc watch ${shellWord(ifname)} shows when it goes`;
  }
}

function describeEnd(holder: Holder & { kind: "socket" }): string {
  const { processes, socket } = holder;
  if (processes.length === 0)
    return `socket ${socket.inode} keeps it until it is closed: no process that can be seen has it open; promisc who as root, in the initial PID namespace, shows which one does`;
  return `${nameHolder(holder)} ${processes.length > 1 ? "keep it until all of them end" : "keeps it until it ends"}: ${endOf(processes)}`;
}

/** Returns the command that ends these processes. */
function endOf(processes: readonly ProcessDetails[]): string {
  const [first] = processes;
  const service = processes.length === 1 && first ? serviceOf(first) : undefined;
  if (service !== undefined) return `systemctl stop ${shellWord(service)}`;
  const pids = processes.flatMap(({ pid }) => pid ?? []);
  return pids.length === processes.length
    ? `kill ${pids.join(" ")}`
    : "end it in the PID namespace that it is in, which can't be seen from this one";
}

/**
 * Returns the service that a process is the main process of; undefined if it was started by hand, as in a shell below
 * ssh.service, which it would be wrong to stop. A user's systemd instance isn't stopped either.
 */
function serviceOf({ unit, userUnit, parent }: ProcessDetails): string | undefined {
  const isMain = parent?.pid === 1 && parent.comm === "systemd" && userUnit === undefined;
  return isMain && unit?.endsWith(".service") && !unit.startsWith("user@") ? unit : undefined;
}

function describeDevice(device: DeviceFacts, ifname: string, netns: number): string {
  const { infoKind, mode } = device;
  const [name, upper, port] = [nameDevice(device, netns), shellWord(device.ifname), shellWord(ifname)];
  const there = device.netns === netns ? "" : ", there";
  const isPort = `${name} keeps it while ${ifname} is its port`;
  switch (infoKind) {
    case "bond":
    case "team":
      return `${name} keeps it while it is promiscuous itself: promisc who ${upper}${there}`;
    case "vlan":
    case "macsec":
    case "macvlan":
    case "macvtap":
      if (mode === "passthru")
        return `${name} keeps it while it is up: ip link set dev ${upper} down${there}`;
      return `${name} keeps it while it is up and promiscuous itself: promisc who ${upper}, or ip link set dev ${upper} down${there}`;
    case "hsr":
      return `${isPort}: ip link delete dev ${upper}${there}`;
    case "openvswitch":
      return `${isPort}: ovs-vsctl del-port ${port}`;
    default:
      return `${isPort}: ip link set dev ${port} nomaster`;
  }
}

function describeAddresses(
  { addresses, devices, sockets }: UnicastAddressesHolder,
  ifname: string,
  netns: number,
): string {
  const [device] = devices;
  if (device) {
    const there = device.netns === netns ? "" : ", there";
    return `addresses of ${nameDevice(device, netns)} keep it while it is up: ip link set dev ${shellWord(device.ifname)} down${there}`;
  }
  const [socket] = sockets;
  if (socket)
    return `an address of socket ${socket.inode} keeps it until its process ends: promisc who --all`;
  const [address = "ADDRESS"] = addresses;
  return `the secondary address ${address} keeps it: bridge fdb del ${address} dev ${shellWord(ifname)} self`;
}

function nameDevice({ ifname, netns }: DeviceFacts, here: number): string {
  return netns === here ? ifname : `${ifname} in net:[${netns}]`;
}

/** Quotes a word for the shell if necessary. Users choose the names of interfaces and of some units. */
function shellWord(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}

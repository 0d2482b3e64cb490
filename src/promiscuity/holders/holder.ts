import type { ProcessDetails } from "../../linux/process/process-details.js";

/**
 * One reason why an interface is promiscuous (or receives all multicast). The units of an interface's holders add up to
 * the kernel's count.
 */
export type Holder =
  | FlagHolder
  | SocketHolder
  | DeviceHolder
  | UnicastAddressesHolder
  | HiddenHolder
  | UnexplainedHolder;

/** The administrator's flag: `ip link set promisc on`, `SIOCSIFFLAGS`, `promisc on`. */
export interface FlagHolder {
  readonly kind: "flag";
  readonly units: 1;
}

/** A packet socket's memberships. */
export interface SocketHolder {
  readonly kind: "socket";
  /** More than 1 only for memberships that have an address each, which nothing needs. */
  readonly units: number;
  readonly socket: SocketFacts;
  /** The processes that have the socket open; none if no process that can be seen has. */
  readonly processes: readonly ProcessDetails[];
}

/** A device stacked on the interface, or the master that it is a port of. */
export interface DeviceHolder {
  readonly kind: "device";
  readonly units: 1;
  readonly device: DeviceFacts;
  /** How the device holds the interface, in words: "its bridge port". */
  readonly relation: string;
}

/** Secondary unicast addresses on a device that can't filter for them: one unit, however many there are. */
export interface UnicastAddressesHolder {
  readonly kind: "unicast-addresses";
  readonly units: 1;
  readonly addresses: readonly string[];
  /** The devices and sockets that asked for some of them, as far as they are known. */
  readonly devices: readonly DeviceFacts[];
  readonly sockets: readonly SocketFacts[];
}

/** What this process may not see. */
export interface HiddenHolder {
  readonly kind: "hidden";
  readonly units: number;
  readonly reason: string;
  readonly remedy: string;
  readonly socket?: SocketFacts;
}

/** Units that nothing known explains, or that one of several holders may have. */
export interface UnexplainedHolder {
  readonly kind: "unexplained";
  readonly units: number;
  readonly reason: string;
  /** What may have taken them; more than there are units, or without proof. */
  readonly candidates: readonly Holder[];
}

export interface SocketFacts {
  /** As in `/proc/PID/fd`: `socket:[INODE]`. */
  readonly inode: number;
  /** This and the next two are absent for a socket that was gone before the kernel's table was read. */
  readonly type?: "raw" | "dgram" | number;
  /** `ETH_P_*`; 0 receives nothing. */
  readonly protocol?: number;
  /** Index of the interface that the socket is bound to; 0 for none. */
  readonly bound_to?: number;
  readonly uid?: number;
  readonly user?: string;
  /** The kernel doesn't list what this socket holds, so that it may hold any interface of its namespace. */
  readonly memberships?: "unknown";
}

export interface DeviceFacts {
  readonly ifindex: number;
  readonly ifname: string;
  readonly info_kind: string;
  readonly mode?: string;
  /** Inode number of the network namespace that the device is in. */
  readonly netns: number;
}

import type { ModeRecord } from "../../linux/kernel-log/read-mode-log.js";
import type { ProcessDetails } from "../../linux/process/process-details.js";

/**
 * One reason why an interface is promiscuous, or receives all multicast frames. The units of an interface's holders add
 * up to the kernel's count.
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
  /** What the kernel's log says; present after `addKernelLog`. */
  readonly log?: FlagLog;
}

/**
 * What the kernel's log says about interfaces of a name, in any network namespace. The kernel writes a record when the
 * first holder of any kind comes and when the last one goes, so that the last record may be older than the flag, and
 * about another interface. Users who can make namespaces can cause records about any name.
 */
export interface FlagLog {
  /** The last records, at most 8, oldest first. */
  readonly records: readonly ModeRecord[];
  /** When the oldest record of the whole log was written; absent if there is none. */
  readonly since?: string;
  /** How many seconds the machine was suspended since its boot, if it was: records may be up to that much older. */
  readonly suspended?: number;
  /** Why the log can't be read, if it can't. */
  readonly unread?: string;
}

/** A packet socket's memberships. */
export interface SocketHolder {
  readonly kind: "socket";
  /** More than 1 only if the socket has memberships with different addresses, which no known program uses. */
  readonly units: number;
  readonly socket: SocketFacts;
  /** The processes that have the socket open; empty if none of the visible processes has. */
  readonly processes: readonly ProcessDetails[];
}

/** A device that is stacked on the interface, or the master of which the interface is a port. */
export interface DeviceHolder {
  readonly kind: "device";
  readonly units: 1;
  readonly device: DeviceFacts;
  /** How the device holds the interface, in words: "its bridge port". */
  readonly relation: string;
}

/** Secondary unicast addresses of a device that can't filter for them. They take one unit together. */
export interface UnicastAddressesHolder {
  readonly kind: "unicast-addresses";
  readonly units: 1;
  readonly addresses: readonly string[];
  /** The known devices that asked for some of these addresses. */
  readonly devices: readonly DeviceFacts[];
  /** The known sockets that asked for some of these addresses. */
  readonly sockets: readonly SocketFacts[];
}

/** Units held by something that this process may not see. */
export interface HiddenHolder {
  readonly kind: "hidden";
  readonly units: number;
  readonly reason: string;
  readonly remedy: string;
  readonly socket?: SocketFacts;
}

/** Units that nothing known explains, or that belong to some of several candidates. */
export interface UnexplainedHolder {
  readonly kind: "unexplained";
  readonly units: number;
  readonly reason: string;
  /** Holders that may have these units. There are more of them than units, or there is no proof. */
  readonly candidates: readonly Holder[];
}

/** A packet socket. */
export interface SocketFacts {
  /** The inode number, as `/proc/PID/fd` shows it: `socket:[INODE]`. */
  readonly inode: number;
  /**
   * The socket's type. `type`, `protocol` and `boundTo` are absent if the socket was closed before the kernel's table
   * was read.
   */
  readonly type?: "raw" | "dgram" | number;
  /** The protocol, `ETH_P_*`; a socket with 0 receives nothing. */
  readonly protocol?: number;
  /** The index of the interface that the socket is bound to; 0 if it isn't bound. */
  readonly boundTo?: number;
  readonly uid?: number;
  readonly user?: string;
  /**
   * Present if the kernel doesn't report the socket's memberships, so that it may hold any interface of its namespace.
   */
  readonly memberships?: "unknown";
}

/** A network device. */
export interface DeviceFacts {
  readonly ifindex: number;
  readonly ifname: string;
  /** The kind of device, for example `macvlan`; empty for a physical one. */
  readonly infoKind: string;
  /** The mode of a macvlan, for example `passthru`. */
  readonly mode?: string;
  /** The inode number of the device's network namespace. */
  readonly netns: number;
}

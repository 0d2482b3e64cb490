import type { ProcessDetails } from "../../linux/process/process-details.js";
import type { Promiscuity } from "../promiscuity.js";
import type { Blindness } from "./accounting.js";
import type { Holder, SocketFacts } from "./holder.js";

/** A network namespace as people know it. */
export interface NamespaceFacts {
  readonly inode: number;
  readonly names: readonly string[];
  /** Whether it is the caller's own. */
  readonly own: boolean;
  /** How many processes are in it, as far as they can be seen. */
  readonly processes: number;
}

/** Who holds one interface. */
export interface InterfaceHolders extends Promiscuity {
  readonly netns: NamespaceFacts;
  readonly ifindex: number;
  readonly ifname: string;
  /** Their units add up to `promiscuity`. */
  readonly holders: readonly Holder[];
  /** Their units add up to `allmulti`. */
  readonly allmulti_holders: readonly Holder[];
}

/**
 * A packet socket that receives frames and holds nothing, as far as it is known (`socket.memberships`): `tcpdump -p`, a DHCP
 * client.
 */
export interface CapturingSocket {
  readonly netns: NamespaceFacts;
  readonly socket: SocketFacts;
  /** The interface that it is bound to; absent if it receives from all. */
  readonly ifname?: string;
  readonly processes: readonly ProcessDetails[];
}

/** Who holds what, on the whole machine as far as this process can see it. */
export interface PromiscuityReport {
  readonly interfaces: readonly InterfaceHolders[];
  readonly capturing: readonly CapturingSocket[];
  /** What this process may not see, if anything. */
  readonly hidden?: Blindness;
  /** Why interfaces may be missing; absent if every network namespace that the report is about was read. */
  readonly unseen?: Blindness;
  /** What could not be read, or not as of one moment, if anything: somebody may hold something there who isn't named. */
  readonly incomplete?: readonly IncompleteSight[];
}

/** Something that could not be read whole. What was read of it is in the report. */
export interface IncompleteSight {
  /** Absent where it is about several, or about what is known of none. */
  readonly netns?: NamespaceFacts;
  readonly reason: string;
  /** The oldest process in the namespace, of some that were looked at: it mostly tells who made the namespace. */
  readonly process?: ProcessDetails;
}

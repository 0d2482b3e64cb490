import type { ProcessDetails } from "../../linux/process/process-details.js";
import type { Listener, NotLookedAt } from "../listeners/listener.js";
import type { Promiscuity } from "../promiscuity.js";
import type { Blindness } from "./accounting.js";
import type { Holder, SocketFacts } from "./holder.js";
import type { NamespaceFacts } from "./namespace-facts.js";

/** An interface and its holders. */
export interface InterfaceHolders extends Promiscuity {
  readonly netns: NamespaceFacts;
  readonly ifindex: number;
  readonly ifname: string;
  /** The holders of the promiscuity count; their units add up to `promiscuity`. */
  readonly holders: readonly Holder[];
  /** The holders of the all-multicast count; their units add up to `allmulti`. */
  readonly allmultiHolders: readonly Holder[];
}

/**
 * A packet socket that receives frames but isn't known to hold an interface promiscuous (see `socket.memberships`),
 * such as those of `tcpdump -p` or a DHCP client.
 */
export interface CapturingSocket {
  readonly netns: NamespaceFacts;
  readonly socket: SocketFacts;
  /** The interface that the socket is bound to; absent if it receives from all interfaces. */
  readonly ifname?: string;
  readonly processes: readonly ProcessDetails[];
}

/** Who holds which interfaces, on the whole machine as far as this process can see it. */
export interface PromiscuityReport {
  /** Every interface, promiscuous or not. */
  readonly interfaces: readonly InterfaceHolders[];
  /** Sockets that receive frames without holding an interface. */
  readonly capturing: readonly CapturingSocket[];
  /** What this process may not see, if anything. */
  readonly hidden?: Blindness;
  /** Why interfaces may be missing; absent if every network namespace in the report was read. */
  readonly unseen?: Blindness;
  /**
   * What couldn't be read completely or consistently, if anything. There may be holders there that the report doesn't
   * name.
   */
  readonly incomplete?: readonly IncompleteSight[];
  /**
   * What gets copies of frames, whether or not it holds an interface promiscuous. Present in a report of
   * `readListeners`.
   */
  readonly listeners?: readonly Listener[];
  /** What wasn't examined for listeners, including what promisc examines on no machine. */
  readonly notLookedAt?: readonly NotLookedAt[];
}

/** Something that couldn't be read completely. What was read of it is in the report. */
export interface IncompleteSight {
  /** Absent if this concerns several namespaces, or one that isn't known. */
  readonly netns?: NamespaceFacts;
  readonly reason: string;
  /**
   * The oldest process in the namespace, among those that were looked at. It usually shows who created the namespace.
   */
  readonly process?: ProcessDetails;
}

import type { DnsDecoyResult } from "../../decoy/dns/event.js";
import type { DecoyLoginUse } from "../../decoy/login/event.js";
import type { LoadTargetResult } from "../../load/result.js";
import type { ProbeKind, ProbeRole } from "../probe/probe.js";

/** The outcome of one probe of a host. */
export interface ProbeOutcome {
  readonly kind: ProbeKind;
  readonly role: ProbeRole;
  /** The destination of the frame: an address, or `own`. */
  readonly destination: string;
  /** How often the probe was sent, and how often the host answered. */
  readonly sent: number;
  readonly answered: number;
  readonly outcome: "answered" | "unanswered" | "answered-by-another";
}

/** What is known about a device without probes. */
export interface DeviceEvidence {
  /** The vendor that the IEEE assigned the address's prefix to. */
  readonly vendor?: string;
  /**
   * What the prefix says about the device: a hypervisor's virtual card, a container's, an address that somebody made
   * up, or a vendor's card.
   */
  readonly origin: "hypervisor" | "container" | "local" | "vendor";
  /** The device itself, if it belongs to this machine. */
  readonly onThisMachine?: LocalDevice;
}

export interface LocalDevice {
  /** The network namespace: its inode number, and its name if it has one (ip-netns(8)). */
  readonly netns: number;
  readonly netnsName?: string;
  readonly ifname: string;
  /** `veth`, `tun` and so on. Absent for hardware. */
  readonly kind?: string;
  /** The kernel's count for the device. */
  readonly promiscuity: number;
}

/** All evidence for the verdict on one host. */
export interface HostEvidence {
  readonly probes: readonly ProbeOutcome[];
  readonly device: DeviceEvidence;
  /** Whether another machine answered for its address. */
  readonly contested: boolean;
  /** How many answers, of all hosts, the scanner lost because its socket had no room. */
  readonly lost: number;
  /** The results of optional tests. */
  readonly dns?: Pick<DnsDecoyResult, "verdict" | "asked" | "sent" | "spoofed" | "words">;
  readonly load?: Pick<
    LoadTargetResult,
    "verdict" | "direction" | "words" | "loaded" | "quiet" | "comparisons"
  >;
  readonly login?: Pick<DecoyLoginUse, "times">;
}

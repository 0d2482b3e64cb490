import type { DnsDecoyResult } from "../../decoy/dns/event.js";
import type { DecoyLoginUse } from "../../decoy/login/event.js";
import type { LoadTargetResult } from "../../load/result.js";
import type { ProbeKind, ProbeRole } from "../probe/probe.js";

/** What came of one probe of a host. */
export interface ProbeOutcome {
  readonly kind: ProbeKind;
  readonly role: ProbeRole;
  /** The frame's destination: an address, or `own`. */
  readonly destination: string;
  /** How often it was sent, and how often the host answered. */
  readonly sent: number;
  readonly answered: number;
  readonly outcome: "answered" | "unanswered" | "answered-by-another";
}

/** What is known of a device by other ways than by probes. */
export interface DeviceEvidence {
  /** By the address's prefix, as the IEEE assigned it. */
  readonly vendor?: string;
  /** What the prefix says of the device: of a hypervisor's virtual card, a container's, made up by someone, or a vendor's. */
  readonly origin: "hypervisor" | "container" | "local" | "vendor";
  /** Where this very machine has the device, if it does. */
  readonly onThisMachine?: LocalDevice;
}

export interface LocalDevice {
  /** The network namespace: inode number, and a name if it has one (ip-netns(8)). */
  readonly netns: number;
  readonly netnsName?: string;
  readonly ifname: string;
  /** `veth`, `tun` and the like; absent for hardware. */
  readonly kind?: string;
  /** The kernel's own count there. */
  readonly promiscuity: number;
}

/** Everything that the verdict on one host is made of. */
export interface HostEvidence {
  readonly probes: readonly ProbeOutcome[];
  readonly device: DeviceEvidence;
  /** Another machine answered for its address. */
  readonly contested: boolean;
  /** Answers that the scanner lost, of all hosts: its socket had no room. */
  readonly lost: number;
  /** What came of tests that are made only if they are asked for. */
  readonly dns?: Pick<DnsDecoyResult, "verdict" | "asked" | "sent" | "spoofed" | "words">;
  readonly load?: Pick<
    LoadTargetResult,
    "verdict" | "direction" | "words" | "loaded" | "quiet" | "comparisons"
  >;
  readonly login?: Pick<DecoyLoginUse, "times">;
}

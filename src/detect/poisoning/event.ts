/** An event of `listenForPoisoning`. */
export type PoisoningEvent = ListenStart | HeardEvent;

/** An event that `listenForPoisoning` reports after its start. */
export type HeardEvent = PoisoningFinding | PoisoningLoss | PoisoningDown;

/** The first event: frames are heard from now on. */
export interface ListenStart {
  readonly event: "start";
  /** The interface that is listened on. */
  readonly ifname: string;
}

/** Frames were lost because they came faster than they were read. What they claimed isn't known. */
export interface PoisoningLoss {
  readonly event: "lost";
  /** When promisc noticed it: ISO 8601 UTC, with milliseconds. */
  readonly time: string;
  readonly ifname: string;
  /** How many frames were lost since the last such event. */
  readonly frames: number;
}

/** The interface went down. Listening continues when it is up again. */
export interface PoisoningDown {
  readonly event: "down";
  /** When promisc noticed it: ISO 8601 UTC, with milliseconds. */
  readonly time: string;
  readonly ifname: string;
}

/**
 * - `gateway-changed`: another hardware address claims a router's address.
 * - `own-address-claimed`: another hardware address claims an address of this host.
 * - `conflict`: two machines claim one address alternately.
 * - `changed`: an address has moved to another hardware address.
 * - `failover`: an address has moved to a hardware address that routers share by a protocol, which may be intended.
 * - `many-addresses`: one hardware address claims many IP addresses.
 * - `forged-sender`: a frame claims an address for another hardware address than the one that sent it.
 * - `many-routers`: more routers advertise themselves than a link has.
 * - `table-full`: there are more addresses than can be remembered.
 */
export type PoisoningKind =
  | "gateway-changed"
  | "own-address-claimed"
  | "conflict"
  | "changed"
  | "failover"
  | "many-addresses"
  | "forged-sender"
  | "many-routers"
  | "table-full";

/** An observation that poisoning of ARP or neighbour tables would explain. */
export interface PoisoningFinding {
  readonly event: "finding";
  /** ISO 8601 UTC, nanoseconds. */
  readonly time: string;
  readonly ifname: string;
  readonly kind: PoisoningKind;
  /** `alarm` and `warning` should be looked into, an `alarm` at once. A `notice` may be intended. */
  readonly severity: "alarm" | "warning" | "notice";
  /** The IP address in question, and who claims it. Absent if the finding is about many addresses. */
  readonly address?: string;
  readonly mac?: string;
  /** The hardware address that had it before. */
  readonly previousMac?: string;
  /** The Ethernet source of the frame. */
  readonly source: string;
  readonly evidence: string;
  /** How often the same was observed since it was last reported. */
  readonly repeated: number;
}

/** What `listenForPoisoning` tells of. */
export type PoisoningEvent = PoisoningFinding | PoisoningLoss | PoisoningDown;

/** Frames came faster than they were read: what they claimed isn't known. */
export interface PoisoningLoss {
  readonly event: "lost";
  /** ISO 8601 UTC, milliseconds: when promisc learned of it. */
  readonly time: string;
  readonly ifname: string;
  /** How many, since this was told last. */
  readonly frames: number;
}

/** The interface went down. Once it is up again, it is listened to again. */
export interface PoisoningDown {
  readonly event: "down";
  /** ISO 8601 UTC, milliseconds: when promisc learned of it. */
  readonly time: string;
  readonly ifname: string;
}

/**
 * - `gateway-changed`: a router's address is claimed by another hardware address;
 * - `own-address-claimed`: this host's own is;
 * - `conflict`: two machines claim one address by turns;
 * - `changed`: an address has moved to another hardware address;
 * - `failover`: … which is one that routers share by a protocol, and so may be meant;
 * - `many-addresses`: one hardware address claims many;
 * - `forged-sender`: a frame claims an address for another hardware address than the one that sent it;
 * - `many-routers`: more routers advertise themselves than a link has;
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

/** What was heard that poisoning of ARP or neighbour tables would explain. */
export interface PoisoningFinding {
  readonly event: "finding";
  /** ISO 8601 UTC, nanoseconds. */
  readonly time: string;
  readonly ifname: string;
  readonly kind: PoisoningKind;
  /** `alarm`: look at once; `warning`: look; `notice`: it may be meant. */
  readonly severity: "alarm" | "warning" | "notice";
  /** The IP address that it is about, and who claims it; absent if it is about many. */
  readonly address?: string;
  readonly mac?: string;
  /** Who had it. */
  readonly previousMac?: string;
  /** Who sent the frame. */
  readonly source: string;
  readonly evidence: string;
  /** How often the same was heard since it was told last. */
  readonly repeated: number;
}

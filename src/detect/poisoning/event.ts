import type { PoisoningFinding } from "./finding.js";

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

import type { Holder } from "../holders/holder.js";

export type HolderKind = Holder["kind"];

/** Who may hold which interfaces, why, and until when. */
export interface Policy {
  /** Whether kernel devices and secondary unicast addresses need a rule as well. */
  readonly devices: "allowed" | "findings";
  readonly rules: readonly Rule[];
}

/** One thing that is allowed. A condition that is absent is met by anything; all others must be met. */
export interface Rule {
  /** The file that it stands in, as the user named it, and its line there, counted from 1. */
  readonly file: string;
  readonly line: number;
  readonly kinds: readonly HolderKind[];
  /** A glob over the interface's name. */
  readonly interface?: string;
  /** `own`, or a glob over the names that the namespace is bound to. */
  readonly namespace?: string;
  /** A glob over the path of the process's executable; in a container only with a condition on that. */
  readonly executable?: string;
  /** A user's name or number. */
  readonly user?: string | number;
  /** A glob over the systemd unit. */
  readonly unit?: string;
  /** A glob over `runtime/id`, or a container's id, or at least 12 characters that it begins with. */
  readonly container?: string;
  readonly reason: string;
  readonly approver: string;
  readonly expires?: Expiry;
}

export interface Expiry {
  /** As the policy has it: a date, or a time with its zone. */
  readonly written: string;
  /** The first moment at which the rule doesn't hold any more. */
  readonly at: Date;
}

/** Without a file: the kernel's own devices may hold interfaces, and nothing else. */
export const defaultPolicy: Policy = { devices: "allowed", rules: [] };

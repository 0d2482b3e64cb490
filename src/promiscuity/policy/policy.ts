import type { Holder } from "../holders/holder.js";
import type { Listener } from "../listeners/listener.js";

/** What a rule can allow: the kinds of holders and listeners. */
export type RuleKind = Holder["kind"] | Listener["kind"];

/** Who may hold which interfaces, why, and until when. */
export interface Policy {
  /** Whether kernel devices and secondary unicast addresses are always allowed, or need a rule as well. */
  readonly devices: "allowed" | "findings";
  /**
   * Whether listeners need a rule too. By default they are not judged, and promisc doesn't look for them.
   */
  readonly listeners?: "allowed" | "findings";
  readonly rules: readonly Rule[];
}

/** A rule that allows something. All conditions that are present must be met; an absent condition is always met. */
export interface Rule {
  /** The policy file, as the user named it. */
  readonly file: string;
  /** The rule's line in the file, counted from 1. */
  readonly line: number;
  /** The kinds of holders and listeners that the rule allows. */
  readonly kinds: readonly RuleKind[];
  /** A pattern for the interface's name. */
  readonly interface?: string;
  /** `own`, or a pattern for the names that the namespace is bound to. */
  readonly namespace?: string;
  /**
   * A pattern for the path of the process's executable. Within a container it counts only together with `container`.
   */
  readonly executable?: string;
  /** A user's name or number. */
  readonly user?: string | number;
  /** A pattern for the systemd unit. */
  readonly unit?: string;
  /** A pattern for `runtime/id`, a container's id, or at least the first 12 characters of one. */
  readonly container?: string;
  /** A tcpdump expression: the filter of a socket, or of a rule that sends copies elsewhere, must mean the same. */
  readonly filter?: string;
  readonly reason: string;
  readonly approver: string;
  readonly expires?: Expiry;
}

/** Returns how many conditions a rule has, apart from the kinds. */
export function conditionCount(rule: Rule): number {
  const { interface: name, namespace, executable, user, unit, container, filter } = rule;
  const conditions = [name, namespace, executable, user, unit, container, filter];
  return conditions.filter((condition) => condition !== undefined).length;
}

/** When a rule expires. */
export interface Expiry {
  /** The date, or the time with its zone, as the policy has it. */
  readonly written: string;
  /** The first moment at which the rule no longer holds. */
  readonly at: Date;
}

/** The policy that applies without a file: kernel devices may hold interfaces, and nothing else may. */
export const defaultPolicy: Policy = { devices: "allowed", rules: [] };

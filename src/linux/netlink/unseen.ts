import { PromiscError } from "../../errors.js";
import { present } from "../../present.js";
import type { PartialDump } from "./netlink-connection.js";

/** Something that couldn't be read, so that a result may lack values. */
export interface Unseen {
  /** What couldn't be read, as a noun phrase: "the nftables rules". */
  readonly what: string;
  /**
   * - `privilege`: the kernel refused because a capability is missing
   * - `incomplete`: there is too much of it, or it kept changing while it was read
   * - `not-examined`: promisc doesn't examine it, or can't without changing something
   * - `refused`: the kernel refused for another reason, or its answer couldn't be read
   */
  readonly why: "privilege" | "incomplete" | "not-examined" | "refused";
  /** Why, in words, with the kernel's answer if it refused. */
  readonly reason: string;
  /** How to see it, if there is a way. */
  readonly remedy?: string;
}

/** Values that were read, and what couldn't be read of them. */
export interface Seen<Value> {
  readonly values: readonly Value[];
  readonly unseen: readonly Unseen[];
}

/**
 * Describes an error that kept something from being read.
 * @param what what couldn't be read, as a noun phrase
 * @throws the error itself, if it isn't a PromiscError
 */
export function unseenBecause(what: string, error: unknown): Unseen {
  if (!(error instanceof PromiscError)) throw error;
  return {
    what,
    why: error.code === "privilege" ? "privilege" : "refused",
    reason: error.message,
    ...present({ remedy: error.hint }),
  };
}

const reasons = {
  changing: "it kept changing while it was read",
  "too-many": "there is more of it than promisc reads",
} as const satisfies Record<NonNullable<PartialDump<unknown>["incomplete"]>, string>;

/** Describes what an incomplete dump left out. */
export function unseenRest(
  what: string,
  incomplete: NonNullable<PartialDump<unknown>["incomplete"]>,
): Unseen {
  return { what, why: "incomplete", reason: reasons[incomplete] };
}

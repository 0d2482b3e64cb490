import type { Holder } from "./holder.js";

/** The kernel's two counts. */
export type Counter = "promiscuity" | "allmulti";

/** A claim on units of an interface's count. */
export interface Claim {
  readonly holder: Holder;
  /**
   * How certain the claim is.
   *
   * - `counted`: the kernel lists it among what it counted
   * - `derived`: the kernel's rules imply it
   * - `possible`: it depends on something that can't be seen, such as whether the driver filters addresses itself
   */
  readonly certainty: "counted" | "derived" | "possible";
}

/** Why this process may not see all holders, and how to see them. */
export interface Blindness {
  readonly reason: string;
  readonly remedy: string;
}

/**
 * Distributes the kernel's count over those who claim units of it. Nothing is guessed. If there are fewer units than
 * claims, those units are reported as unexplained, with the claimants as candidates. If there are more, the remaining
 * units are unexplained as well, or hidden if this process can't see everything.
 * @param count the kernel's count
 * @param blindness why some holders may be invisible; undefined if this process can see everything
 */
export function accountFor(count: number, claims: readonly Claim[], blindness?: Blindness): Holder[] {
  const counted = holdersOf(claims, "counted");
  const derived = holdersOf(claims, "derived");
  const possible = holdersOf(claims, "possible");
  const left = count - unitsOf(counted) - unitsOf(derived);
  if (left < 0) return [...counted, ...oneOf(derived.concat(possible), count - unitsOf(counted))];
  if (left < unitsOf(possible)) return [...counted, ...derived, ...oneOf(possible, left)];
  const rest = left - unitsOf(possible);
  return [...counted, ...derived, ...possible, ...unexplained(rest, possible.filter(mayHoldMore), blindness)];
}

function holdersOf(claims: readonly Claim[], certainty: Claim["certainty"]): Holder[] {
  return claims.filter((claim) => claim.certainty === certainty).map(({ holder }) => holder);
}

function unitsOf(holders: readonly Holder[]): number {
  return holders.reduce((sum, { units }) => sum + units, 0);
}

function mayHoldMore(holder: Holder): boolean {
  return (holder.kind === "socket" || holder.kind === "hidden") && holder.socket?.memberships === "unknown";
}

/** Reports units as unexplained for which there are more candidates than units. */
function oneOf(candidates: readonly Holder[], units: number): Holder[] {
  if (units <= 0) return [];
  return [
    {
      kind: "unexplained",
      units,
      reason: "some of these hold it, and the kernel doesn't say which",
      candidates,
    },
  ];
}

function unexplained(units: number, suspects: readonly Holder[], blindness: Blindness | undefined): Holder[] {
  if (units === 0) return [];
  if (suspects.length > 0) {
    const reason = "the kernel doesn't list what these sockets hold, which may be more";
    return [{ kind: "unexplained", units, reason, candidates: suspects }];
  }
  if (blindness) return [{ kind: "hidden", units, ...blindness }];
  return [
    {
      kind: "unexplained",
      units,
      reason: "nothing that is known to hold interfaces explains it",
      candidates: [],
    },
  ];
}

import type { Holder } from "./holder.js";

/** Which of the kernel's two counts is accounted for. */
export type Counter = "promiscuity" | "allmulti";

/** Something that asks one unit of an interface. */
export interface Claim {
  readonly holder: Holder;
  /**
   * - `counted`: it is in the kernel's own list of what it counted
   * - `derived`: the kernel's rules say that it holds
   * - `possible`: it depends on what can't be seen, such as whether the driver filters addresses itself
   */
  readonly certainty: "counted" | "derived" | "possible";
}

/** Why units may be missing from what can be seen. */
export interface Blindness {
  readonly reason: string;
  readonly remedy: string;
}

/**
 * Distributes the kernel's count over those who claim a unit. Nothing is guessed: where fewer units are left than are
 * claimed, they are unexplained with the claimants as candidates; where more are left, the rest is unexplained, or hidden
 * from a reader who can't see everything.
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

/** More candidates than units. */
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

import type { Expiry } from "./policy.js";

const FORM = /^(\d{4}-\d\d-\d\d)(?:T(\d\d:\d\d)(:\d\d(?:\.\d{1,9})?)?(Z|[+-]\d\d:\d\d))?$/;

const DAY_MS = 24 * 60 * 60 * 1000;

/**
 * Parses an ISO 8601 date, which lasts until its end in UTC, or a time with a zone.
 * @returns what is wrong, as a phrase, if it can't be parsed
 */
export function parseExpiry(written: string): Expiry | string {
  const [, date, minutes, seconds = ":00", zone] = FORM.exec(written) ?? [];
  if (date === undefined)
    return "it is neither a date (2027-06-30) nor a time with a zone (2027-06-30T18:00Z)";
  const day = Date.parse(`${date}T00:00:00Z`);
  // Date.parse() would take February 30 for a day in March.
  if (Number.isNaN(day) || new Date(day).toISOString().slice(0, 10) !== date) return "there is no such day";
  if (minutes === undefined) return { written, at: new Date(day + DAY_MS) };
  const at = new Date(`${date}T${minutes}${seconds}${zone}`);
  return Number.isNaN(at.getTime()) ? "there is no such time" : { written, at };
}

export function hasExpired({ expires }: { readonly expires?: Expiry }, now: Date): boolean {
  return expires !== undefined && expires.at <= now;
}

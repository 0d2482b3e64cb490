import { usageError } from "../../errors.js";

/** What an option may be. */
export interface Bounds {
  readonly least: number;
  readonly most: number;
  /** Unless told. */
  readonly usual: number;
  readonly unit: string;
}

/**
 * An option's number, if it is within its bounds.
 * @param operation what it is for, after "cannot" in the error
 */
export function within(bounds: Bounds, value: number = bounds.usual, operation: string): number {
  const { least, most, unit } = bounds;
  if (value >= least && value <= most) return value;
  throw usageError(operation, `${value} ${unit}`, `give ${least} to ${most} ${unit}`);
}

/** Milliseconds as people say them. */
export function spokenTime(milliseconds: number): string {
  const seconds = Math.ceil(milliseconds / 1000);
  return seconds === 1 ? "1 second" : `${seconds} seconds`;
}

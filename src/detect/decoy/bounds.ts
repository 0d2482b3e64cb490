import { counted } from "../../counted.js";
import { usageError } from "../../errors.js";

/** The range and the default of an option. */
export interface Bounds {
  readonly least: number;
  readonly most: number;
  /** The default. */
  readonly usual: number;
  readonly unit: string;
}

/**
 * Returns the value of an option, or its default, if it is within the option's bounds.
 * @param operation what the option is for; it follows "cannot" in the error message
 * @throws PromiscError `usage` if the value is out of bounds
 */
export function within(bounds: Bounds, value: number = bounds.usual, operation: string): number {
  const { least, most, unit } = bounds;
  if (value >= least && value <= most) return value;
  throw usageError(operation, `${value} ${unit}`, `give ${least} to ${most} ${unit}`);
}

/** Formats a duration in whole seconds, such as "3 seconds". */
export function spokenTime(milliseconds: number): string {
  const seconds = Math.ceil(milliseconds / 1000);
  return counted(seconds, "second");
}

import { usageError } from "../../errors.js";

export interface NumberBounds {
  readonly least: number;
  readonly most: number;
  /** Whether fractions are allowed. */
  readonly parts?: boolean;
  /** What is accepted instead of a number. */
  readonly else?: string;
}

/**
 * Reads the decimal number that is given with an option.
 * @param operation what the command does, as a phrase that follows "cannot"
 * @throws PromiscError `usage` if it isn't a number, or is out of bounds
 */
export function numberOption(
  operation: string,
  option: string,
  text: string,
  { least, most, parts = false, else: other }: NumberBounds,
): number {
  const kind = parts ? "number" : "whole number";
  const instead = other === undefined ? "" : `, or ${other}`;
  if (!(parts ? /^\d+(\.\d+)?$/ : /^\d+$/).test(text))
    throw usageError(operation, `${option} ${text} isn't a ${kind}`, `give a ${kind}${instead}`);
  const value = Number(text);
  if (value >= least && value <= most) return value;
  const bounds = most === Number.MAX_SAFE_INTEGER ? `of at least ${least}` : `from ${least} to ${most}`;
  throw usageError(operation, `${option} ${text} is out of range`, `give a ${kind} ${bounds}${instead}`);
}

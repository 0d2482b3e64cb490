import { PromiscError } from "../../../errors.js";

export const ONLY_THE_LINK =
  "only hosts of the same link can be scanned: frames with wrong addresses cross no router";

/** The error of a target that can't be scanned from here, or of an interface that can't be scanned by. */
export function notScannable(operation: string, reason: string, hint: string): PromiscError {
  return new PromiscError({ code: "usage", operation, reason, hint });
}

import { PromiscError, type PromiscErrorCode } from "../errors.js";

/** promisc's exit statuses, as the README lists them. */
export const exitStatus = {
  done: 0,
  finding: 1,
  usage: 2,
  privilege: 3,
  noInterface: 4,
  failure: 5,
} as const;

const byCode: Readonly<Record<PromiscErrorCode, number>> = {
  usage: exitStatus.usage,
  privilege: exitStatus.privilege,
  "no-interface": exitStatus.noInterface,
  kernel: exitStatus.failure,
  malformed: exitStatus.failure,
  platform: exitStatus.failure,
};

export function exitStatusOf(error: unknown): number {
  return error instanceof PromiscError ? byCode[error.code] : exitStatus.failure;
}

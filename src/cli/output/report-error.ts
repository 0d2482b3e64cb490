import { PromiscError, type PromiscErrorCode } from "../../errors.js";
import { printable, printableLines } from "../format/text.js";
import { isReaderGone, write } from "./write.js";

/** promisc's exit statuses, as documented in the README. */
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

function exitStatusOf(error: unknown): number {
  return error instanceof PromiscError ? byCode[error.code] : exitStatus.failure;
}

/**
 * Prints to standard error, on one line each, what failed and what to do next, and sets the exit status if it isn't set
 * yet. It is no failure if the reader of standard output has gone away.
 */
export function reportError(error: unknown, debug: boolean): void {
  if (isReaderGone(error)) return;
  const lines = `promisc: ${messageOf(error)}`.split("\n");
  if (error instanceof PromiscError && error.hint !== undefined) lines.push(...error.hint.split("\n"));
  write(2, `${lines.map(printable).join("\n")}\n`);
  if (debug) write(2, printableLines(causes(error)));
  process.exitCode ||= exitStatusOf(error);
}

function messageOf(error: unknown): string {
  if (error instanceof PromiscError) return error.message;
  const stack = error instanceof Error ? error.stack : String(error);
  return `a fault in promisc itself, please report it: ${stack}`;
}

function causes(error: unknown): string {
  let text = "";
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    text += `${cause.stack}\n`;
    if (!(cause instanceof PromiscError)) continue;
    const { request, attribute } = cause;
    if (request) text += `    request: ${Buffer.from(request).toString("hex")}\n`;
    if (attribute)
      text += `    refused attribute: ${attribute.name ?? "of unknown name"}, at byte ${attribute.offset} of the request\n`;
  }
  return text;
}

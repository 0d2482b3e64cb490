import { readFileSync } from "node:fs";
import { usageError } from "../../errors.js";
import { type PolicyWarning, parsePolicy } from "../../promiscuity/policy/parse.js";
import { defaultPolicy, type Policy } from "../../promiscuity/policy/policy.js";
import { printable } from "../format/text.js";
import { write } from "../output/write.js";

/** The most warnings that are printed. A file that has more is probably generated. */
const MOST_WARNINGS = 20;

/**
 * Reads the policy from a file, and prints to standard error what is probably a mistake in it, on one line each. Without
 * a file, returns the default policy.
 * @throws PromiscError `usage` if the file can't be read or isn't a policy
 */
export function readPolicy(path: string | undefined): Policy {
  if (path === undefined) return defaultPolicy;
  const warnings: PolicyWarning[] = [];
  const policy = parsePolicy(readText(path), path, { onWarning: (warning) => warnings.push(warning) });
  for (const { file, line, column, message } of warnings.slice(0, MOST_WARNINGS))
    warn(`policy ${file}: line ${line}, column ${column}: ${message}`);
  const more = warnings.length - MOST_WARNINGS;
  if (more > 0) warn(`policy ${path}: ${more} more of its conditions are like these`);
  return policy;
}

function warn(text: string): void {
  write(2, `promisc: warning: ${printable(text)}\n`);
}

function readText(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    throw usageError(
      `read policy ${path}`,
      `${message.replace(/^\w+: |,.*$/gs, "")} (${code})`,
      code === "ENOENT" ? "check the path" : "it must be a file that this user may read",
    );
  }
}

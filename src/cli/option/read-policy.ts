import { readFileSync } from "node:fs";
import { usageError } from "../../errors.js";
import { parsePolicy } from "../../promiscuity/policy/parse.js";
import { defaultPolicy, type Policy } from "../../promiscuity/policy/policy.js";

/**
 * Reads the policy from a file. Without a file, returns the default policy.
 * @throws PromiscError `usage` if the file can't be read or isn't a policy
 */
export function readPolicy(path: string | undefined): Policy {
  if (path === undefined) return defaultPolicy;
  return parsePolicy(readText(path), path);
}

function readText(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    throw usageError(
      `read policy ${path}`,
      `${message.replace(/^\w+: |,.*$/gs, "")} (${code})`,
      "docs/policy.md describes the format",
    );
  }
}

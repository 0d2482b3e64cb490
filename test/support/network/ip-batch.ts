import { execFileSync } from "../process/child-process.js";

/** Runs many `ip` commands in one process; for what must be fast or much. */
export function ipBatch(lines: string[]): void {
  execFileSync("ip", ["-batch", "-"], { input: lines.join("\n"), stdio: ["pipe", "ignore", "pipe"] });
}

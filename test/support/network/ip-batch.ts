import { execFileSync } from "../process/child-process.js";

/** Runs many `ip` commands in one process, for speed. */
export function ipBatch(lines: string[]): void {
  execFileSync("ip", ["-batch", "-"], { input: lines.join("\n"), stdio: ["pipe", "ignore", "pipe"] });
}

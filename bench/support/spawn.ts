import { spawnSync } from "node:child_process";

/**
 * Runs a program to its end and discards its output. Throws if it fails, because the measurement would be worthless.
 */
export function spawn(command: string, ...args: string[]): void {
  const { status, error } = spawnSync(command, args, { stdio: "ignore" });
  if (status !== 0) throw error ?? new Error(`${command} ${args.join(" ")}: exit status ${status}`);
}

/** Runs all commands in one `ip` process. */
export function ipBatch(commands: readonly string[]): void {
  const { status, stderr } = spawnSync("ip", ["-batch", "-"], {
    input: commands.join("\n"),
    encoding: "utf8",
  });
  if (status !== 0) throw new Error(`ip -batch: ${stderr}`);
}

import { spawnSync } from "node:child_process";

/** Runs a program to its end, its output thrown away. A failure would make a measurement worthless, so it throws. */
export function spawn(command: string, ...args: string[]): void {
  const { status, error } = spawnSync(command, args, { stdio: "ignore" });
  if (status !== 0) throw error ?? new Error(`${command} ${args.join(" ")}: exit status ${status}`);
}

/** Has one `ip` process do all the commands. */
export function ipBatch(commands: readonly string[]): void {
  const { status, stderr } = spawnSync("ip", ["-batch", "-"], {
    input: commands.join("\n"),
    encoding: "utf8",
  });
  if (status !== 0) throw new Error(`ip -batch: ${stderr}`);
}

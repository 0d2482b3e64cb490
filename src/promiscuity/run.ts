import { type ChildProcess, spawn } from "node:child_process";
import { PromiscError } from "../errors.js";
import { describeErrno } from "../linux/ffi/errno.js";
import { SignalRelay } from "../linux/process/signal-relay.js";
import { type HoldOptions, holdPromiscuous } from "./hold.js";

/** How a command ended: with an exit status, or by a signal. */
export type CommandEnd = { readonly status: number } | { readonly signal: NodeJS.Signals };

/** Signals that are passed on to the command. Stopping and continuing reach it anyway, as part of the process group. */
const forwarded = ["SIGHUP", "SIGINT", "SIGQUIT", "SIGTERM", "SIGUSR1", "SIGUSR2"] as const;

export interface RunOptions extends HoldOptions {
  /** Whether SIGHUP is ignored by the command, and not passed on to it, as nohup(1) has it. */
  readonly ignoreHangup?: boolean;
}

/** For sh(1): a command that ignores SIGHUP, which the C library's and Node.js's ways to start one don't offer. */
const ignoringHangup = ["/bin/sh", "-c", 'trap "" HUP; exec "$@"', "sh"] as const;

/**
 * Runs a command with interfaces held promiscuous exactly while it runs. It gets this process's standard streams, and
 * the signals that this process gets meanwhile.
 * @throws PromiscError as `holdPromiscuous` does, before the command is started; `kernel` if it can't be started, with
 *   `ENOENT` if it isn't found
 */
export async function runPromiscuous(
  names: string | readonly string[],
  command: string,
  args: readonly string[],
  options: RunOptions = {},
): Promise<CommandEnd> {
  using _hold = holdPromiscuous(names, options);
  let child: ChildProcess | undefined;
  const { ignoreHangup = false } = options;
  const signals = forwarded.filter((signal) => !(ignoreHangup && signal === "SIGHUP"));
  // Before the command starts, which could be quicker than we are to provoke a signal.
  using _relay = new SignalRelay(signals, (signal) => child?.kill(signal));
  const [program, ...rest] = ignoreHangup ? [...ignoringHangup, command, ...args] : [command, ...args];
  child = spawn(program, rest, { stdio: "inherit" });
  return await end(child, command);
}

function end(child: ChildProcess, command: string): Promise<CommandEnd> {
  return new Promise((resolve, reject) => {
    child.once("error", (error: NodeJS.ErrnoException) => reject(cannotRun(command, error)));
    child.once("exit", (status, signal) => resolve(signal ? { signal } : { status: status ?? 0 }));
  });
}

function cannotRun(command: string, error: NodeJS.ErrnoException): PromiscError {
  const errno = describeErrno(-(error.errno ?? 0));
  return new PromiscError({
    code: "kernel",
    operation: `run ${command}`,
    errno,
    hint: "check the command after --: its name, and that it is executable",
    cause: error,
  });
}

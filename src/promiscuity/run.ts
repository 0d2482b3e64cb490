import { type ChildProcess, spawn } from "node:child_process";
import { checkOptions, type OptionKinds } from "../check-options.js";
import { PromiscError } from "../errors.js";
import { describeErrno } from "../linux/ffi/errno.js";
import { SignalRelay } from "../linux/process/signal-relay.js";
import { whenAborted } from "../when-aborted.js";
import { type HoldOptions, holdPromiscuous } from "./hold.js";

/** How a command ended: with an exit status, or killed by a signal. */
export type CommandEnd = { readonly status: number } | { readonly signal: NodeJS.Signals };

/**
 * Signals that are passed on to the command. Stop and continue signals reach it anyway, as part of the process group.
 */
const forwarded = ["SIGHUP", "SIGINT", "SIGQUIT", "SIGTERM", "SIGUSR1", "SIGUSR2"] as const;

/** Options of {@link runPromiscuous}. */
export interface RunOptions extends HoldOptions {
  /** Ends the command by SIGTERM when it aborts. The hold lasts until the command has ended. */
  readonly signal?: AbortSignal;
  /** Whether the command ignores SIGHUP, and SIGHUP isn't passed on to it, as with nohup(1). Defaults to false. */
  readonly ignoreHangup?: boolean;
}

const runOptions: OptionKinds<RunOptions> = {
  onGone: "function?",
  signal: "signal?",
  ignoreHangup: "boolean?",
};

/**
 * Starts a command that ignores SIGHUP by way of sh(1), because neither the C library's functions nor Node.js's offer
 * that.
 */
const ignoringHangup = ["/bin/sh", "-c", 'trap "" HUP; exec "$@"', "sh"] as const;

/**
 * Runs a command and holds interfaces promiscuous for exactly as long as it runs. The command inherits this process's
 * standard streams, and the signals that this process receives meanwhile are passed on to it.
 * @param names one interface, or several, as for {@link holdPromiscuous}
 * @param command the program, which is looked up in `PATH`
 * @param args its arguments
 * @returns how the command ended
 * @throws PromiscError as {@link holdPromiscuous} does, before the command is started; `kernel` if it can't be started,
 *   with `ENOENT` if it isn't found
 */
export async function runPromiscuous(
  names: string | readonly string[],
  command: string,
  args: readonly string[],
  options: RunOptions = {},
): Promise<CommandEnd> {
  checkOptions("runPromiscuous", options, runOptions);
  const { ignoreHangup = false, signal: aborts, ...holdOptions } = options;
  using _hold = holdPromiscuous(names, holdOptions);
  let child: ChildProcess | undefined;
  const signals = forwarded.filter((signal) => !(ignoreHangup && signal === "SIGHUP"));
  // Set up before the command starts, because the command could cause a signal at once.
  using _relay = new SignalRelay(signals, (signal) => child?.kill(signal));
  const [program, ...rest] = ignoreHangup ? [...ignoringHangup, command, ...args] : [command, ...args];
  child = spawn(program, rest, { stdio: "inherit" });
  using _abortion = whenAborted(aborts, () => child?.kill("SIGTERM"));
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

import { type ChildProcess, spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { PromiscError } from "../errors.js";
import { describeErrno } from "../linux/errno.js";
import { type HoldOptions, holdPromiscuous } from "./hold.js";

/** How a command ended: with an exit status, or by a signal. */
export type CommandEnd = { readonly status: number } | { readonly signal: NodeJS.Signals };

/** Signals that are passed on to the command. Stopping and continuing reach it anyway, as part of the process group. */
const forwarded = ["SIGHUP", "SIGINT", "SIGQUIT", "SIGTERM", "SIGUSR1", "SIGUSR2"] as const;

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
  options: HoldOptions = {},
): Promise<CommandEnd> {
  using _hold = holdPromiscuous(names, options);
  let child: ChildProcess | undefined;
  const forward = (signal: NodeJS.Signals): void => {
    if (!cameFromTerminal(signal)) child?.kill(signal);
  };
  // Before the command starts, which could be quicker than we are to provoke a signal.
  for (const signal of forwarded) process.on(signal, forward);
  try {
    child = spawn(command, args, { stdio: "inherit" });
    return await end(child, command);
  } finally {
    for (const signal of forwarded) process.off(signal, forward);
  }
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

/**
 * Whether a signal is one that the terminal sends to its whole foreground process group, and so to the command as well:
 * forwarding it would deliver Ctrl-C twice, and many programs take the second one for "give up at once".
 */
function cameFromTerminal(signal: NodeJS.Signals): boolean {
  if (signal !== "SIGINT" && signal !== "SIGQUIT") return false;
  // proc_pid_stat(5): after the command in parentheses, fields 3 to 8 are state ppid pgrp session tty_nr tpgid.
  const stat = readFileSync("/proc/self/stat", "utf8");
  const [, , processGroup, , , foregroundGroup] = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return processGroup === foregroundGroup;
}

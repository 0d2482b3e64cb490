import { constants } from "node:os";
import { PromiscError, usageError } from "../../errors.js";
import { type CommandEnd, runPromiscuous } from "../../promiscuity/run.js";
import { reportError } from "../output/report-error.js";
import type { OptionsOf } from "../program.js";
import { isHangupIgnored } from "../signals.js";

// The exit statuses of env(1), nohup(1) and the shells.
const NOT_EXECUTABLE = 126;
const NOT_FOUND = 127;

/** Signals that dump core. If promisc ended by the same signal as the command, it would write a second core file. */
const coreSignals = [
  "SIGQUIT",
  "SIGILL",
  "SIGTRAP",
  "SIGABRT",
  "SIGBUS",
  "SIGFPE",
  "SIGSEGV",
  "SIGXCPU",
  "SIGXFSZ",
  "SIGSYS",
];

/** Runs the command and exits as it did. */
export async function run(
  names: readonly string[],
  [command, ...args]: readonly string[],
  { debug = false }: OptionsOf<"run">,
): Promise<void> {
  if (!command)
    throw usageError(
      "run",
      "no command is given",
      names.length > 1
        ? `write -- before it: promisc run ${names[0]} -- ${names.slice(1).join(" ")}`
        : `name it after --: promisc run ${names[0]} -- tcpdump -p -i ${names[0]}`,
    );
  const onGone = (ifname: string): void => reportError(gone(ifname), debug);
  let end: CommandEnd;
  try {
    end = await runPromiscuous(names, command, args, { onGone, ignoreHangup: isHangupIgnored() });
  } catch (error) {
    if (error instanceof PromiscError && error.operation === `run ${command}`)
      process.exitCode = error.errno?.name === "ENOENT" ? NOT_FOUND : NOT_EXECUTABLE;
    throw error;
  }
  if ("status" in end) process.exitCode = end.status;
  else dieOf(end.signal);
}

/**
 * Ends promisc by a signal. A shell distinguishes a signal from a status, and ends a script at Ctrl-C only if it sees a
 * signal.
 */
function dieOf(signal: NodeJS.Signals): void {
  process.exitCode = 128 + constants.signals[signal];
  if (coreSignals.includes(signal)) return;
  process.removeAllListeners(signal);
  process.kill(process.pid, signal);
}

function gone(ifname: string): PromiscError {
  return new PromiscError({
    code: "no-interface",
    operation: `hold ${ifname} promiscuous any longer`,
    reason: "it was removed, or moved to another network namespace; the command goes on",
  });
}

import { endInterruptedLine } from "./output/write.js";

/** Reports whether promisc was started with SIGHUP ignored, as nohup(1) does. bin/promisc detects this. */
export function isHangupIgnored(): boolean {
  return process.env["PROMISC_NOHUP"] !== undefined;
}

/** Keeps SIGHUP ignored if it was ignored when promisc started. Node.js resets it. */
export function keepHangupIgnored(): void {
  if (isHangupIgnored()) process.on("SIGHUP", () => {});
}

/** The signals that ask promisc to end. */
export function endingSignals(): NodeJS.Signals[] {
  return isHangupIgnored() ? ["SIGINT", "SIGTERM"] : ["SIGINT", "SIGTERM", "SIGHUP"];
}

/**
 * Returns an AbortSignal that aborts when promisc receives a signal that asks it to end. Promisc doesn't end at the
 * first such signal, but at the second one of the same kind.
 */
export function untilAskedToEnd(): AbortSignal {
  const controller = new AbortController();
  for (const signal of endingSignals())
    process.once(signal, () => {
      if (signal === "SIGINT") endInterruptedLine();
      controller.abort();
    });
  return controller.signal;
}

/** Whether promisc was started with SIGHUP ignored, as nohup(1) has it: bin/promisc finds that out. */
export function isHangupIgnored(): boolean {
  return process.env["PROMISC_NOHUP"] !== undefined;
}

/** Has SIGHUP ignored if it was when promisc was started; Node.js takes that back. */
export function keepHangupIgnored(): void {
  if (isHangupIgnored()) process.on("SIGHUP", () => {});
}

/** The signals that ask to end. */
export function endingSignals(): NodeJS.Signals[] {
  return isHangupIgnored() ? ["SIGINT", "SIGTERM"] : ["SIGINT", "SIGTERM", "SIGHUP"];
}

/**
 * From here on, a signal that asks to end aborts the returned one instead of ending promisc. The same signal a second time
 * ends promisc.
 */
export function untilAskedToEnd(): AbortSignal {
  const controller = new AbortController();
  for (const signal of endingSignals()) process.once(signal, () => controller.abort());
  return controller.signal;
}

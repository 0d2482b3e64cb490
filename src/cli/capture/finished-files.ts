import { spawn } from "node:child_process";
import { setPriority } from "node:os";
import { setImmediate } from "node:timers/promises";
import { printable } from "../format/text.js";
import { write } from "../output/write.js";

/** The lowest priority (setpriority(2)), so that a command doesn't disturb the capture. */
const LOWEST_PRIORITY = 19;

/** The processes that still run, with what they do. */
const running = new Map<number, string>();

/**
 * Runs a command, without a shell, with a finished file as its only argument, as tcpdump's -z does. It runs beside the
 * capture, as the user that promisc has become. If it fails, a line on standard error says so.
 */
export function runFor(command: string, path: string): void {
  const what = `${printable(command)} ${printable(path)}`;
  const child = spawn(command, [path], { stdio: ["ignore", "inherit", "inherit"] });
  child.on("error", (error) => write(2, `promisc: cannot run ${what}: ${printable(error.message)}\n`));
  const { pid } = child;
  if (pid === undefined) return;
  running.set(pid, what);
  child.on("exit", (status, signal) => {
    running.delete(pid);
    if (status === 0) return;
    const end = status === null ? `was killed by ${signal}` : `ended with status ${status}`;
    write(2, `promisc: ${what} ${end}\n`);
  });
  try {
    setPriority(pid, LOWEST_PRIORITY);
  } catch {
    // It has ended already.
  }
}

/**
 * Reports the commands that failed just now, and those that still run, because nobody will know how they end. As in
 * tcpdump, the capture doesn't wait for them.
 */
export async function reportRunning(): Promise<void> {
  await setImmediate();
  for (const [pid, what] of running) write(2, `promisc: ${what} still runs, as process ${pid}\n`);
}

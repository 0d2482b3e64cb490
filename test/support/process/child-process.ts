// Node.js's functions that start processes, as tests use them: they throw at once where a command can't be started, because
// whoever waits for a process that never was waits for ever.
import childProcess from "node:child_process";
import { once } from "node:events";
import { isAbsolute } from "node:path";
import type { Readable } from "node:stream";
import { type Peer, peers } from "./peers.js";

export type { ChildProcess, ChildProcessWithoutNullStreams, SpawnOptions } from "node:child_process";

/**
 * Starts a command, as Node.js's function of this name does.
 * @throws if it can't be started, and if it isn't one of the {@link peers} nor a path
 */
export const spawn = ((command: string, ...rest: unknown[]) => {
  checkIsPeer(command);
  const child = (childProcess.spawn as (...all: unknown[]) => childProcess.ChildProcess)(command, ...rest);
  if (child.pid !== undefined) return child;
  // What the event says is said here already.
  child.once("error", () => {});
  throw new Error(`${command} can't be started: it isn't there, or may not be executed`);
}) as typeof childProcess.spawn;

/**
 * Runs a command to its end, as Node.js's function of this name does.
 * @throws what Node.js would return as `error`: that it can't be started, printed too much, or took too long
 */
export const spawnSync = ((command: string, ...rest: unknown[]) => {
  checkIsPeer(command);
  const run = childProcess.spawnSync as (...all: unknown[]) => childProcess.SpawnSyncReturns<string>;
  const result = run(command, ...rest);
  if (result.error) throw result.error;
  return result;
}) as typeof childProcess.spawnSync;

/** Runs a command to its end, as Node.js's function of this name does. */
export const execFileSync = ((command: string, ...rest: unknown[]) => {
  checkIsPeer(command);
  return (childProcess.execFileSync as (...all: unknown[]) => unknown)(command, ...rest);
}) as typeof childProcess.execFileSync;

/** Has a test that runs a command which `npm test` doesn't install fail everywhere, and not on the bare machine alone. */
export function checkIsPeer(command: string): asserts command is Peer {
  if (!Object.hasOwn(peers, command) && !isAbsolute(command))
    throw new Error(`${command} isn't in test/support/process/peers.ts, so npm test doesn't install it`);
}

/** The first that a process writes on its standard output or error. Throws if it ends without a word there. */
export async function firstOutput(
  child: childProcess.ChildProcess,
  stream: "stdout" | "stderr" = "stdout",
): Promise<Buffer | string> {
  const output = child[stream] as Readable;
  const [first] = await Promise.race([once(output, "data"), once(output, "end")]);
  if (first !== undefined) return first;
  throw new Error(`${child.spawnargs.join(" ")}: ended without a word on ${stream}`);
}

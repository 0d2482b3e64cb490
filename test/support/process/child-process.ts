// Node.js's functions that start processes, for tests. They throw at once if a command can't be started, because
// otherwise a test would wait for ever for a process that never ran.
import childProcess from "node:child_process";
import { once } from "node:events";
import { isAbsolute } from "node:path";
import type { Readable } from "node:stream";
import { type Peer, peers } from "./peers.js";

export type { ChildProcess, ChildProcessWithoutNullStreams, SpawnOptions } from "node:child_process";

/**
 * Starts a command, like Node.js's function of this name.
 * @throws if it can't be started, or if it is neither one of the {@link peers} nor a path
 */
export const spawn = ((command: string, ...rest: unknown[]) => {
  checkIsPeer(command);
  const child = (childProcess.spawn as (...all: unknown[]) => childProcess.ChildProcess)(command, ...rest);
  if (child.pid !== undefined) return child;
  // The exception below reports the error already.
  child.once("error", () => {});
  throw new Error(`${command} can't be started: it isn't there, or may not be executed`);
}) as typeof childProcess.spawn;

/**
 * Runs a command to its end, like Node.js's function of this name.
 * @throws what Node.js would return as `error`: it can't be started, printed too much, or took too long
 */
export const spawnSync = ((command: string, ...rest: unknown[]) => {
  checkIsPeer(command);
  const run = childProcess.spawnSync as (...all: unknown[]) => childProcess.SpawnSyncReturns<string>;
  const result = run(command, ...rest);
  if (result.error) throw result.error;
  return result;
}) as typeof childProcess.spawnSync;

/** Runs a command to its end, like Node.js's function of this name. */
export const execFileSync = ((command: string, ...rest: unknown[]) => {
  checkIsPeer(command);
  return (childProcess.execFileSync as (...all: unknown[]) => unknown)(command, ...rest);
}) as typeof childProcess.execFileSync;

/**
 * Throws if `npm test` doesn't install a command, so that its test fails on every machine, and not only on one that has
 * nothing else.
 */
export function checkIsPeer(command: string): asserts command is Peer {
  if (!Object.hasOwn(peers, command) && !isAbsolute(command))
    throw new Error(`${command} isn't in test/support/process/peers.ts, so npm test doesn't install it`);
}

/** Returns the first output of a process on its standard output or error. Throws if the process ends without output. */
export async function firstOutput(
  child: childProcess.ChildProcess,
  stream: "stdout" | "stderr" = "stdout",
): Promise<Buffer | string> {
  const output = child[stream] as Readable;
  const [first] = await Promise.race([once(output, "data"), once(output, "end")]);
  if (first !== undefined) return first;
  throw new Error(`${child.spawnargs.join(" ")}: ended without a word on ${stream}`);
}

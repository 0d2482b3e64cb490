import type { Listener } from "../../listeners/listener.js";
import { keyOfListener } from "./listener-key.js";

/** Listeners by their keys. Of those that are alike, all but the first have a number after the key. */
export type KnownListeners = ReadonlyMap<string, Listener>;

/** The listeners that came and went between two readings, and those that are known now. */
export interface FollowedListeners {
  readonly known: KnownListeners;
  readonly came: readonly Listener[];
  readonly went: readonly Listener[];
}

/**
 * Compares two readings of the listeners that have no socket.
 * @param isGone whether a listener that is missing in the new reading is gone; otherwise it may not have been read
 */
export function followListeners(
  before: KnownListeners,
  now: readonly Listener[],
  isGone: (listener: Listener) => boolean,
): FollowedListeners {
  const known = new Map<string, Listener>();
  for (const listener of now) {
    const key = keyOfListener(listener);
    let free = key;
    for (let number = 2; known.has(free); number++) free = `${key} ${number}`;
    known.set(free, listener);
  }
  const came = [...known].filter(([key]) => !before.has(key)).map(([, listener]) => listener);
  const went: Listener[] = [];
  for (const [key, listener] of before) {
    if (known.has(key)) continue;
    if (isGone(listener)) went.push(listener);
    else known.set(key, listener);
  }
  return { known, came, went };
}

/** Returns one listener for each process that reads a device, so that each of them comes and goes by itself. */
export function splitTapReaders(listeners: readonly Listener[]): Listener[] {
  return listeners.flatMap((listener): Listener | Listener[] =>
    listener.kind === "tap-reader"
      ? listener.processes.map((process) => ({ ...listener, processes: [process] }))
      : listener,
  );
}

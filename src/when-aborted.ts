/**
 * Runs an action when a signal aborts, or at once if it has aborted before.
 * @returns an object that forgets the action when it is disposed of
 */
export function whenAborted(signal: AbortSignal | undefined, action: () => void): Disposable {
  signal?.addEventListener("abort", action);
  if (signal?.aborted) action();
  return { [Symbol.dispose]: () => signal?.removeEventListener("abort", action) };
}

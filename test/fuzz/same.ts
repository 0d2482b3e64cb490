/** Returns whether two decoded values are the same, to the last byte, and contain no undefined or NaN. */
export function same(a: unknown, b: unknown): boolean {
  if (typeof a !== "object" || a === null) return a === b && a !== undefined;
  if (typeof b !== "object" || b === null) return false;
  if (a instanceof Uint8Array) return b instanceof Uint8Array && sameBytes(a, b);
  for (const key in a)
    if (!same((a as Record<string, unknown>)[key], (b as Record<string, unknown>)[key])) return false;
  // If every property of one is in the other, the count shows whether the other has more.
  return Object.keys(a).length === Object.keys(b).length;
}

function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false;
  for (let at = 0; at < a.length; at++) if (a[at] !== b[at]) return false;
  return true;
}

/**
 * Up to this length, copying bytes one by one is faster than a call of `set`, which also needs a view of the source.
 */
const BY_HAND = 96;

/** Copies part of one array into another. */
export function copyBytes(
  from: Uint8Array,
  start: number,
  length: number,
  into: Uint8Array,
  offset: number,
): void {
  if (length > BY_HAND) {
    into.set(from.subarray(start, start + length), offset);
    return;
  }
  for (let at = 0; at < length; at++) into[offset + at] = from[start + at] as number;
}

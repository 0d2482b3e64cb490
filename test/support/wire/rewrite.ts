/** Writes a value into memory of just its size, full of what isn't zero so that an unwritten byte shows. */
export function written<Value>(
  value: Value,
  size: (value: Value) => number,
  write: (value: Value, into: Uint8Array, offset: number) => unknown,
): Uint8Array {
  const bytes = new Uint8Array(size(value)).fill(0xa5);
  write(value, bytes, 0);
  return bytes;
}

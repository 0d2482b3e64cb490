/** Writes a value into memory of exactly its size, which is filled with a nonzero value to show unwritten bytes. */
export function written<Value>(
  value: Value,
  size: (value: Value) => number,
  write: (value: Value, into: Uint8Array, offset: number) => unknown,
): Uint8Array {
  const bytes = new Uint8Array(size(value)).fill(0xa5);
  write(value, bytes, 0);
  return bytes;
}

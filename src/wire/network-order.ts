// Reads and writes integers in network byte order, most significant byte first (RFC 1700). The offsets must have been
// checked with `need`.

export function readBe16(bytes: Uint8Array, at: number): number {
  return ((bytes[at] as number) << 8) | (bytes[at + 1] as number);
}

export function readBe24(bytes: Uint8Array, at: number): number {
  return (readBe16(bytes, at) << 8) | (bytes[at + 2] as number);
}

export function readBe32(bytes: Uint8Array, at: number): number {
  return ((readBe16(bytes, at) << 16) | readBe16(bytes, at + 2)) >>> 0;
}

/** Reads the 16-bit integers from `start` to `end`. An odd byte at the end is ignored. */
export function readBe16s(bytes: Uint8Array, start: number, end: number): number[] {
  const values: number[] = [];
  for (let at = start; at + 2 <= end; at += 2) values.push(readBe16(bytes, at));
  return values;
}

export function writeBe16(into: Uint8Array, at: number, value: number): void {
  into[at] = value >>> 8;
  into[at + 1] = value;
}

export function writeBe24(into: Uint8Array, at: number, value: number): void {
  into[at] = value >>> 16;
  writeBe16(into, at + 1, value);
}

export function writeBe32(into: Uint8Array, at: number, value: number): void {
  writeBe16(into, at, value >>> 16);
  writeBe16(into, at + 2, value);
}

// Reads integers in a byte order that is known only from the file. The offsets must have been checked; see bytes.ts.

export function readU16In(littleEndian: boolean, bytes: Uint8Array, offset: number): number {
  const a = bytes[offset] as number;
  const b = bytes[offset + 1] as number;
  return littleEndian ? a | (b << 8) : (a << 8) | b;
}

export function readU32In(littleEndian: boolean, bytes: Uint8Array, offset: number): number {
  const a = readU16In(littleEndian, bytes, offset);
  const b = readU16In(littleEndian, bytes, offset + 2);
  return (littleEndian ? a | (b << 16) : (a << 16) | b) >>> 0;
}

export function readU64In(littleEndian: boolean, bytes: Uint8Array, offset: number): bigint {
  const a = BigInt(readU32In(littleEndian, bytes, offset));
  const b = BigInt(readU32In(littleEndian, bytes, offset + 4));
  return littleEndian ? a | (b << 32n) : (a << 32n) | b;
}

export function dissect(_b: Uint8Array, _l: number, _o: { length?: number }): object[] {
  return [];
}

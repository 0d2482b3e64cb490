/**
 * Formats a number with the noun that it counts: `1 packet`, `2 packets`.
 * @param one the noun, or several words, for exactly one
 * @param many the same for any other number; defaults to `one` and an s
 */
export function counted(count: number | bigint, one: string, many = `${one}s`): string {
  return `${count} ${BigInt(count) === 1n ? one : many}`;
}

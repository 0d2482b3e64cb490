/**
 * Formats a number with the noun that it counts: `1 packet`, `2 packets`.
 * @param one the noun, or several words that begin with it, after the number 1
 * @param many the same after any other number; defaults to `one` with an s
 */
export function counted(count: number, one: string, many = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`;
}

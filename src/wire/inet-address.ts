/** An IPv4 or IPv6 address as inet_ntop(3) writes it; null if it has neither 4 nor 16 bytes. */
export function formatInetAddress(bytes: Uint8Array): string | null {
  if (bytes.length === 4) return bytes.join(".");
  if (bytes.length === 16) return formatIpv6(bytes);
  return null;
}

function formatIpv6(bytes: Uint8Array): string {
  const words: number[] = [];
  for (let at = 0; at < 16; at += 2) words.push(((bytes[at] as number) << 8) | (bytes[at + 1] as number));
  const zeros = longestZeroRun(words);
  // RFC 4291, 2.2: the first of the longest runs of at least two zero words is written "::".
  if (zeros.length < 2) return words.map(hex).join(":");
  // IPv4-compatible and IPv4-mapped addresses end in dotted decimals.
  const mapped = zeros.length === 5 && words[5] === 0xffff;
  if (zeros.start === 0 && (zeros.length === 6 || mapped))
    return `::${mapped ? "ffff:" : ""}${bytes.subarray(12).join(".")}`;
  const before = words.slice(0, zeros.start).map(hex).join(":");
  const after = words
    .slice(zeros.start + zeros.length)
    .map(hex)
    .join(":");
  return `${before}::${after}`;
}

const hex = (word: number): string => word.toString(16);

function longestZeroRun(words: number[]): { start: number; length: number } {
  let best = { start: 0, length: 0 };
  for (let at = 0; at < words.length; at++) {
    const start = at;
    while (words[at] === 0) at++;
    if (at - start > best.length) best = { start, length: at - start };
  }
  return best;
}

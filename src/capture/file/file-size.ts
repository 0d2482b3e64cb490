import { usageError } from "../../errors.js";

const UNITS: Readonly<Record<string, number>> = { "": 1_000_000, k: 2 ** 10, m: 2 ** 20, g: 2 ** 30 };

/**
 * Parses a file size as given to tcpdump's `-C` (tcpdump(1)): millions of bytes (1,000,000), or KiB, MiB or GiB with
 * the suffix k, m or g, in either case.
 * @returns the size in bytes
 * @throws PromiscError `usage`
 */
export function parseFileSize(text: string): number {
  const [, digits, suffix] = /^(\d+)([kmg]?)$/i.exec(text) ?? [];
  const bytes = Number(digits) * (UNITS[suffix?.toLowerCase() ?? ""] as number);
  if (digits === undefined || bytes === 0 || !Number.isSafeInteger(bytes))
    throw usageError(
      `take "${text}" as a file size`,
      "it is a positive number of millions of bytes, or one with k, m or g for KiB, MiB or GiB",
    );
  return bytes;
}

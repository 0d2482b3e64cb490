import { usageError } from "../../errors.js";

const UNITS: Readonly<Record<string, number>> = { "": 1_000_000, k: 2 ** 10, m: 2 ** 20, g: 2 ** 30 };

/**
 * Bytes that tcpdump's `-C` means by `text`: millions of bytes (1,000,000), or with the suffix k, m or g in either case
 * KiB, MiB or GiB, tcpdump(1).
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

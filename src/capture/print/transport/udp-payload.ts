import type { Context } from "../context.js";

/**
 * Prints what a datagram carries, where its ports say what that is.
 * @returns false if they don't, and nothing is printed
 */
export function printUdpPayload(
  _context: Context,
  _start: number,
  _length: number,
  _source: number,
  _destination: number,
): boolean {
  return false;
}

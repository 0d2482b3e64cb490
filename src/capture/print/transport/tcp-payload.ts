import type { Context } from "../context.js";

/** Prints what a segment carries, where tcpdump looks into it without being asked. */
export function printTcpPayload(
  _context: Context,
  _start: number,
  _length: number,
  _source: number,
  _destination: number,
  _isReset: boolean,
): void {}

import {
  internetChecksum,
  pseudoHeaderSum4,
  pseudoHeaderSum6,
} from "../../wire/packet/network/internet-checksum.js";
import type { Context } from "./context.js";

/**
 * The Internet checksum of what lies in the IP header that the context is in, with its pseudo-header: 0 if the bytes hold
 * their right checksum.
 */
export function transportChecksum(
  { bytes, ipStart, ipVersion, destination }: Context,
  protocol: number,
  start: number,
  length: number,
): number {
  const pseudoHeader =
    ipVersion === 4
      ? pseudoHeaderSum4(bytes, ipStart, protocol, length)
      : pseudoHeaderSum6(bytes, ipStart, protocol, length, destination);
  return internetChecksum(bytes, start, start + length, pseudoHeader);
}

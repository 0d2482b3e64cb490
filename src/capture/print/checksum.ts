import {
  internetChecksum,
  pseudoHeaderSum4,
  pseudoHeaderSum6,
} from "../../wire/packet/network/internet-checksum.js";
import type { Context } from "./context.js";

/**
 * Computes the Internet checksum, with the pseudo-header, over the payload of the context's IP header. The result is 0
 * if the payload's checksum field is correct.
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

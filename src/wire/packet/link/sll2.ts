import { hostIsLittleEndian } from "../../bytes.js";
import { linkAddressField } from "../../kernel/socket-address.js";

/** Size of the header of LINKTYPE_LINUX_SLL2 (https://www.tcpdump.org/linktypes/LINKTYPE_LINUX_SLL2.html). */
export const SLL2_SIZE = 20;

/** All but the address is big-endian; bytes 2 and 3 are zero. */
export const sll2Field = {
  protocol: 0,
  index: 4,
  hardwareType: 8,
  packetType: 10,
  addressLength: 11,
  address: 12,
} as const;

/**
 * Makes a `struct sockaddr_ll` at `from` into the header that stands for a link-level header in captures of several
 * kinds of links. The two may not overlap.
 */
export function writeSll2(bytes: Uint8Array, from: number, to: number): void {
  const copy = (target: number, source: number): void => {
    bytes[to + target] = bytes[from + source] as number;
  };
  copy(sll2Field.protocol, linkAddressField.protocol);
  copy(sll2Field.protocol + 1, linkAddressField.protocol + 1);
  bytes[to + 2] = 0;
  bytes[to + 3] = 0;
  for (let at = 0; at < 4; at++)
    copy(sll2Field.index + at, linkAddressField.index + (hostIsLittleEndian ? 3 - at : at));
  for (let at = 0; at < 2; at++)
    copy(sll2Field.hardwareType + at, linkAddressField.hardwareType + (hostIsLittleEndian ? 1 - at : at));
  copy(sll2Field.packetType, linkAddressField.packetType);
  copy(sll2Field.addressLength, linkAddressField.addressLength);
  for (let at = 0; at < 8; at++) copy(sll2Field.address + at, linkAddressField.address + at);
}

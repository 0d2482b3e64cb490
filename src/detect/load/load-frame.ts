import { ETHERNET_SIZE } from "../../wire/packet/link/ethernet.js";
import { IPV4_SIZE } from "../../wire/packet/network/ipv4.js";
import { IPPROTO_UDP } from "../../wire/packet/network/protocol-number.js";
import { writeUdp } from "../../wire/packet/transport/udp.js";
import { IpFrame } from "../ip-frame.js";

/** TEST-NET-1 (RFC 5737). Nobody has such an address, and no sniffer can resolve it. */
const SOURCE = "192.0.2.1";
const DESTINATION = "192.0.2.2";
/** The discard service (RFC 863). */
const DISCARD = 9;

/**
 * Builds a frame of the load: a UDP datagram that looks ordinary to a sniffer. Its TTL keeps a host that receives it by
 * mistake from forwarding it.
 * @param size in bytes, without the frame check sequence
 */
export function makeLoadFrame(sourceMac: string, destinationMac: string, size: number): Uint8Array {
  const length = size - ETHERNET_SIZE - IPV4_SIZE;
  const frame = new IpFrame({
    version: 4,
    sourceMac,
    destinationMac,
    source: SOURCE,
    destination: DESTINATION,
    hopLimit: 1,
    protocolNumber: IPPROTO_UDP,
    size: length,
  });
  writeUdp(
    { sourcePort: DISCARD, destinationPort: DISCARD, length, checksum: 0 },
    frame.bytes,
    frame.payload,
  );
  frame.fillChecksums();
  return frame.bytes;
}

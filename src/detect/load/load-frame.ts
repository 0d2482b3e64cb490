import { ETH_P_IP } from "../../wire/packet/link/ether-type.js";
import { ETHERNET_SIZE, writeEthernet } from "../../wire/packet/link/ethernet.js";
import { fillIpv4Checksum, fillTransportChecksum } from "../../wire/packet/network/fill-checksum.js";
import { ipv4Size, writeIpv4 } from "../../wire/packet/network/ipv4.js";
import { IPPROTO_UDP } from "../../wire/packet/network/protocol-number.js";
import { writeUdp } from "../../wire/packet/transport/udp.js";

/** TEST-NET-1 (RFC 5737): nobody has these, and no sniffer can resolve them. */
const SOURCE = "192.0.2.1";
const DESTINATION = "192.0.2.2";
/** RFC 863 */
const DISCARD = 9;

/**
 * What the load consists of: a datagram that sniffers take for one of the usual kind. Its TTL keeps a host that takes it
 * by mistake from passing it on.
 * @param size in bytes, without the check sequence
 */
export function makeLoadFrame(source: string, destination: string, size: number): Uint8Array {
  const frame = new Uint8Array(size);
  const header = {
    dscp: 0,
    ecn: 0,
    totalLength: size - ETHERNET_SIZE,
    identification: 0,
    reserved: false,
    dontFragment: true,
    moreFragments: false,
    fragmentOffset: 0,
    timeToLive: 1,
    protocolNumber: IPPROTO_UDP,
    headerChecksum: 0,
    source: SOURCE,
    destination: DESTINATION,
    options: [],
  };
  const at = writeEthernet({ destination, source, etherType: ETH_P_IP }, frame);
  const datagram = at + ipv4Size(header);
  writeIpv4(header, frame, at);
  const ports = { sourcePort: DISCARD, destinationPort: DISCARD };
  writeUdp({ ...ports, length: size - datagram, checksum: 0 }, frame, datagram);
  fillIpv4Checksum(frame, at);
  fillTransportChecksum(frame, at, datagram, size, IPPROTO_UDP);
  return frame;
}

import { writeBe16, writeBe32 } from "../../wire/network-order.js";
import { ETH_P_IP, ETH_P_IPV6 } from "../../wire/packet/link/ether-type.js";
import { ETHERNET_SIZE, writeEthernet } from "../../wire/packet/link/ethernet.js";
import { fillIpv4Checksum, fillTransportChecksum } from "../../wire/packet/network/fill-checksum.js";
import { ipv4Size, writeIpv4 } from "../../wire/packet/network/ipv4.js";
import { IPV6_SIZE, writeIpv6 } from "../../wire/packet/network/ipv6.js";
import { IPPROTO_TCP } from "../../wire/packet/network/protocol-number.js";
import { type TcpFlags, tcpSize, writeTcp } from "../../wire/packet/transport/tcp.js";
import type { TcpOption } from "../../wire/packet/transport/tcp-option.js";

/** Without padding and frame check sequence (IEEE 802.3, 3.2.8). */
const SHORTEST_FRAME = 60;
/** What most systems begin with. */
const HOP_LIMIT = 64;
const WINDOW = 64_240;
const noFlags: TcpFlags = {
  ae: false,
  cwr: false,
  ece: false,
  urg: false,
  ack: false,
  psh: false,
  rst: false,
  syn: false,
  fin: false,
};
const none = { 4: "0.0.0.0", 6: "::" } as const;
const addressPlaces = { 4: { source: 12, destination: 16 }, 6: { source: 8, destination: 24 } } as const;

export interface TcpFrameLayout {
  readonly version: 4 | 6;
  /** Ethernet addresses. */
  readonly destination: string;
  readonly source: string;
  readonly flags: Partial<TcpFlags>;
  readonly options?: readonly TcpOption[];
  readonly payload?: Uint8Array;
}

/** What differs from one use of a frame to the next. */
export interface TcpFrameValues {
  /** IP addresses, 4 or 16 bytes as the layout's version has them. */
  readonly source: Uint8Array;
  readonly destination: Uint8Array;
  readonly sourcePort: number;
  readonly destinationPort: number;
  readonly sequenceNumber: number;
  readonly acknowledgmentNumber: number;
}

/** An Ethernet frame with a TCP segment, built once; each use writes a few fields and the checksums into it. */
export class TcpFrame {
  /** The whole frame, always the same memory. */
  readonly bytes: Uint8Array;
  /** The sequence numbers that the segment takes: its payload, SYN and FIN (RFC 9293, 3.4). */
  readonly sequenceLength: number;
  readonly #version: 4 | 6;
  readonly #transport: number;
  readonly #end: number;

  constructor({ version, destination, source, flags, options = [], payload }: TcpFrameLayout) {
    this.#version = version;
    const payloadLength = payload?.length ?? 0;
    const segmentLength = tcpSize({ options }) + payloadLength;
    const headerLength = version === 4 ? ipv4Size({ options: [] }) : IPV6_SIZE;
    this.#transport = ETHERNET_SIZE + headerLength;
    this.#end = this.#transport + segmentLength;
    this.sequenceLength = payloadLength + (flags.syn ? 1 : 0) + (flags.fin ? 1 : 0);
    this.bytes = new Uint8Array(Math.max(this.#end, SHORTEST_FRAME));
    writeEthernet({ destination, source, etherType: version === 4 ? ETH_P_IP : ETH_P_IPV6 }, this.bytes);
    if (version === 4) this.#writeIpv4(headerLength + segmentLength);
    else this.#writeIpv6(segmentLength);
    const payloadAt = writeTcp(
      {
        sourcePort: 0,
        destinationPort: 0,
        sequenceNumber: 0,
        acknowledgmentNumber: 0,
        reserved: 0,
        flags: { ...noFlags, ...flags },
        window: WINDOW,
        checksum: 0,
        urgentPointer: 0,
        options,
      },
      this.bytes,
      this.#transport,
    );
    if (payload) this.bytes.set(payload, payloadAt);
  }

  #writeIpv4(totalLength: number): void {
    writeIpv4(
      {
        dscp: 0,
        ecn: 0,
        totalLength,
        identification: 0,
        reserved: false,
        dontFragment: true,
        moreFragments: false,
        fragmentOffset: 0,
        timeToLive: HOP_LIMIT,
        protocolNumber: IPPROTO_TCP,
        headerChecksum: 0,
        source: none[4],
        destination: none[4],
        options: [],
      },
      this.bytes,
      ETHERNET_SIZE,
    );
  }

  #writeIpv6(payloadLength: number): void {
    writeIpv6(
      {
        dscp: 0,
        ecn: 0,
        flowLabel: 0,
        payloadLength,
        nextHeader: IPPROTO_TCP,
        hopLimit: HOP_LIMIT,
        source: none[6],
        destination: none[6],
      },
      this.bytes,
      ETHERNET_SIZE,
    );
  }

  /** Writes the values and the checksums in. Returns {@link bytes}. */
  fill(values: TcpFrameValues): Uint8Array {
    const { bytes } = this;
    const places = addressPlaces[this.#version];
    const transport = this.#transport;
    bytes.set(values.source, ETHERNET_SIZE + places.source);
    bytes.set(values.destination, ETHERNET_SIZE + places.destination);
    writeBe16(bytes, transport, values.sourcePort);
    writeBe16(bytes, transport + 2, values.destinationPort);
    writeBe32(bytes, transport + 4, values.sequenceNumber);
    writeBe32(bytes, transport + 8, values.acknowledgmentNumber);
    if (this.#version === 4) fillIpv4Checksum(bytes, ETHERNET_SIZE);
    fillTransportChecksum(bytes, ETHERNET_SIZE, transport, this.#end, IPPROTO_TCP);
    return bytes;
  }
}

import { ETH_P_IP, ETH_P_IPV6 } from "../wire/packet/link/ether-type.js";
import { ETH_ZLEN, ETHERNET_SIZE, writeEthernet } from "../wire/packet/link/ethernet.js";
import {
  fillIcmpChecksum,
  fillIpv4Checksum,
  fillTransportChecksum,
} from "../wire/packet/network/fill-checksum.js";
import * as icmp from "../wire/packet/network/icmp.js";
import { ICMP6_ECHO_REQUEST, writeIcmp6 } from "../wire/packet/network/icmp6/icmp6.js";
import * as ipv4 from "../wire/packet/network/ipv4.js";
import * as ipv6 from "../wire/packet/network/ipv6.js";
import { type Ipv6Option, ipv6OptionsSize, writeIpv6Options } from "../wire/packet/network/ipv6-options.js";
import { IPPROTO_DSTOPTS, IPPROTO_ICMP, IPPROTO_ICMPV6 } from "../wire/packet/network/protocol-number.js";

/** The initial hop limit of most systems. */
const HOP_LIMIT = 64;
const ZEROS = { 4: "0.0.0.0", 6: "::" } as const;

export interface IpFrameLayout {
  readonly version: 4 | 6;
  /** Ethernet addresses. */
  readonly sourceMac: string;
  readonly destinationMac: string;
  /** IP addresses. If omitted, they are zero until they are set. */
  readonly source?: string | undefined;
  readonly destination?: string | undefined;
  /** The time to live of IPv4, or the hop limit of IPv6. Defaults to 64. */
  readonly hopLimit?: number;
  /** The identification field of IPv4. It isn't needed, because nothing here is ever fragmented (RFC 6864). */
  readonly identification?: number;
  /** IPv6 only: destination options before the payload. */
  readonly options?: readonly Ipv6Option[];
  /** The protocol of the payload. */
  readonly protocolNumber: number;
  /** The size of the payload in bytes. */
  readonly size: number;
}

/**
 * An Ethernet frame with an IP packet. It is created once; each use writes the fields that differ, and then the
 * checksums.
 */
export class IpFrame {
  /** The whole frame, padded to the minimum size of Ethernet. It is always the same memory. */
  readonly bytes: Uint8Array;
  readonly version: 4 | 6;
  /** The offset of the IP header. */
  readonly network = ETHERNET_SIZE;
  /** The offsets of the beginning and of the end of the payload. */
  readonly payload: number;
  readonly end: number;
  /** The offsets of the IP addresses, which have {@link addressSize} bytes each. */
  readonly sourceAt: number;
  readonly destinationAt: number;
  readonly addressSize: 4 | 16;
  readonly #protocolNumber: number;

  constructor(layout: IpFrameLayout) {
    const { version, sourceMac, destinationMac, options = [], size } = layout;
    this.version = version;
    this.#protocolNumber = layout.protocolNumber;
    const optionsSize = options.length > 0 ? ipv6OptionsSize({ options }) : 0;
    const headerSize = version === 4 ? ipv4.IPV4_SIZE : ipv6.IPV6_SIZE;
    this.payload = this.network + headerSize + optionsSize;
    this.end = this.payload + size;
    this.bytes = new Uint8Array(Math.max(this.end, ETH_ZLEN));
    const { field } = version === 4 ? ipv4 : ipv6;
    this.sourceAt = this.network + field.source;
    this.destinationAt = this.network + field.destination;
    this.addressSize = version === 4 ? 4 : 16;
    const etherType = version === 4 ? ETH_P_IP : ETH_P_IPV6;
    writeEthernet({ destination: destinationMac, source: sourceMac, etherType }, this.bytes);
    if (version === 4) this.#writeIpv4(layout);
    else this.#writeIpv6(layout, options);
  }

  #writeIpv4({ source = ZEROS[4], destination = ZEROS[4], ...layout }: IpFrameLayout): void {
    ipv4.writeIpv4(
      {
        dscp: 0,
        ecn: 0,
        totalLength: this.end - this.network,
        identification: layout.identification ?? 0,
        reserved: false,
        dontFragment: true,
        moreFragments: false,
        fragmentOffset: 0,
        timeToLive: layout.hopLimit ?? HOP_LIMIT,
        protocolNumber: layout.protocolNumber,
        headerChecksum: 0,
        source,
        destination,
        options: [],
      },
      this.bytes,
      this.network,
    );
  }

  #writeIpv6(
    { source = ZEROS[6], destination = ZEROS[6], hopLimit = HOP_LIMIT, protocolNumber }: IpFrameLayout,
    options: readonly Ipv6Option[],
  ): void {
    const next = ipv6.writeIpv6(
      {
        dscp: 0,
        ecn: 0,
        flowLabel: 0,
        payloadLength: this.end - this.network - ipv6.IPV6_SIZE,
        nextHeader: options.length > 0 ? IPPROTO_DSTOPTS : protocolNumber,
        hopLimit,
        source,
        destination,
      },
      this.bytes,
      this.network,
    );
    if (options.length > 0) writeIpv6Options({ nextHeader: protocolNumber, options }, this.bytes, next);
  }

  /** Writes the checksums of the frame's current contents. */
  fillChecksums(): void {
    const { bytes, network, payload, end } = this;
    if (this.version === 4) fillIpv4Checksum(bytes, network);
    if (this.#protocolNumber === IPPROTO_ICMP) fillIcmpChecksum(bytes, payload, end);
    else fillTransportChecksum(bytes, network, payload, end, this.#protocolNumber);
  }
}

/** The size in bytes of an echo request without its data. */
export const ECHO_SIZE = icmp.ICMP_SIZE;

/** Returns the IP protocol number of an echo request. */
export function echoProtocol(version: 4 | 6): number {
  return version === 4 ? IPPROTO_ICMP : IPPROTO_ICMPV6;
}

/**
 * Writes the header of an echo request (RFC 792; RFC 4443, 4.1) into a frame.
 * @returns the offset of its data
 */
export function writeEchoRequest(
  { version, bytes, payload }: IpFrame,
  identifier: number,
  sequenceNumber: number,
): number {
  const common = { code: 0, checksum: 0, identifier, sequenceNumber };
  return version === 4
    ? icmp.writeIcmp({ ...common, message: "echo", type: icmp.ICMP_ECHO }, bytes, payload)
    : writeIcmp6({ ...common, message: "echo-request", type: ICMP6_ECHO_REQUEST }, bytes, payload);
}

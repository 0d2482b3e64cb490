import { writeBe32 } from "../../../wire/network-order.js";
import { ETH_P_ARP, ETH_P_IP, ETH_P_IPV6 } from "../../../wire/packet/link/ether-type.js";
import { ETHERNET_SIZE, writeEthernet } from "../../../wire/packet/link/ethernet.js";
import { ARP_REQUEST, writeArp } from "../../../wire/packet/network/arp.js";
import {
  fillIcmpChecksum,
  fillIpv4Checksum,
  fillTransportChecksum,
} from "../../../wire/packet/network/fill-checksum.js";
import { ICMP_ECHO, ICMP_SIZE, writeIcmp } from "../../../wire/packet/network/icmp.js";
import {
  ICMP6_ECHO_REQUEST,
  ND_NEIGHBOR_SOLICIT,
  writeIcmp6,
} from "../../../wire/packet/network/icmp6/icmp6.js";
import { writeIpv4 } from "../../../wire/packet/network/ipv4.js";
import { IPV6_SIZE, writeIpv6 } from "../../../wire/packet/network/ipv6.js";
import { writeIpv6Options } from "../../../wire/packet/network/ipv6-options.js";
import {
  IPPROTO_DSTOPTS,
  IPPROTO_ICMP,
  IPPROTO_ICMPV6,
} from "../../../wire/packet/network/protocol-number.js";
import { writeMac } from "../../../wire/parse-address.js";
import type { ProbeKind } from "./probe.js";

/** Who asks. */
export interface Prober {
  readonly mac: string;
  /** Undefined without such an address: then it asks nothing of that family. */
  readonly ipv4: string | undefined;
  readonly ipv6: string | undefined;
}

/** Shortest Ethernet frame, without its check sequence. */
const SHORTEST = 60;
const IPV4_SIZE = 20;
const OPTIONS_SIZE = 8;
/** The two upper bits, 10, say: discard it, and send a Parameter Problem, to a group address too. */
const UNKNOWN_OPTION = 0x80;
const ANY_IPV4 = "0.0.0.0";
const ANY_IPV6 = "::";
const NOBODY = "00:00:00:00:00:00";

/** What an echo request carries, and its reply repeats: whose scan, which host, which probe. */
export const token = { scan: 0, host: 8, probe: 12, pass: 13, size: 16 } as const;
/** Of probes for all hosts. */
export const EVERYONE = 0xffffffff;

/** Where ICMPv6 data begins in a message. */
export const ICMP_DATA = ICMP_SIZE;
/** How many bytes stand before the token in the packet that a Parameter Problem quotes. */
export const QUOTED_TOKEN = IPV6_SIZE + OPTIONS_SIZE + ICMP_SIZE;

/** A frame of one kind, made once and filled in for each host. */
export class ProbeFrame {
  readonly bytes: Uint8Array;
  readonly #kind: ProbeKind;
  /** Where the host's IP address goes. */
  readonly #target: number;
  /** Where the token is; 0 for none. */
  readonly #token: number;
  readonly #end: number;

  /**
   * @param scan eight bytes that no one else knows
   * @param identifier of echo requests
   */
  constructor(kind: ProbeKind, prober: Prober, scan: Uint8Array, identifier: number) {
    this.#kind = kind;
    const buffer = new Uint8Array(160);
    const layout = layOut(kind, prober, identifier, buffer);
    this.#target = layout.target;
    this.#token = layout.token;
    this.#end = layout.end;
    if (layout.token > 0) buffer.set(scan, layout.token + token.scan);
    this.bytes = buffer.subarray(0, Math.max(SHORTEST, layout.end));
  }

  /** @param mac six bytes at `macAt` */
  setDestination(mac: Uint8Array, macAt: number): void {
    for (let at = 0; at < 6; at++) this.bytes[at] = mac[macAt + at] as number;
  }

  /** Fills in whom it asks, and what for; with the checksums. @param ip 4 or 16 bytes at `ipAt`; none for all nodes */
  setTarget(ip: Uint8Array | undefined, ipAt: number, host: number, probe: number, pass: number): void {
    const { bytes } = this;
    if (ip) {
      const size = this.#kind === "arp" || this.#kind === "icmp" ? 4 : 16;
      for (let at = 0; at < size; at++) bytes[this.#target + at] = ip[ipAt + at] as number;
      // The target of a solicitation is its destination too.
      if (this.#kind === "nd")
        for (let at = 0; at < 16; at++) bytes[IPV6_DESTINATION + at] = ip[ipAt + at] as number;
    }
    if (this.#token > 0) {
      writeBe32(bytes, this.#token + token.host, host);
      bytes[this.#token + token.probe] = probe;
      bytes[this.#token + token.pass] = pass;
    }
    this.#fillChecksums();
  }

  #fillChecksums(): void {
    const { bytes } = this;
    if (this.#kind === "arp") return;
    const network = ETHERNET_SIZE;
    if (this.#kind === "icmp") {
      fillIpv4Checksum(bytes, network);
      fillIcmpChecksum(bytes, network + IPV4_SIZE, this.#end);
      return;
    }
    const message = network + IPV6_SIZE + (hasOption(this.#kind) ? OPTIONS_SIZE : 0);
    fillTransportChecksum(bytes, network, message, this.#end, IPPROTO_ICMPV6);
  }
}

const IPV6_DESTINATION = ETHERNET_SIZE + 24;

function hasOption(kind: ProbeKind): boolean {
  return kind === "option" || kind === "option-all";
}

interface Layout {
  readonly target: number;
  readonly token: number;
  readonly end: number;
}

function layOut(kind: ProbeKind, prober: Prober, identifier: number, into: Uint8Array): Layout {
  const etherType = kind === "arp" ? ETH_P_ARP : kind === "icmp" ? ETH_P_IP : ETH_P_IPV6;
  const network = writeEthernet({ destination: NOBODY, source: prober.mac, etherType }, into);
  if (kind === "arp") return layOutArp(prober, network, into);
  if (kind === "icmp") return layOutIcmp(prober, identifier, network, into);
  return layOutIcmp6(kind, prober, identifier, network, into);
}

function layOutArp({ mac, ipv4 = ANY_IPV4 }: Prober, at: number, into: Uint8Array): Layout {
  const end = writeArp(
    {
      hardwareType: 1,
      protocolType: ETH_P_IP,
      operation: ARP_REQUEST,
      senderHardwareAddress: mac,
      senderProtocolAddress: ipv4,
      targetHardwareAddress: NOBODY,
      targetProtocolAddress: ANY_IPV4,
    },
    into,
    at,
  );
  return { target: end - 4, token: 0, end };
}

function layOutIcmp({ ipv4 = ANY_IPV4 }: Prober, identifier: number, at: number, into: Uint8Array): Layout {
  const message = writeIpv4(
    {
      dscp: 0,
      ecn: 0,
      totalLength: IPV4_SIZE + ICMP_SIZE + token.size,
      identification: identifier,
      reserved: false,
      dontFragment: true,
      moreFragments: false,
      fragmentOffset: 0,
      timeToLive: 64,
      protocolNumber: IPPROTO_ICMP,
      headerChecksum: 0,
      source: ipv4,
      destination: ANY_IPV4,
      options: [],
    },
    into,
    at,
  );
  const data = writeIcmp(
    { message: "echo", type: ICMP_ECHO, code: 0, checksum: 0, identifier, sequenceNumber: 1 },
    into,
    message,
  );
  return { target: message - 4, token: data, end: data + token.size };
}

function layOutIcmp6(
  kind: ProbeKind,
  { mac, ipv6 = ANY_IPV6 }: Prober,
  identifier: number,
  at: number,
  into: Uint8Array,
): Layout {
  const option = hasOption(kind);
  const isToAll = kind === "icmp6-all" || kind === "option-all";
  const body = kind === "nd" ? 32 : ICMP_SIZE + token.size;
  let message = writeIpv6(
    {
      dscp: 0,
      ecn: 0,
      flowLabel: 0,
      payloadLength: (option ? OPTIONS_SIZE : 0) + body,
      nextHeader: option ? IPPROTO_DSTOPTS : IPPROTO_ICMPV6,
      // RFC 4861 wants 255 of solicitations.
      hopLimit: 255,
      source: ipv6,
      destination: isToAll ? "ff02::1" : ANY_IPV6,
    },
    into,
    at,
  );
  if (option)
    message = writeIpv6Options(
      { nextHeader: IPPROTO_ICMPV6, options: [{ type: UNKNOWN_OPTION, data: new Uint8Array(4) }] },
      into,
      message,
    );
  if (kind === "nd") {
    const end = writeIcmp6(
      {
        message: "neighbour-solicitation",
        type: ND_NEIGHBOR_SOLICIT,
        code: 0,
        checksum: 0,
        targetAddress: ANY_IPV6,
        options: [{ option: "source-link-layer-address", type: 1, address: mac }],
      },
      into,
      message,
    );
    return { target: message + 8, token: 0, end };
  }
  const data = writeIcmp6(
    {
      message: "echo-request",
      type: ICMP6_ECHO_REQUEST,
      code: 0,
      checksum: 0,
      identifier,
      sequenceNumber: 1,
    },
    into,
    message,
  );
  return { target: at + 24, token: data, end: data + token.size };
}

/** Six bytes of an address. */
export function macBytes(text: string): Uint8Array {
  const bytes = new Uint8Array(6);
  writeMac(text, bytes, 0);
  return bytes;
}

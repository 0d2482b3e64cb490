import { ARPHRD_ETHER } from "../../../wire/kernel/rtnetlink/arphrd.js";
import { writeBe32 } from "../../../wire/network-order.js";
import { ETH_P_ARP, ETH_P_IP } from "../../../wire/packet/link/ether-type.js";
import * as ethernet from "../../../wire/packet/link/ethernet.js";
import * as arp from "../../../wire/packet/network/arp.js";
import {
  type Icmp6,
  icmp6Size,
  ND_NEIGHBOR_SOLICIT,
  writeIcmp6,
} from "../../../wire/packet/network/icmp6/icmp6.js";
import * as icmp6 from "../../../wire/packet/network/icmp6/icmp6-header.js";
import { ND_OPT_SOURCE_LINKADDR } from "../../../wire/packet/network/icmp6/nd-option.js";
import * as discovery from "../../../wire/packet/network/icmp6/neighbour-discovery.js";
import { IPV6_SIZE } from "../../../wire/packet/network/ipv6.js";
import { ipv6OptionsSize } from "../../../wire/packet/network/ipv6-options.js";
import { IPPROTO_ICMPV6 } from "../../../wire/packet/network/protocol-number.js";
import { writeMac } from "../../../wire/parse-address.js";
import { ECHO_SIZE, echoProtocol, IpFrame, writeEchoRequest } from "../../ip-frame.js";
import { isIpv4, type ProbeKind } from "./probe.js";

/** The scanner's addresses. */
export interface Prober {
  readonly mac: string;
  /** Undefined if there is no such address. Then no probes of that family are sent. */
  readonly ipv4: string | undefined;
  readonly ipv6: string | undefined;
}

/**
 * An unassigned destination option. Its two upper bits, 10, mean: discard the packet, and send a Parameter Problem
 * message even if the destination is a group.
 */
const unknownOption = { type: 0x80, data: new Uint8Array(4) };
/** The group that every node has joined. */
const ALL_NODES = "ff02::1";
/** RFC 4861 requires this value in solicitations. */
const HOP_LIMIT = 255;
const NOBODY = "00:00:00:00:00:00";

/** The offsets in the data of an echo request, which its reply repeats: the scan, the host, and the probe. */
export const token = { scan: 0, host: 8, probe: 12, pass: 13, size: 16 } as const;
/** The token's host number in probes that are sent to all hosts. */
export const EVERYONE = 0xffffffff;

/** The offset of the token in the packet that a Parameter Problem message quotes. */
export const QUOTED_TOKEN = IPV6_SIZE + ipv6OptionsSize({ options: [unknownOption] }) + icmp6.field.data;

/** A frame of one kind, created once and filled in for each host. */
export class ProbeFrame {
  readonly bytes: Uint8Array;
  /** Undefined for an ARP request, which has no checksum. */
  readonly #packet: IpFrame | undefined;
  readonly isIpv4: boolean;
  /** The offsets of the host's IP address. In a solicitation, it is both the target and the destination. */
  readonly #targets: readonly number[];
  /** The offset of the token, or 0 if there is none. */
  readonly #token: number;

  /**
   * @param scan eight bytes that nobody else knows
   * @param identifier the identifier of echo requests
   */
  constructor(kind: ProbeKind, prober: Prober, scan: Uint8Array, identifier: number) {
    const layout =
      kind === "arp"
        ? layOutArp(prober)
        : kind === "nd"
          ? layOutSolicitation(prober)
          : layOutEcho(kind, prober, identifier);
    this.bytes = layout.bytes;
    this.#packet = layout.packet;
    this.isIpv4 = isIpv4({ kind });
    this.#targets = layout.targets;
    this.#token = layout.token;
    if (layout.token > 0) this.bytes.set(scan, layout.token + token.scan);
  }

  /**
   * Writes the destination of the frame.
   * @param mac six bytes at `macAt`
   */
  setDestination(mac: Uint8Array, macAt: number): void {
    copy(mac, macAt, this.bytes, ethernet.field.destination, 6);
  }

  /**
   * Writes the host's IP address, the token, and the checksums.
   * @param ip 4 or 16 bytes at `ipAt`; undefined for all nodes
   */
  setTarget(ip: Uint8Array | undefined, ipAt: number, host: number, probe: number, pass: number): void {
    const { bytes } = this;
    if (ip) {
      const size = this.isIpv4 ? 4 : 16;
      for (let each = 0; each < this.#targets.length; each++)
        copy(ip, ipAt, bytes, this.#targets[each] as number, size);
    }
    if (this.#token > 0) {
      writeBe32(bytes, this.#token + token.host, host);
      bytes[this.#token + token.probe] = probe;
      bytes[this.#token + token.pass] = pass;
    }
    this.#packet?.fillChecksums();
  }
}

/** Copies a few bytes. For so few, a loop is faster than a view. */
function copy(from: Uint8Array, fromAt: number, to: Uint8Array, toAt: number, size: number): void {
  for (let at = 0; at < size; at++) to[toAt + at] = from[fromAt + at] as number;
}

interface Layout {
  readonly bytes: Uint8Array;
  readonly packet: IpFrame | undefined;
  readonly targets: readonly number[];
  readonly token: number;
}

function layOutArp({ mac, ipv4 = "0.0.0.0" }: Prober): Layout {
  const bytes = new Uint8Array(ethernet.ETH_ZLEN);
  const at = ethernet.writeEthernet({ destination: NOBODY, source: mac, etherType: ETH_P_ARP }, bytes);
  arp.writeArp(
    {
      hardwareType: ARPHRD_ETHER,
      protocolType: ETH_P_IP,
      operation: arp.ARP_REQUEST,
      senderHardwareAddress: mac,
      senderProtocolAddress: ipv4,
      targetHardwareAddress: NOBODY,
      targetProtocolAddress: "0.0.0.0",
    },
    bytes,
    at,
  );
  return { bytes, packet: undefined, targets: [arp.targetProtocolAt(bytes, at)], token: 0 };
}

function layOutEcho(kind: ProbeKind, { mac, ipv4, ipv6 }: Prober, identifier: number): Layout {
  const version = isIpv4({ kind }) ? 4 : 6;
  const isToAll = kind === "icmp6-all" || kind === "option-all";
  const packet = new IpFrame({
    version,
    sourceMac: mac,
    destinationMac: NOBODY,
    source: version === 4 ? ipv4 : ipv6,
    destination: isToAll ? ALL_NODES : undefined,
    ...(version === 4 ? { identification: identifier } : { hopLimit: HOP_LIMIT }),
    options: kind === "option" || kind === "option-all" ? [unknownOption] : [],
    protocolNumber: echoProtocol(version),
    size: ECHO_SIZE + token.size,
  });
  const data = writeEchoRequest(packet, identifier, 1);
  return { bytes: packet.bytes, packet, targets: [packet.destinationAt], token: data };
}

function layOutSolicitation({ mac, ipv6 }: Prober): Layout {
  const solicitation: Icmp6 = {
    message: "neighbour-solicitation",
    type: ND_NEIGHBOR_SOLICIT,
    code: 0,
    checksum: 0,
    targetAddress: "::",
    options: [{ option: "source-link-layer-address", type: ND_OPT_SOURCE_LINKADDR, address: mac }],
  };
  const packet = new IpFrame({
    version: 6,
    sourceMac: mac,
    destinationMac: NOBODY,
    source: ipv6,
    hopLimit: HOP_LIMIT,
    protocolNumber: IPPROTO_ICMPV6,
    size: icmp6Size(solicitation),
  });
  writeIcmp6(solicitation, packet.bytes, packet.payload);
  const targets = [packet.payload + discovery.field.target, packet.destinationAt];
  return { bytes: packet.bytes, packet, targets, token: 0 };
}

/** Parses an Ethernet address into six bytes. */
export function macBytes(text: string): Uint8Array {
  const bytes = new Uint8Array(6);
  writeMac(text, bytes, 0);
  return bytes;
}

import { LINKTYPE_ETHERNET } from "../../wire/file/linktype.js";
import { dissect } from "../../wire/packet/dissect/dissect.js";
import { ETH_P_IP, ETH_P_IPV6 } from "../../wire/packet/link/ether-type.js";
import { ETHERNET_SIZE, writeEthernet } from "../../wire/packet/link/ethernet.js";
import {
  fillIcmpChecksum,
  fillIpv4Checksum,
  fillTransportChecksum,
} from "../../wire/packet/network/fill-checksum.js";
import { ICMP_ECHO, ICMP_SIZE, writeIcmp } from "../../wire/packet/network/icmp.js";
import { ICMP6_ECHO_REQUEST, writeIcmp6 } from "../../wire/packet/network/icmp6/icmp6.js";
import { ipv4Size, writeIpv4 } from "../../wire/packet/network/ipv4.js";
import { IPV6_SIZE, writeIpv6 } from "../../wire/packet/network/ipv6.js";
import { IPPROTO_ICMP, IPPROTO_ICMPV6 } from "../../wire/packet/network/protocol-number.js";

/** Of an IPv4 request, so that it is an Ethernet frame of the smallest size, 60 bytes. */
const DATA_SIZE = 18;
/** Random bytes at the data's beginning. */
export const TOKEN_SIZE = 8;
const HOP_LIMIT = 64;

/** Between whom an echo request goes; IPv4 or IPv6 addresses as the codecs print them. */
export interface EchoPath {
  readonly sourceMac: string;
  readonly source: string;
  readonly destinationMac: string;
  readonly destination: string;
}

export interface Echo extends EchoPath {
  readonly kind: "request" | "reply";
  readonly identifier: number;
  readonly sequenceNumber: number;
  /** Its first bytes: {@link TOKEN_SIZE} of them, or fewer if there aren't more. */
  readonly token: Uint8Array;
}

/** An ICMP or ICMPv6 echo request (RFC 792, RFC 4443, 4.1) in an Ethernet frame. */
export function makeEchoRequest(request: Omit<Echo, "kind">): Uint8Array {
  const { sourceMac, source, destinationMac, destination } = request;
  const isIpv6 = destination.includes(":");
  const header = isIpv6 ? IPV6_SIZE : ipv4Size({ options: [] });
  const frame = new Uint8Array(ETHERNET_SIZE + header + ICMP_SIZE + DATA_SIZE);
  const etherType = isIpv6 ? ETH_P_IPV6 : ETH_P_IP;
  const at = writeEthernet({ destination: destinationMac, source: sourceMac, etherType }, frame);
  const message = at + header;
  frame.set(request.token, message + ICMP_SIZE);
  const { identifier, sequenceNumber } = request;
  const common = { code: 0, checksum: 0, identifier, sequenceNumber };
  if (isIpv6) {
    const payloadLength = frame.length - message;
    const fixed = { dscp: 0, ecn: 0, flowLabel: 0, hopLimit: HOP_LIMIT };
    writeIpv6({ ...fixed, payloadLength, nextHeader: IPPROTO_ICMPV6, source, destination }, frame, at);
    writeIcmp6({ ...common, message: "echo-request", type: ICMP6_ECHO_REQUEST }, frame, message);
    fillTransportChecksum(frame, at, message, frame.length, IPPROTO_ICMPV6);
  } else {
    const fixed = {
      dscp: 0,
      ecn: 0,
      identification: 0,
      reserved: false,
      moreFragments: false,
      fragmentOffset: 0,
    };
    const rest = {
      dontFragment: true,
      timeToLive: HOP_LIMIT,
      protocolNumber: IPPROTO_ICMP,
      headerChecksum: 0,
    };
    const totalLength = frame.length - at;
    writeIpv4({ ...fixed, ...rest, totalLength, source, destination, options: [] }, frame, at);
    writeIcmp({ ...common, message: "echo", type: ICMP_ECHO }, frame, message);
    fillIpv4Checksum(frame, at);
    fillIcmpChecksum(frame, message, frame.length);
  }
  return frame;
}

/** The echo request or reply that a frame is, if it is one. The token is a view of `frame`. */
export function readEcho(frame: Uint8Array): Echo | undefined {
  const [link, network, message, data] = dissect(frame, LINKTYPE_ETHERNET);
  if (link?.protocol !== "ethernet" || data?.protocol !== "data") return undefined;
  if (network?.protocol !== "ipv4" && network?.protocol !== "ipv6") return undefined;
  if (message?.protocol !== "icmp" && message?.protocol !== "icmp6") return undefined;
  const kind = kinds[message.message];
  if (kind === undefined || !("sequenceNumber" in message)) return undefined;
  return {
    kind,
    sourceMac: link.source,
    destinationMac: link.destination,
    source: network.source,
    destination: network.destination,
    identifier: message.identifier,
    sequenceNumber: message.sequenceNumber,
    token: data.bytes.subarray(0, TOKEN_SIZE),
  };
}

const kinds: Readonly<Record<string, Echo["kind"]>> = {
  echo: "request",
  "echo-request": "request",
  "echo-reply": "reply",
};

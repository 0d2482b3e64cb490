import { LINKTYPE_ETHERNET } from "../../wire/file/linktype.js";
import { dissect } from "../../wire/packet/dissect/dissect.js";
import { ETH_ZLEN, ETHERNET_SIZE } from "../../wire/packet/link/ethernet.js";
import { IPV4_SIZE } from "../../wire/packet/network/ipv4.js";
import { ECHO_SIZE, echoProtocol, IpFrame, writeEchoRequest } from "../ip-frame.js";

/** Makes an IPv4 request an Ethernet frame of the minimum size. */
const DATA_SIZE = ETH_ZLEN - ETHERNET_SIZE - IPV4_SIZE - ECHO_SIZE;
/** The size of the random token at the beginning of the data. */
export const TOKEN_SIZE = 8;

/** The two ends of an echo request. IPv4 and IPv6 addresses are spelled as the codecs print them. */
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
  /** The first bytes of the data: {@link TOKEN_SIZE} of them, or fewer if there aren't more. */
  readonly token: Uint8Array;
}

/** Builds an Ethernet frame with an ICMP or ICMPv6 echo request (RFC 792; RFC 4443, 4.1). */
export function makeEchoRequest({
  identifier,
  sequenceNumber,
  token,
  ...path
}: Omit<Echo, "kind">): Uint8Array {
  const version = path.destination.includes(":") ? 6 : 4;
  const protocolNumber = echoProtocol(version);
  const frame = new IpFrame({ ...path, version, protocolNumber, size: ECHO_SIZE + DATA_SIZE });
  frame.bytes.set(token, writeEchoRequest(frame, identifier, sequenceNumber));
  frame.fillChecksums();
  return frame.bytes;
}

/** Reads an echo request or reply from a frame, if it is one. The token is a view into `frame`. */
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

import {
  ESP_SIZE,
  espSecurityParametersIndex,
  espSequenceNumber,
} from "../../../wire/packet/network/ipsec.js";
import {
  IPPROTO_ESP,
  IPPROTO_ICMP,
  IPPROTO_ICMPV6,
  IPPROTO_IGMP,
  IPPROTO_IPIP,
  IPPROTO_IPV6,
  IPPROTO_NONE,
  IPPROTO_TCP,
  IPPROTO_UDP,
} from "../../../wire/packet/network/protocol-number.js";
import { type Context, has, printTruncated } from "../context.js";
import { printTcp } from "../transport/tcp.js";
import { printUdp } from "../transport/udp.js";
import { printIcmp } from "./icmp.js";
import { printIcmp6 } from "./icmp6.js";
import { printIgmp } from "./igmp.js";
import { printIpv4 } from "./ipv4.js";
import { printIpv6 } from "./ipv6.js";

/** The most IP headers in IP headers to follow. */
const MAX_DEPTH = 16;

/**
 * Prints the payload of an IP packet.
 * @param length number of its bytes on the wire according to the IP header, without extension headers
 */
export function printIpProtocol(
  context: Context,
  protocol: number,
  start: number,
  length: number,
  isFragment: boolean,
): void {
  const { out } = context;
  switch (protocol) {
    case IPPROTO_TCP:
      return printTcp(context, start, length, isFragment);
    case IPPROTO_UDP:
      return printUdp(context, start, length, isFragment);
    case IPPROTO_ICMP:
      if (context.ipVersion === 4) return printIcmp(context, start, length, isFragment);
      break;
    case IPPROTO_IGMP:
      return printIgmp(context, start, length);
    case IPPROTO_ICMPV6:
      if (context.ipVersion === 6) return printIcmp6(context, start, length, isFragment);
      break;
    case IPPROTO_ESP:
      return printEsp(context, start, length);
    case IPPROTO_IPIP:
      return printInner(context, () => printIpv4(context, start, length));
    case IPPROTO_IPV6:
      return printInner(context, () => printIpv6(context, start, length));
    case IPPROTO_NONE:
      out.text("no next header");
      return;
  }
  out.text(" ip-proto-");
  out.decimal(protocol);
  out.byte(0x20);
  out.decimal(length);
}

function printInner(context: Context, print: () => void): void {
  if (context.depth >= MAX_DEPTH) return;
  context.depth++;
  print();
  context.depth--;
}

/** Prints the unencrypted part of ESP (RFC 4303). */
function printEsp(context: Context, start: number, length: number): void {
  const { out, bytes } = context;
  if (!has(context, start, ESP_SIZE)) return printTruncated(context, "esp");
  out.text("ESP(spi=0x");
  out.hex(espSecurityParametersIndex(bytes, start), 8);
  out.text(",seq=0x");
  out.hex(espSequenceNumber(bytes, start));
  out.text("), length ");
  out.decimal(length);
}

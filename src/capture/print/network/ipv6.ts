import { IPV6_ADDRESS_SIZE } from "../../../wire/inet-address.js";
import { readBe32 } from "../../../wire/network-order.js";
import * as ipv6 from "../../../wire/packet/network/ipv6.js";
import * as fragment from "../../../wire/packet/network/ipv6-fragment.js";
import * as options from "../../../wire/packet/network/ipv6-options.js";
import * as routing from "../../../wire/packet/network/ipv6-routing.js";
import {
  IPPROTO_DSTOPTS,
  IPPROTO_FRAGMENT,
  IPPROTO_HOPOPTS,
  IPPROTO_ROUTING,
} from "../../../wire/packet/network/protocol-number.js";
import { type Context, has, printTruncated } from "../context.js";
import { printAddresses } from "../transport/addresses.js";
import { hasOwnAddresses, protocolName } from "./protocol-name.js";

/**
 * Prints an IPv6 packet.
 * @param length number of bytes from the header on, according to the lower layer
 */
export function printIpv6(context: Context, start: number, length: number): void {
  const { out, bytes, end } = context;
  if (length < ipv6.IPV6_SIZE) {
    if (context.depth > 0) return printTruncated(context, "ip6");
    out.text("truncated-ip6 ");
    out.decimal(length);
    return;
  }
  if (!has(context, start, ipv6.IPV6_SIZE)) return printTruncated(context, "ip6");
  if (!context.options.link) out.text("IP6 ");
  const version = ipv6.version(bytes, start);
  if (version !== ipv6.IPV6_VERSION) {
    out.text("version error: ");
    out.decimal(version);
    return out.text(" != 6");
  }
  const payload = ipv6.payloadLength(bytes, start);
  const total = payload + ipv6.IPV6_SIZE;
  if (length < total) {
    out.text("truncated-ip6 - ");
    out.decimal(total - length);
    out.text(" bytes missing!");
  }
  const next = ipv6.nextHeader(bytes, start);
  if (context.options.verbose > 0) printHeader(context, start, payload);
  const outerStart = context.ipStart;
  const outerVersion = context.ipVersion;
  context.ipStart = start;
  context.ipVersion = 6;
  const outerDestination = context.destination;
  context.destination = start + ipv6.field.destination;
  context.end = Math.min(end, start + total);
  if (!hasOwnAddresses(next)) printAddresses(context);
  printHeaders(context, next, start + ipv6.IPV6_SIZE, payload);
  context.end = end;
  context.destination = outerDestination;
  context.ipStart = outerStart;
  context.ipVersion = outerVersion;
}

function printHeader({ out, bytes }: Context, start: number, payload: number): void {
  const trafficClass = ipv6.trafficClass(bytes, start);
  const flowLabel = ipv6.flowLabel(bytes, start);
  out.text("(");
  if (trafficClass > 0) {
    out.text("class 0x");
    out.hex(trafficClass, 2);
    out.text(", ");
  }
  if (flowLabel > 0) {
    out.text("flowlabel 0x");
    out.hex(flowLabel, 5);
    out.text(", ");
  }
  out.text("hlim ");
  out.decimal(ipv6.hopLimit(bytes, start));
  const next = ipv6.nextHeader(bytes, start);
  out.text(", next-header ");
  out.text(protocolName(next));
  out.text(" (");
  out.decimal(next);
  out.text(") payload length: ");
  out.decimal(payload);
  out.text(") ");
}

/**
 * Returns tcpdump's name of a truncated extension header; undefined for protocols that aren't extension headers it
 * decodes.
 */
function extensionName(protocol: number): string | undefined {
  switch (protocol) {
    case IPPROTO_HOPOPTS:
      return "hbhopt";
    case IPPROTO_DSTOPTS:
      return "dstopt";
    case IPPROTO_ROUTING:
      return "rt6";
    case IPPROTO_FRAGMENT:
      return "frag6";
    default:
      return undefined;
  }
}

/** Prints the extension headers and the payload. Each header has at least eight bytes, so the loop ends. */
function printHeaders(context: Context, first: number, from: number, length: number): void {
  const { bytes } = context;
  let next = first;
  let at = from;
  let left = length;
  let isFragment = false;
  for (;;) {
    const name = extensionName(next);
    if (name === undefined) return context.layers.ipProtocol(context, next, at, left, isFragment);
    // All of them have the length field, if any, right after the next header field.
    if (!has(context, at, options.field.options)) return printTruncated(context, name);
    const size = headerSize(bytes, at, next);
    if (!printExtension(context, at, left, next, size)) return printTruncated(context, name);
    if (next === IPPROTO_FRAGMENT) {
      if (fragment.offset(bytes, at) !== 0) return;
      isFragment = true;
    }
    if (!has(context, at, size)) return printTruncated(context, "ip6");
    next = options.nextHeader(bytes, at);
    at += size;
    left -= size;
    if (left < 0) return printTruncated(context, "ip6");
  }
}

function headerSize(bytes: Uint8Array, at: number, kind: number): number {
  if (kind === IPPROTO_FRAGMENT) return fragment.IPV6_FRAGMENT_SIZE;
  return kind === IPPROTO_ROUTING
    ? routing.ipv6RoutingLength(bytes, at)
    : options.ipv6OptionsLength(bytes, at);
}

/** Prints one extension header. Returns false if it is truncated. */
function printExtension(context: Context, at: number, left: number, kind: number, size: number): boolean {
  if (kind === IPPROTO_ROUTING) return printRouting(context, at);
  if (!has(context, at, size)) return false;
  if (kind === IPPROTO_FRAGMENT) printFragment(context, at, left);
  else context.out.text(kind === IPPROTO_HOPOPTS ? "HBH " : "DSTOPT ");
  return true;
}

function printFragment(context: Context, at: number, left: number): void {
  const { out, bytes } = context;
  const offset = fragment.offset(bytes, at);
  out.text("frag (");
  if (context.options.verbose > 0) {
    out.text("0x");
    out.hex(fragment.identification(bytes, at), 8);
    out.byte(0x3a);
  }
  out.decimal(offset);
  out.byte(0x7c);
  out.decimal(left - fragment.IPV6_FRAGMENT_SIZE);
  out.text(")");
  if (offset === 0) out.byte(0x20);
}

/** Prints a Routing header (RFC 8200, section 4.4), with the addresses of type 0 (RFC 5095) and type 2 (RFC 6275). */
function printRouting(context: Context, at: number): boolean {
  const { out, bytes } = context;
  if (!has(context, at, routing.field.data)) return false;
  const length = routing.length(bytes, at);
  const type = routing.routingType(bytes, at);
  out.text("RT6 (len=");
  out.decimal(length);
  out.text(", type=");
  out.decimal(type);
  if (type === routing.IPV6_SRCRT_TYPE_0) out.text(" [Deprecated]");
  out.text(", segleft=");
  const left = routing.segmentsLeft(bytes, at);
  out.decimal(left);
  if (type === routing.IPV6_SRCRT_TYPE_0 && context.options.verbose > 0) {
    if (!has(context, at, routing.ADDRESSES)) return false;
    out.text(", rsv=0x");
    out.hex(readBe32(bytes, at + routing.field.data));
  }
  if (type === routing.IPV6_SRCRT_TYPE_0 || type === routing.IPV6_SRCRT_TYPE_2)
    for (let entry = 0; entry < length >>> 1; entry++) {
      const address = at + routing.ADDRESSES + entry * IPV6_ADDRESS_SIZE;
      if (!has(context, address, IPV6_ADDRESS_SIZE)) return false;
      out.text(", [");
      out.decimal(entry);
      out.text("]");
      out.ipv6(bytes, address);
      // Checksums of the payload cover the final destination.
      if (left > 0) context.destination = address;
    }
  out.text(") ");
  return true;
}

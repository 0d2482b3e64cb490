import { rightChecksum } from "../../../wire/packet/network/internet-checksum.js";
import { IPPROTO_UDP } from "../../../wire/packet/network/protocol-number.js";
import * as udp from "../../../wire/packet/transport/udp.js";
import { transportChecksum } from "../checksum.js";
import { type Context, has, printTruncated } from "../context.js";
import { printAddresses, printEndpoints } from "./addresses.js";
import { printUdpPayload } from "./udp-payload.js";

/** The largest value of the header's length field. */
const MAX_LENGTH = 0xffff;

/**
 * Prints a UDP datagram.
 * @param length number of the datagram's bytes on the wire according to the IP header
 */
export function printUdp(context: Context, start: number, length: number, isFragment: boolean): void {
  const { out, bytes, options } = context;
  if (!has(context, start, udp.field.length)) {
    printAddresses(context);
    return printTruncated(context, "udp");
  }
  const source = udp.sourcePort(bytes, start);
  const destination = udp.destinationPort(bytes, start);
  printEndpoints(context, IPPROTO_UDP, source, destination);
  if (length < udp.UDP_SIZE) return printShort(context, "truncated-udp ", length);
  if (!has(context, start, udp.field.checksum)) return printTruncated(context, "udp");
  let claimed = udp.length(bytes, start);
  if (claimed === 0 && length > MAX_LENGTH) claimed = length;
  if (claimed < udp.UDP_SIZE) return printShort(context, "truncated-udplength ", claimed);
  claimed -= udp.UDP_SIZE;
  const present = length - udp.UDP_SIZE;
  const payload = Math.min(claimed, present);
  const at = start + udp.UDP_SIZE;
  if (at > context.end) return printTruncated(context, "udp");
  // tcpdump checks the checksum over IPv4 only with -vv: it is optional there.
  const isVerbose = options.verbose > (context.ipVersion === 4 ? 1 : 0);
  if (isVerbose && options.verifyChecksums && !isFragment)
    printChecksum(context, start, payload + udp.UDP_SIZE);
  if (!options.quiet && printUdpPayload(context, at, payload, source, destination)) return;
  if (claimed > present && !isFragment) {
    out.text("UDP, bad length ");
    out.decimal(claimed);
    out.text(" > ");
    out.decimal(present);
    return;
  }
  out.text("UDP, length ");
  out.decimal(claimed);
}

function printShort({ out }: Context, words: string, length: number): void {
  out.text(words);
  out.decimal(length);
}

function printChecksum(context: Context, start: number, length: number): void {
  const { out, bytes } = context;
  const found = udp.checksum(bytes, start);
  if (found === 0) return out.text("[no cksum] ");
  if (!has(context, start, length)) return;
  const rest = transportChecksum(context, IPPROTO_UDP, start, length);
  if (rest === 0) return out.text("[udp sum ok] ");
  out.text("[bad udp cksum 0x");
  out.hex(found, 4);
  out.text(" -> 0x");
  out.hex(rightChecksum(found, rest), 4);
  out.text("!] ");
}

import { checksumRest, pseudoHeader, rightChecksum, sumWords } from "../checksum.js";
import { type Context, has, printTruncated } from "../context.js";
import { u16 } from "../field.js";
import { IPPROTO_UDP } from "../network/protocol-number.js";
import { printAddresses, printEndpoints } from "./addresses.js";
import { printUdpPayload } from "./udp-payload.js";

const HEADER_SIZE = 8;
const MAX_LENGTH = 65_535;

// RFC 768
const field = { destination: 2, length: 4, checksum: 6 };

/** @param length bytes that the datagram had, by the IP header's word */
export function printUdp(context: Context, start: number, length: number, isFragment: boolean): void {
  const { out, bytes, options } = context;
  if (!has(context, start, 4)) {
    printAddresses(context);
    return printTruncated(context, "udp");
  }
  const source = u16(bytes, start);
  const destination = u16(bytes, start + field.destination);
  printEndpoints(context, IPPROTO_UDP, source, destination);
  if (length < HEADER_SIZE) return printShort(context, "truncated-udp ", length);
  if (!has(context, start, 6)) return printTruncated(context, "udp");
  let claimed = u16(bytes, start + field.length);
  if (claimed === 0 && length > MAX_LENGTH) claimed = length;
  if (claimed < HEADER_SIZE) return printShort(context, "truncated-udplength ", claimed);
  claimed -= HEADER_SIZE;
  const present = length - HEADER_SIZE;
  const payload = Math.min(claimed, present);
  const at = start + HEADER_SIZE;
  if (at > context.end) return printTruncated(context, "udp");
  // tcpdump checks IPv4's with -vv only, where it may be left out.
  if (options.verbose > (context.ipVersion === 4 ? 1 : 0) && !isFragment)
    printChecksum(context, start, payload + HEADER_SIZE);
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
  const found = u16(bytes, start + field.checksum);
  if (found === 0) return out.text("[no cksum] ");
  if (!has(context, start, length)) return;
  const rest = checksumRest(
    pseudoHeader(context, IPPROTO_UDP, length) + sumWords(bytes, start, start + length),
  );
  if (rest === 0) return out.text("[udp sum ok] ");
  out.text("[bad udp cksum 0x");
  out.hex(found, 4);
  out.text(" -> 0x");
  out.hex(rightChecksum(found, rest), 4);
  out.text("!] ");
}

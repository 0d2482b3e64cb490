import * as ipv4 from "../../../wire/packet/network/ipv4.js";
import * as ipv6 from "../../../wire/packet/network/ipv6.js";
import type { Context } from "../context.js";

/** Prints "10.0.0.1 > 10.0.0.2: " from the context's IP header. */
export function printAddresses({ out, bytes, ipStart, ipVersion }: Context): void {
  if (ipVersion === 4) {
    out.ipv4(bytes, ipStart + ipv4.field.source);
    out.text(" > ");
    out.ipv4(bytes, ipStart + ipv4.field.destination);
  } else {
    out.ipv6(bytes, ipStart + ipv6.field.source);
    out.text(" > ");
    out.ipv6(bytes, ipStart + ipv6.field.destination);
  }
  out.text(": ");
}

/** Prints "10.0.0.1.1234 > 10.0.0.2.80: "; after an extension header only the ports, as tcpdump does. */
export function printEndpoints(
  context: Context,
  protocol: number,
  source: number,
  destination: number,
): void {
  const { out, bytes, ipStart, ipVersion } = context;
  const carried = ipVersion === 4 ? ipv4.protocol(bytes, ipStart) : ipv6.nextHeader(bytes, ipStart);
  const isDirect = carried === protocol;
  if (isDirect) {
    if (ipVersion === 4) out.ipv4(bytes, ipStart + ipv4.field.source);
    else out.ipv6(bytes, ipStart + ipv6.field.source);
    out.byte(0x2e);
  }
  out.decimal(source);
  out.text(" > ");
  if (isDirect) {
    if (ipVersion === 4) out.ipv4(bytes, ipStart + ipv4.field.destination);
    else out.ipv6(bytes, ipStart + ipv6.field.destination);
    out.byte(0x2e);
  }
  out.decimal(destination);
  out.text(": ");
}

import type { Context } from "../context.js";

/** "10.0.0.1 > 10.0.0.2: ", of the IP header that the context is in. */
export function printAddresses({ out, bytes, ipStart, ipVersion }: Context): void {
  if (ipVersion === 4) {
    out.ipv4(bytes, ipStart + 12);
    out.text(" > ");
    out.ipv4(bytes, ipStart + 16);
  } else {
    out.ipv6(bytes, ipStart + 8);
    out.text(" > ");
    out.ipv6(bytes, ipStart + 24);
  }
  out.text(": ");
}

/** "10.0.0.1.1234 > 10.0.0.2.80: "; ports alone behind an extension header, as tcpdump has it. */
export function printEndpoints(
  context: Context,
  protocol: number,
  source: number,
  destination: number,
): void {
  const { out, bytes, ipStart, ipVersion } = context;
  const isDirect = bytes[ipStart + (ipVersion === 4 ? 9 : 6)] === protocol;
  if (isDirect) {
    if (ipVersion === 4) out.ipv4(bytes, ipStart + 12);
    else out.ipv6(bytes, ipStart + 8);
    out.byte(0x2e);
  }
  out.decimal(source);
  out.text(" > ");
  if (isDirect) {
    if (ipVersion === 4) out.ipv4(bytes, ipStart + 16);
    else out.ipv6(bytes, ipStart + 24);
    out.byte(0x2e);
  }
  out.decimal(destination);
  out.text(": ");
}

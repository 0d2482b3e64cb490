const octet = Array.from({ length: 256 }, (_, value) => value.toString(16).padStart(2, "0"));

/** A hardware address as `ip` prints it: `02:fc:00:00:00:01`. */
export function formatHardwareAddress(bytes: Uint8Array): string {
  let text = "";
  for (let at = 0; at < bytes.length; at++) text += (at === 0 ? "" : ":") + octet[bytes[at] as number];
  return text;
}

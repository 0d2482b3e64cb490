const bytes = (mac: string): Buffer => Buffer.from(mac.replaceAll(":", ""), "hex");
const octets = (address: string): Buffer => Buffer.from(address.split(".").map(Number));

/** Returns an ARP reply to a host that claims an address for a hardware address, truthfully or not. */
export function arpReply(
  to: { readonly ip: string; readonly mac: string },
  address: string,
  mac: string,
  source = mac,
): Buffer {
  return Buffer.concat([
    bytes(to.mac),
    bytes(source),
    Buffer.from("08060001080006040002", "hex"),
    bytes(mac),
    octets(address),
    bytes(to.mac),
    octets(to.ip),
    Buffer.alloc(18),
  ]);
}

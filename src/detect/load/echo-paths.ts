import { usageError } from "../../errors.js";
import type { InterfaceAddress, InterfaceState } from "../../promiscuity/interface-state.js";
import { formatHardwareAddress } from "../../wire/hardware-address.js";
import { formatInetAddress } from "../../wire/inet-address.js";
import { writeIpv4Address, writeIpv6Address, writeMac } from "../../wire/parse-address.js";
import type { EchoPath } from "./echo-frame.js";
import { LOAD_OPERATION } from "./plan.js";
import type { LoadTarget } from "./result.js";

/** Addresses with these flags can't be used, or not yet. */
const UNUSABLE = new Set(["tentative", "dadfailed"]);

/**
 * Returns the source and destination of each target's echo requests. All addresses are spelled alike, so that they can
 * be compared.
 * @throws PromiscError `usage` for a text that isn't an address, a target that is named twice, or an interface that
 *   can't be used
 */
export function echoPaths(targets: readonly LoadTarget[], state: InterfaceState): EchoPath[] {
  const { ifname, address, linkType: type } = state;
  if (address === undefined || type !== "ether")
    throw usageError(LOAD_OPERATION, `${ifname} is no Ethernet interface`);
  const seen = new Set<string>();
  return targets.map(({ host, mac }) => {
    const destination = formatInetAddress(addressBytes(host)) ?? host;
    if (seen.has(destination)) throw usageError(LOAD_OPERATION, `${host} is named twice`);
    seen.add(destination);
    const bytes = new Uint8Array(6);
    writeMac(mac, bytes, 0);
    const destinationMac = formatHardwareAddress(bytes);
    const source = sourceAddressFor(destination, state.addrInfo, ifname);
    return { sourceMac: address, source, destinationMac, destination };
  });
}

/**
 * Returns the interface's address to use as the source towards a neighbour: one in the same network, if there is one.
 * @param host as the codecs print it
 * @throws PromiscError `usage` if the interface has no address of that family
 */
export function sourceAddressFor(
  host: string,
  addresses: readonly InterfaceAddress[],
  ifname: string,
): string {
  const family = host.includes(":") ? "inet6" : "inet";
  const usable = addresses.filter(
    (each) => each.family === family && !each.flags.some((flag) => UNUSABLE.has(flag)),
  );
  const bytes = addressBytes(host);
  const isNear = ({ local, prefixlen }: InterfaceAddress): boolean =>
    sharedBits(addressBytes(local), bytes) >= prefixlen;
  const found = usable.find(isNear) ?? usable.find(({ scope }) => scope === "global") ?? usable[0];
  if (found) return found.local;
  const protocol = family === "inet6" ? "IPv6" : "IPv4";
  throw usageError(LOAD_OPERATION, `${ifname} has no ${protocol} address to ask ${host} from`);
}

/**
 * Parses an address.
 * @throws PromiscError `usage` if the text isn't an address
 */
export function addressBytes(text: string): Uint8Array {
  const isIpv6 = text.includes(":");
  const bytes = new Uint8Array(isIpv6 ? 16 : 4);
  (isIpv6 ? writeIpv6Address : writeIpv4Address)(text, bytes, 0);
  return bytes;
}

function sharedBits(first: Uint8Array, second: Uint8Array): number {
  const at = first.findIndex((byte, index) => byte !== second[index]);
  return at < 0 ? first.length * 8 : at * 8 + Math.clz32((first[at] as number) ^ (second[at] as number)) - 24;
}

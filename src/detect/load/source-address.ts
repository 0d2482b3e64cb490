import { usageError } from "../../errors.js";
import type { InterfaceAddress } from "../../promiscuity/state.js";
import { writeIpv4Address, writeIpv6Address } from "../../wire/parse-address.js";
import { LOAD_OPERATION } from "./plan.js";

/** Such addresses can't be used, or not yet. */
const UNUSABLE = new Set(["tentative", "dadfailed"]);

/**
 * The interface's address from which a neighbour is asked: one of a network that both are in, if there is one.
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

/** @throws PromiscError `usage` if it is no address */
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

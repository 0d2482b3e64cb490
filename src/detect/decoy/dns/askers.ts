import { isIPv6 } from "node:net";
import { ipv6AddressAt } from "../../../wire/inet-address.js";
import { writeIpv6Address } from "../../../wire/parse-address.js";
import type { Asker } from "./event.js";
import type { DnsDecoyTarget } from "./options.js";

/** Identifies who sent a query. */
export class Askers {
  readonly #byMac = new Map<string, DnsDecoyTarget[]>();
  readonly #byAddress = new Map<string, DnsDecoyTarget>();
  readonly #resolvers: ReadonlySet<string>;

  /** @param resolvers addresses of hosts that ask on behalf of others */
  constructor(targets: readonly DnsDecoyTarget[], resolvers: Iterable<string>) {
    this.#resolvers = new Set([...resolvers].map(canonical));
    for (const target of targets) {
      this.#byAddress.set(canonical(target.host), target);
      const mac = target.mac.toLowerCase();
      this.#byMac.set(mac, [...(this.#byMac.get(mac) ?? []), target]);
    }
  }

  /**
   * Identifies the sender of a query.
   * @param isOutgoing whether this machine sent the query. The kernel knows this, whereas addresses can be forged
   * @param wasAsked whether somebody had already sent the sender a query for the same name
   */
  identify(
    { address, mac }: { readonly address: string; readonly mac: string },
    isOutgoing: boolean,
    wasAsked: boolean,
  ): { readonly asker: Exclude<Asker, "spoofed">; readonly target?: DnsDecoyTarget } {
    if (isOutgoing) return { asker: "self" };
    if (wasAsked || this.#resolvers.has(address)) return { asker: "resolver" };
    const ofMac = this.#byMac.get(mac) ?? [];
    const target = ofMac.find(({ host }) => canonical(host) === address);
    if (target) return { asker: "target", target };
    const [sameMac] = ofMac;
    if (sameMac) return { asker: "target-mac", target: sameMac };
    const sameAddress = this.#byAddress.get(address);
    return sameAddress ? { asker: "target-address", target: sameAddress } : { asker: "other" };
  }
}

/** Spells an address as it is spelled when read from a packet. */
function canonical(host: string): string {
  if (!isIPv6(host)) return host;
  const bytes = new Uint8Array(16);
  // A link-local address may be followed by its interface.
  writeIpv6Address(host.replace(/%.*/, ""), bytes, 0);
  return ipv6AddressAt(bytes, 0);
}

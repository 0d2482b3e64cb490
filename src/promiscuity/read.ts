import { namesOfNetnsIds } from "../linux/namespace/named-namespaces.js";
import { Rtnetlink } from "../linux/netlink/rtnetlink.js";
import type { Address } from "../wire/kernel/rtnetlink/address.js";
import type { Link } from "../wire/kernel/rtnetlink/link.js";
import { resolveLink, spoken } from "./interface-name.js";
import { describeInterface, type InterfaceState, type Neighbourhood } from "./interface-state.js";

/**
 * Reads the state of every interface in the calling thread's network namespace.
 * @returns the interfaces in the order in which `ip` prints them
 * @throws PromiscError `kernel` if the kernel refuses
 */
export function readInterfaces(): InterfaceState[] {
  using rtnetlink = new Rtnetlink();
  const links = rtnetlink.links();
  const byIndex = new Map(links.map((link) => [link.index, link]));
  const addresses = new Map<number, Address[]>();
  for (const address of rtnetlink.addresses()) {
    const ofLink = addresses.get(address.index);
    if (ofLink) ofLink.push(address);
    else addresses.set(address.index, [address]);
  }
  const neighbourhood = new LazyNeighbourhood(rtnetlink, byIndex);
  return links.map((link) => describeInterface(link, addresses.get(link.index) ?? [], neighbourhood));
}

/**
 * Reads the state of one interface in the calling thread's network namespace.
 * @param name a name, an alternative name, or a name as `ip` prints it (`veth0@if7`)
 * @throws PromiscError `usage` if the name can't be an interface's, `no-interface` if there is no such interface
 */
export function readInterface(name: string): InterfaceState {
  using rtnetlink = new Rtnetlink();
  const link = resolveLink(rtnetlink, name, `show ${spoken(name)}`);
  const neighbourhood = new LazyNeighbourhood(rtnetlink, new Map([[link.index, link]]));
  return describeInterface(link, rtnetlink.addresses(link.index), neighbourhood);
}

/** Looks up other links and namespaces when they are first needed. */
class LazyNeighbourhood implements Neighbourhood {
  readonly #rtnetlink: Rtnetlink;
  readonly #links: Map<number, Link>;
  #netnsNames: Map<number, string> | undefined;

  constructor(rtnetlink: Rtnetlink, links: Map<number, Link>) {
    this.#rtnetlink = rtnetlink;
    this.#links = links;
  }

  link(index: number): Link | undefined {
    const known = this.#links.get(index) ?? this.#rtnetlink.linkIfExists(index);
    if (known) this.#links.set(index, known);
    return known;
  }

  netnsName(id: number): string | undefined {
    this.#netnsNames ??= namesOfNetnsIds(this.#rtnetlink);
    return this.#netnsNames.get(id);
  }
}

import { PromiscError, usageError } from "../../../errors.js";
import { describeErrno, ENETDOWN } from "../../../linux/ffi/errno.js";
import { Rtnetlink } from "../../../linux/netlink/rtnetlink.js";
import { resolveLink } from "../../../promiscuity/interface-name.js";
import { formatHardwareAddress } from "../../../wire/hardware-address.js";
import { formatInetAddress } from "../../../wire/inet-address.js";
import { AF_INET } from "../../../wire/kernel/address-family.js";
import { type Address, IFA_F_TENTATIVE } from "../../../wire/kernel/rtnetlink/address.js";
import { ARPHRD_ETHER } from "../../../wire/kernel/rtnetlink/arphrd.js";
import { IFF_LOOPBACK, IFF_UP, type Link } from "../../../wire/kernel/rtnetlink/link.js";
import { interfaceOfDefaultRoute } from "../../ethernet-interface.js";
import type { Prober } from "../probe/frame.js";
import { interfaceTowards, ONLY_THE_LINK } from "./leading-interface.js";
import { covers, linkLocal, type Network, onLinkPrefixes, type Prefix } from "./prefix.js";
import { type AddressRange, block, toNumber } from "./range.js";

/** An interface to scan through, with what is needed to ask the hosts of its network. */
export interface ScanInterface extends Prober {
  readonly name: string;
  readonly index: number;
  readonly macBytes: Uint8Array;
  /** `veth`, `bridge` and so on. Undefined for hardware. */
  readonly kind: string | undefined;
  /** Its networks, each as an address with a prefix length. */
  readonly networks: readonly Network[];
}

/**
 * Finds the interface to scan through: the one that is named, otherwise that of the route to the first target, and
 * without targets that of the default route.
 * @throws PromiscError `no-interface` if there is none, `usage` if it isn't Ethernet, has no address, or a target isn't
 *   on its link, `kernel` if it is down
 */
export function findScanInterface(name: string | undefined, targets: readonly AddressRange[]): ScanInterface {
  using rtnetlink = new Rtnetlink();
  const link = chooseLink(rtnetlink, name, targets);
  const found = describe(link, rtnetlink.addresses(link.index), targets);
  const elsewhere = targets.filter(
    (target) => ![...found.networks, linkLocal].some((own) => covers(own, target)),
  );
  if (elsewhere.length > 0) requireOnLink(found, elsewhere, onLinkPrefixes(rtnetlink.routes(), link.index));
  return found;
}

/**
 * Returns what is scanned if there are no targets: the interface's first IPv4 network, or if it has none, all nodes of
 * its link.
 */
export function ownNetwork({ networks }: ScanInterface): AddressRange[] {
  const network = networks.find(({ family }) => family === 4);
  if (!network) return [];
  const range = block(4, network.address, network.prefixLength);
  return [{ ...range, isNamed: false, text: network.text, zone: undefined }];
}

function chooseLink(rtnetlink: Rtnetlink, name: string | undefined, targets: readonly AddressRange[]): Link {
  const chosen = name ?? targets.find(({ zone }) => zone !== undefined)?.zone;
  if (chosen !== undefined) return resolveLink(rtnetlink, chosen, `scan by ${chosen}`);
  const [first] = targets;
  return first ? interfaceTowards(rtnetlink, first) : interfaceOfDefaultRoute(rtnetlink, "scan");
}

function describe(
  link: Link,
  addresses: readonly Address[],
  targets: readonly AddressRange[],
): ScanInterface {
  const { name = "", index, type, flags, address } = link;
  const operation = `scan by ${name}`;
  if (type !== ARPHRD_ETHER || flags & IFF_LOOPBACK || address?.length !== 6)
    throw usageError(
      operation,
      "it isn't an Ethernet interface",
      "scan sends Ethernet frames: name another interface",
    );
  if (!(flags & IFF_UP))
    throw new PromiscError({
      code: "kernel",
      operation,
      errno: describeErrno(ENETDOWN),
      onlyReason: true,
      reason: "the interface is down",
      hint: `bring it up: ip link set ${name} up`,
    });
  // Nobody answers to an address that may still turn out to be a duplicate.
  const networks = addresses
    .filter((each) => !(each.flags & IFA_F_TENTATIVE))
    .map(networkOf)
    .filter((network) => network !== undefined);
  const isLinkLocal = ({ family, address }: Network): boolean =>
    covers(linkLocal, { family, first: address, last: address });
  const ipv4 = ipv4Source(networks, targets, operation);
  const ipv6 = networks.find(isLinkLocal) ?? networks.find(({ family }) => family === 6);
  if (!ipv4 && !ipv6)
    throw usageError(
      operation,
      "it has no IP address",
      `give it one: ip address add 192.0.2.2/24 dev ${name}`,
    );
  return {
    name,
    index,
    mac: formatHardwareAddress(address),
    macBytes: address,
    kind: link.info?.kind,
    ipv4: ipv4 && addressText(ipv4),
    ipv6: ipv6 && addressText(ipv6),
    networks,
  };
}

function addressText({ text }: Network): string {
  return text.slice(0, text.indexOf("/"));
}

/**
 * Returns the network of an address, or undefined for another address family. On a point-to-point link, the peer's
 * address isn't the interface's own.
 */
function networkOf({ family, local, address, prefixLength }: Address): Network | undefined {
  const bytes = local ?? address;
  if (!bytes || (bytes.length !== 4 && bytes.length !== 16)) return undefined;
  return {
    family: family === AF_INET ? 4 : 6,
    address: toNumber(bytes),
    prefixLength,
    text: `${formatInetAddress(bytes)}/${prefixLength}`,
  };
}

/**
 * Requires that targets outside the interface's own networks are on its link by a route without a router. It would be
 * no use to ask the kernel for a route restricted to this interface, because it would then treat any IPv4 address as a
 * neighbour.
 */
function requireOnLink(
  { name, networks }: ScanInterface,
  targets: readonly AddressRange[],
  onLink: readonly Prefix[],
): void {
  for (const target of targets) {
    const own = networks.filter(({ family }) => family === target.family);
    if (own.length > 0 && onLink.some((prefix) => covers(prefix, target))) continue;
    const known = own.map(({ text }) => text).join(", ") || `no IPv${target.family} address`;
    throw usageError(`scan ${target.text} by ${name}`, `it isn't on its network (${known})`, ONLY_THE_LINK);
  }
}

/**
 * Returns the interface's own IPv4 address in the network of the targets, or its first one. Hosts would answer an
 * address of another network through a router.
 * @param networks the interface's own
 * @returns undefined if the interface has no IPv4 address
 * @throws PromiscError `usage` if the targets are in several networks
 */
function ipv4Source(
  networks: readonly Network[],
  targets: readonly AddressRange[],
  operation: string,
): Network | undefined {
  const own = networks.filter(({ family }) => family === 4);
  const wanted = new Set(targets.map((target) => own.find((network) => covers(network, target))));
  wanted.delete(undefined);
  const [source = own[0]] = wanted;
  if (wanted.size < 2) return source;
  const texts = [...wanted].map((network) => network?.text);
  throw usageError(
    operation,
    `the targets are in several of its networks: ${texts.join(", ")}`,
    "scan one after the other: this host asks each from its address there",
  );
}

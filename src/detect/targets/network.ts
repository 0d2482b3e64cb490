import { readFileSync } from "node:fs";
import { PromiscError } from "../../errors.js";
import { Rtnetlink } from "../../linux/rtnetlink.js";
import { resolveLink } from "../../promiscuity/interface-name.js";
import { formatHardwareAddress } from "../../wire/hardware-address.js";
import { formatInetAddress } from "../../wire/inet-address.js";
import { type Address, AF_INET, IFA_F_TENTATIVE } from "../../wire/rtnetlink/address.js";
import { IFF_LOOPBACK, IFF_UP, type Link } from "../../wire/rtnetlink/link.js";
import type { Prober } from "../probe/frame.js";
import { type AddressRange, block, toNumber } from "./range.js";

const ARPHRD_ETHER = 1;
const LINK_LOCAL = 0xfe80n << 112n;

/** An interface to scan by: what it needs to ask its network's hosts. */
export interface ScanInterface extends Prober {
  readonly name: string;
  readonly index: number;
  readonly macBytes: Uint8Array;
  /** `veth`, `bridge` and the like; undefined for hardware. */
  readonly kind: string | undefined;
  /** Its networks, as address and prefix length. */
  readonly networks: readonly Network[];
}

export interface Network {
  readonly family: 4 | 6;
  readonly address: bigint;
  readonly prefixLength: number;
  readonly text: string;
}

/**
 * The interface to scan by: the one named, or the one that a route leads by to the targets, or without any, to the world.
 * @throws PromiscError `no-interface`, `usage` if it isn't Ethernet, has no address, or a target isn't on its network,
 *   `kernel` if it is down
 */
export function findScanInterface(name: string | undefined, targets: readonly AddressRange[]): ScanInterface {
  using rtnetlink = new Rtnetlink();
  const chosen = name ?? targets.find(({ zone }) => zone !== undefined)?.zone;
  const link =
    chosen === undefined ? route(rtnetlink, targets) : resolveLink(rtnetlink, chosen, `scan by ${chosen}`);
  const found = describe(link, rtnetlink.addresses(link.index));
  for (const target of targets) requireOnNetwork(found, target);
  return found;
}

/** What is scanned if nothing is named: the interface's first IPv4 network, or else all nodes of its link. */
export function ownNetwork({ networks }: ScanInterface): AddressRange[] {
  const network = networks.find(({ family }) => family === 4);
  if (!network) return [];
  const range = block(4, network.address, network.prefixLength);
  return [{ ...range, isNamed: false, text: network.text, zone: undefined }];
}

function route(rtnetlink: Rtnetlink, targets: readonly AddressRange[]): Link {
  const links = rtnetlink
    .links()
    .filter(({ type, flags }) => type === ARPHRD_ETHER && !(flags & IFF_LOOPBACK));
  const addresses = rtnetlink.addresses();
  const [first] = targets;
  if (first) {
    const index = addresses.find((address) => contains(networkOf(address), first.first))?.index;
    const link = links.find((each) => each.index === index);
    if (link) return link;
    throw usage(
      `scan ${first.text}`,
      "no interface's network has it: only hosts of the same link can be scanned",
    );
  }
  const gateway = defaultInterface();
  const candidates = links.filter(
    ({ index, flags }) =>
      flags & IFF_UP && addresses.some((address) => address.index === index && address.family === AF_INET),
  );
  const link =
    candidates.find((each) => each.name === gateway) ?? (candidates.length === 1 ? candidates[0] : undefined);
  if (link) return link;
  throw usage(
    "scan",
    candidates.length === 0
      ? "no Ethernet interface is up and has an IPv4 address"
      : `there are several networks: ${candidates.map(({ name }) => name).join(", ")}`,
    "name the interface: promisc scan -i IFACE",
  );
}

/** proc(5), /proc/net/route: interface, destination, and so on; a destination of zeros is the default route. */
function defaultInterface(): string | undefined {
  const [, ...routes] = readFileSync("/proc/thread-self/net/route", "latin1").trimEnd().split("\n");
  return routes
    .map((line) => line.split("\t"))
    .find(([, destination]) => destination === "00000000")?.[0]
    ?.trim();
}

function describe(link: Link, addresses: readonly Address[]): ScanInterface {
  const { name = "", index, type, flags, address } = link;
  const operation = `scan by ${name}`;
  if (type !== ARPHRD_ETHER || flags & IFF_LOOPBACK || address?.length !== 6)
    throw usage(
      operation,
      "it isn't an Ethernet interface",
      "scan sends Ethernet frames: name another interface",
    );
  if (!(flags & IFF_UP))
    throw new PromiscError({
      code: "kernel",
      operation,
      reason: "the interface is down",
      hint: `bring it up: ip link set ${name} up`,
    });
  // Nobody answers to an address that may still turn out to be another's.
  const networks = addresses
    .filter((each) => !(each.flags & IFA_F_TENTATIVE))
    .map(networkOf)
    .filter((network) => network !== undefined);
  const isLinkLocal = (each: Network): boolean =>
    each.family === 6 && each.address >> 118n === LINK_LOCAL >> 118n;
  const ipv4 = networks.find(({ family }) => family === 4);
  const ipv6 = networks.find(isLinkLocal) ?? networks.find(({ family }) => family === 6);
  if (!ipv4 && !ipv6)
    throw usage(operation, "it has no IP address", `give it one: ip address add 192.0.2.2/24 dev ${name}`);
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

/** Undefined for an address of another family. The peer's of a point-to-point link isn't the interface's own. */
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

function contains(network: Network | undefined, address: bigint): boolean {
  if (!network) return false;
  const host = BigInt((network.family === 4 ? 32 : 128) - network.prefixLength);
  return network.address >> host === address >> host;
}

function requireOnNetwork(
  { name, networks }: ScanInterface,
  { family, first, last, text }: AddressRange,
): void {
  if (family === 6 && first >> 118n === LINK_LOCAL >> 118n) return;
  const own = networks.filter((network) => network.family === family);
  if (own.some((network) => contains(network, first) && contains(network, last))) return;
  const known = own.map((network) => network.text).join(", ") || `no IPv${family} address`;
  throw usage(
    `scan ${text} by ${name}`,
    `it isn't on its network (${known})`,
    "only hosts of the same link can be scanned: frames with wrong addresses cross no router",
  );
}

function usage(operation: string, reason: string, hint?: string): PromiscError {
  return new PromiscError({ code: "usage", operation, reason, ...(hint === undefined ? {} : { hint }) });
}

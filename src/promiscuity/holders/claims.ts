import type { UserFinder } from "../../linux/process/process-details.js";
import { formatHardwareAddress } from "../../wire/hardware-address.js";
import { PACKET_MR_ALLMULTI, PACKET_MR_PROMISC, PACKET_MR_UNICAST } from "../../wire/kernel/packet-mreq.js";
import { IFF_ALLMULTI, IFF_PROMISC, type Link } from "../../wire/kernel/rtnetlink/link.js";
import type { PacketSocket } from "../../wire/kernel/sock-diag/packet.js";
import type { Claim, Counter } from "./accounting.js";
import { describeDevice, type LocatedLink, socketFacts } from "./facts.js";
import type { Holder } from "./holder.js";
import { holdsOfMaster } from "./masters.js";
import { keyOf } from "./stacked-links.js";
import { hasSecondaryAddress, holdsOfUpper } from "./uppers.js";

/** Everything that may hold a link. */
export interface Evidence {
  readonly link: Link;
  /** Links stacked on it, in any namespace. */
  readonly uppers: readonly LocatedLink[];
  readonly master: LocatedLink | undefined;
  /** Its secondary unicast addresses. */
  readonly unicastAddresses: readonly Uint8Array[];
  /** The packet sockets of its namespace. */
  readonly sockets: readonly PacketSocket[];
}

/** The parts of a namespace that {@link gatherEvidence} needs. */
export interface EvidenceNamespace {
  readonly inode: number;
  readonly sockets: readonly PacketSocket[];
  /** The secondary unicast addresses of each link, by the link's index. */
  readonly unicastAddresses: ReadonlyMap<number, readonly Uint8Array[]>;
}

/**
 * Collects what may hold one link of a namespace.
 * @param links the namespace's links by index
 * @param uppers the stacked links of all namespaces, as `stackedLinks` returns them
 */
export function gatherEvidence(
  namespace: EvidenceNamespace,
  links: ReadonlyMap<number, Link>,
  link: Link,
  uppers: ReadonlyMap<string, readonly LocatedLink[]>,
): Evidence {
  const { inode, sockets, unicastAddresses } = namespace;
  const master = links.get(link.master ?? 0);
  return {
    link,
    uppers: uppers.get(keyOf(inode, link.index)) ?? [],
    master: master && { link: master, netns: inode },
    unicastAddresses: unicastAddresses.get(link.index) ?? [],
    sockets,
  };
}

/** Returns the holder for a socket that holds this many units, with the socket's processes. */
export type DescribeSocket = (socket: PacketSocket, units: number) => Holder;

/**
 * Returns the claims on a link's count, by the kernel's rules.
 * @param findUser finds the users of sockets that nothing else describes
 */
export function claimsOn(
  evidence: Evidence,
  counter: Counter,
  describe: DescribeSocket,
  findUser?: UserFinder,
): Claim[] {
  const { link, uppers, master } = evidence;
  return [
    ...claimOfFlag(link, counter),
    ...claimsOfSockets(evidence, counter, describe),
    ...uppers.flatMap((upper) => holdsOfUpper(upper, counter)),
    ...(master ? holdsOfMaster(master, link, counter) : []),
    ...(counter === "promiscuity" ? claimOfAddresses(evidence, findUser) : []),
  ];
}

function claimOfFlag({ flags }: Link, counter: Counter): Claim[] {
  const flag = counter === "promiscuity" ? IFF_PROMISC : IFF_ALLMULTI;
  return flags & flag ? [{ holder: { kind: "flag", units: 1 }, certainty: "counted" }] : [];
}

/** A socket holds one unit for each entry of its membership list. A socket whose list is unknown may hold any link. */
function claimsOfSockets({ link, sockets }: Evidence, counter: Counter, describe: DescribeSocket): Claim[] {
  const type = counter === "promiscuity" ? PACKET_MR_PROMISC : PACKET_MR_ALLMULTI;
  return sockets.flatMap((socket): Claim[] => {
    if (!socket.memberships) return [{ holder: describe(socket, 1), certainty: "possible" }];
    const units = socket.memberships.filter((each) => each.index === link.index && each.type === type).length;
    return units === 0 ? [] : [{ holder: describe(socket, units), certainty: "counted" }];
  });
}

function withMembership(sockets: readonly PacketSocket[], { index }: Link, type: number): PacketSocket[] {
  return sockets.filter(({ memberships }) =>
    memberships?.some((each) => each.index === index && each.type === type),
  );
}

/** Kinds of links whose forwarding database holds other hosts' addresses, not their own. */
const kindsWithForwarding = new Set(["bridge", "vxlan", "geneve"]);

/**
 * A device that can't filter unicast addresses (no `IFF_UNICAST_FLT`) takes one unit for all of its secondary addresses
 * together (net/core/dev.c, __dev_set_rx_mode). The kernel doesn't report which devices can filter.
 */
function claimOfAddresses(
  { link, uppers, unicastAddresses, sockets }: Evidence,
  findUser: UserFinder | undefined,
): Claim[] {
  const owners = uppers.filter((upper) => hasSecondaryAddress(upper, link));
  const asking = withMembership(sockets, link, PACKET_MR_UNICAST);
  const listed = kindsWithForwarding.has(link.info?.kind ?? "") ? [] : unicastAddresses;
  const ofOwners = owners.flatMap((owner) => owner.link.address ?? []);
  const addresses = new Set([...listed, ...ofOwners].map(formatHardwareAddress));
  if (addresses.size === 0 && asking.length === 0) return [];
  return [
    {
      holder: {
        kind: "unicast-addresses",
        units: 1,
        addresses: [...addresses],
        devices: owners.map(describeDevice),
        sockets: asking.map((socket) => socketFacts(socket, findUser)),
      },
      certainty: "possible",
    },
  ];
}

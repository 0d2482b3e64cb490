import { formatHardwareAddress } from "../../wire/hardware-address.js";
import { PACKET_MR_ALLMULTI, PACKET_MR_PROMISC, PACKET_MR_UNICAST } from "../../wire/packet-mreq.js";
import { IFF_ALLMULTI, IFF_PROMISC, type Link } from "../../wire/rtnetlink/link.js";
import type { PacketSocket } from "../../wire/sock-diag/packet.js";
import type { Claim, Counter } from "./account.js";
import { describeDevice, type LocatedLink } from "./devices.js";
import type { Holder, SocketFacts } from "./holder.js";
import { holdsOfMaster } from "./masters.js";
import { hasSecondaryAddress, holdsOfUpper } from "./uppers.js";

/** Everything that may hold one link. */
export interface Evidence {
  readonly link: Link;
  /** Links stacked on it, in whatever namespace. */
  readonly uppers: readonly LocatedLink[];
  readonly master: LocatedLink | undefined;
  /** Its secondary unicast addresses. */
  readonly unicastAddresses: readonly Uint8Array[];
  /** The packet sockets of its namespace. */
  readonly sockets: readonly PacketSocket[];
  readonly knowsMemberships: boolean;
}

/** How sockets are shown. */
export interface SocketDescriptions {
  holder(socket: PacketSocket): Holder;
  facts(socket: PacketSocket): SocketFacts;
}

/** Who claims a unit of a link's count, by the kernel's rules. */
export function claimsOn(evidence: Evidence, counter: Counter, describe: SocketDescriptions): Claim[] {
  const { link, uppers, master } = evidence;
  return [
    ...claimOfFlag(link, counter),
    ...claimsOfSockets(evidence, counter, describe),
    ...uppers.flatMap((upper) => holdsOfUpper(upper, counter)),
    ...(master ? holdsOfMaster(master, link, counter) : []),
    ...(counter === "promiscuity" ? claimOfAddresses(evidence, describe) : []),
  ];
}

function claimOfFlag({ flags }: Link, counter: Counter): Claim[] {
  const flag = counter === "promiscuity" ? IFF_PROMISC : IFF_ALLMULTI;
  return flags & flag ? [{ holder: { kind: "flag", units: 1 }, certainty: "counted" }] : [];
}

function claimsOfSockets(
  { link, sockets, knowsMemberships }: Evidence,
  counter: Counter,
  describe: SocketDescriptions,
): Claim[] {
  const type = counter === "promiscuity" ? PACKET_MR_PROMISC : PACKET_MR_ALLMULTI;
  if (knowsMemberships)
    return withMembership(sockets, link, type).map((socket) => ({
      holder: describe.holder(socket),
      certainty: "counted",
    }));
  // An unbound socket may hold any interface.
  return sockets
    .filter(({ info }) => !info?.index || info.index === link.index)
    .map((socket) => ({ holder: describe.holder(socket), certainty: "possible" }));
}

function withMembership(sockets: readonly PacketSocket[], { index }: Link, type: number): PacketSocket[] {
  return sockets.filter(({ memberships }) =>
    memberships?.some((each) => each.index === index && each.type === type),
  );
}

/** Links whose entries in the forwarding database are other hosts' addresses, not their own. */
const kindsWithForwarding = new Set(["bridge", "vxlan", "geneve"]);

/**
 * A device that can't filter unicast addresses (no `IFF_UNICAST_FLT`) becomes promiscuous for all its secondary ones
 * together (net/core/dev.c, __dev_set_rx_mode). The kernel doesn't say which devices can.
 */
function claimOfAddresses(
  { link, uppers, unicastAddresses, sockets }: Evidence,
  describe: SocketDescriptions,
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
        sockets: asking.map(describe.facts),
      },
      certainty: "possible",
    },
  ];
}

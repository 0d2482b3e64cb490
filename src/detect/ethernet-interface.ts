import { usageError } from "../errors.js";
import type { Rtnetlink } from "../linux/netlink/rtnetlink.js";
import { resolveLink } from "../promiscuity/interface-name.js";
import { formatHardwareAddress } from "../wire/hardware-address.js";
import type { Address } from "../wire/kernel/rtnetlink/address.js";
import type { Link } from "../wire/kernel/rtnetlink/link.js";

/** linux/if_arp.h */
const ARPHRD_ETHER = 1;

/** An interface that decoys can be sent by. */
export interface EthernetInterface {
  readonly link: Link;
  /** Its Ethernet address, which every decoy is from: another one would mislead switches, and trip their port security. */
  readonly mac: string;
  readonly addresses: readonly Address[];
}

/** @throws PromiscError `usage` if it isn't Ethernet, `no-interface` if there is none */
export function ethernetInterface(rtnetlink: Rtnetlink, name: string, operation: string): EthernetInterface {
  const link = resolveLink(rtnetlink, name, operation);
  if (link.type !== ARPHRD_ETHER || link.address?.length !== 6)
    throw usageError(operation, "it isn't an Ethernet interface", "promisc show lists the interfaces");
  return { link, mac: formatHardwareAddress(link.address), addresses: rtnetlink.addresses(link.index) };
}

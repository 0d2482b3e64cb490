import { discoverNamespaces } from "../../../linux/namespace/discover-namespaces.js";
import { Rtnetlink } from "../../../linux/netlink/rtnetlink.js";
import { readProcessTable } from "../../../linux/process/process-table.js";
import { present } from "../../../present.js";
import { keepLink } from "../../../promiscuity/holders/keep-link.js";
import { formatHardwareAddress } from "../../../wire/hardware-address.js";
import type { Link } from "../../../wire/kernel/rtnetlink/link.js";
import type { LocalDevice } from "./evidence.js";

/**
 * Returns the interfaces of this machine by hardware address, in every network namespace that may be entered. If a
 * neighbour is a container on this machine, the kernel knows for certain what a scan can only guess. An address that
 * several interfaces have proves nothing and is left out.
 */
export function readLocalDevices(): Map<string, LocalDevice> {
  const devices = new Map<string, LocalDevice | undefined>();
  const { namespaces: discovered } = discoverNamespaces(readProcessTable());
  try {
    for (const { namespace, names } of discovered) {
      const [netnsName] = names;
      for (const { address, name = "", info, promiscuity = 0 } of linksOf(namespace)) {
        if (address?.length !== 6) continue;
        const mac = formatHardwareAddress(address);
        const kind = info?.kind === undefined ? {} : { kind: info.kind };
        const where = { netns: namespace.inode, ...present({ netnsName }) };
        const device: LocalDevice = { ...where, ifname: name, ...kind, promiscuity };
        devices.set(mac, devices.has(mac) ? undefined : device);
      }
    }
  } finally {
    for (const { namespace } of discovered) namespace[Symbol.dispose]();
  }
  return new Map([...devices].filter((entry): entry is [string, LocalDevice] => entry[1] !== undefined));
}

/** A namespace with more interfaces was made to exhaust this process's memory. */
const MOST_LINKS = 10_000;

/** Returns no links of a namespace that this process may not enter. */
function linksOf(namespace: { enter<Result>(action: () => Result): Result }): Link[] {
  try {
    return namespace.enter(() => {
      using rtnetlink = new Rtnetlink();
      return rtnetlink.linksPartly(keepLink, { most: MOST_LINKS }).values;
    });
  } catch {
    return [];
  }
}

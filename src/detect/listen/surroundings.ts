import { Rtnetlink } from "../../linux/rtnetlink.js";
import { formatHardwareAddress } from "../../wire/hardware-address.js";
import { formatInetAddress } from "../../wire/inet-address.js";
import { hopsOf } from "../../wire/rtnetlink/route.js";
import { ethernetInterface } from "../decoy/ethernet-interface.js";
import type { Surroundings } from "./ledger.js";

/**
 * What the kernel knows of an interface's neighbours before anything is heard.
 * @throws PromiscError `no-interface`, `usage` if it isn't Ethernet
 */
export function readSurroundings(name: string, operation: string): Surroundings {
  using rtnetlink = new Rtnetlink();
  const { link, mac, addresses } = ethernetInterface(rtnetlink, name, operation);
  const ifname = link.name ?? name;
  const own = addresses.map(({ local, address = new Uint8Array(0) }) => formatInetAddress(local ?? address));
  const neighbours = rtnetlink
    .neighbours(link.index)
    .flatMap(({ destination, linkAddress }): [string, string][] => {
      const address = destination && formatInetAddress(destination);
      return address && linkAddress?.length === 6 ? [[address, formatHardwareAddress(linkAddress)]] : [];
    })
    // Groups are in the table too, at addresses that are computed.
    .filter(([, at]) => (Number.parseInt(at.slice(0, 2), 16) & 1) === 0 && at !== "00:00:00:00:00:00");
  const gateways = rtnetlink
    .routes()
    .flatMap(hopsOf)
    .map(({ index, gateway }) => (gateway && index === link.index ? formatInetAddress(gateway) : null));
  return {
    ifname,
    mac,
    own: new Set(own.filter((address) => address !== null)),
    gateways: new Set(gateways.filter((address) => address !== null)),
    neighbours,
  };
}

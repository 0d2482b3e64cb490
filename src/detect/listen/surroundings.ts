import { readFileSync } from "node:fs";
import { Rtnetlink } from "../../linux/rtnetlink.js";
import { formatHardwareAddress } from "../../wire/hardware-address.js";
import { formatInetAddress, ipv4AddressAt, ipv6AddressAt } from "../../wire/inet-address.js";
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
  return {
    ifname,
    mac,
    own: new Set(own.filter((address) => address !== null)),
    gateways: new Set([...gateways4(ifname), ...gateways6(ifname)]),
    neighbours,
  };
}

/** proc(5), /proc/net/route: interface, destination, gateway, in the machine's byte order, as hexadecimal digits. */
function gateways4(ifname: string): string[] {
  return lines("/proc/thread-self/net/route")
    .slice(1)
    .map((line) => line.split("\t"))
    .filter(([by, , gateway]) => by === ifname && gateway !== "00000000")
    .map(([, , gateway = "0"]) => {
      const word = new Uint8Array(Uint32Array.of(Number.parseInt(gateway, 16)).buffer);
      return ipv4AddressAt(word, 0);
    });
}

/** /proc/net/ipv6_route: destination, its length, source, its length, next hop, …, interface. */
function gateways6(ifname: string): string[] {
  return lines("/proc/thread-self/net/ipv6_route")
    .map((line) => line.trim().split(/\s+/))
    .filter((fields) => fields[9] === ifname && !/^0*$/.test(fields[4] ?? ""))
    .map((fields) => ipv6AddressAt(Buffer.from(fields[4] ?? "", "hex"), 0));
}

/** None of a kernel without that protocol. */
function lines(path: string): string[] {
  try {
    return readFileSync(path, "latin1").trimEnd().split("\n");
  } catch {
    return [];
  }
}

import { readFileSync } from "node:fs";
import { ip } from "./namespace.js";

/** Makes two ends of a cable, up and silent: without IPv6, nothing is sent by them that isn't sent here. */
export function cable(a: string, b: string, { mtu = 1500 } = {}): void {
  ip(`link add ${a} type veth peer name ${b}`);
  for (const end of [a, b]) {
    ip(`link set ${end} mtu ${mtu} addrgenmode none arp off`);
    ip(`link set ${end} up`);
  }
}

export function indexOf(name: string): number {
  return Number(readFileSync(`/sys/class/net/${name}/ifindex`, "latin1"));
}

import { readFileSync } from "node:fs";
import { PacketSender } from "../../../src/linux/packet/packet-send.js";
import { ip } from "./namespace.js";

/**
 * Makes the two ends of a cable, which are up. They are silent because without IPv6 the kernel sends nothing by itself.
 */
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

/** Sends frames at once through one socket, because the kernel takes milliseconds to close a socket. */
export function sendFrames(name: string, frames: Iterable<Uint8Array>): void {
  using sender = new PacketSender(indexOf(name), "send test frames");
  for (const frame of frames) sender.send(frame);
}

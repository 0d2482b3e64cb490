import { existsSync } from "node:fs";

/**
 * Reports whether an interface is a wireless one (WLAN). sysfs(5) says so, and it shows the network namespace of the
 * process that mounted it: in another namespace, an interface of that name there is meant.
 */
export function isWireless(name: string): boolean {
  return existsSync(`/sys/class/net/${name}/wireless`);
}

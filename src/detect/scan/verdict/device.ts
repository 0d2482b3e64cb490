import { firstByte, LOCAL_BIT } from "../../../wire/packet/link/ethernet-address.js";
import type { DeviceEvidence } from "./evidence.js";

/**
 * Prefixes that hypervisors give to virtual cards. Some aren't registered with the IEEE, because they are locally
 * administered.
 */
const hypervisors: Readonly<Record<string, string>> = {
  "52:54:00": "QEMU",
  "00:0c:29": "VMware",
  "00:50:56": "VMware",
  "00:05:69": "VMware",
  "00:15:5d": "Microsoft Hyper-V",
  "08:00:27": "VirtualBox",
  "0a:00:27": "VirtualBox",
  "00:16:3e": "Xen",
  "00:1c:42": "Parallels",
  "02:16:3e": "Xen",
};
const DOCKER = "02:42";

/** The owners of prefixes registered with the IEEE: six digits, mapped to lines with the name and postal address. */
export type VendorRegistry = Readonly<Record<string, string>>;

/** Reads the registry. It is large, so read it only when there is an address of a vendor to look up. */
export async function readVendors(): Promise<VendorRegistry> {
  const { default: registry } = await import("oui-data", { with: { type: "json" } });
  return registry;
}

/** Returns what a hardware address says about its device. */
export function deviceOf(mac: string, vendors: VendorRegistry): DeviceEvidence {
  const hypervisor = hypervisors[mac.slice(0, 8)];
  if (hypervisor) return { vendor: hypervisor, origin: "hypervisor" };
  if (mac.startsWith(DOCKER)) return { origin: "container" };
  if (isLocallyAdministered(mac)) return { origin: "local" };
  const [vendor] = vendors[mac.slice(0, 8).replaceAll(":", "").toUpperCase()]?.split("\n") ?? [];
  return vendor === undefined ? { origin: "vendor" } : { vendor, origin: "vendor" };
}

/** Reports whether the address was made up, so that no vendor is registered for it. */
export function isLocallyAdministered(mac: string): boolean {
  return (firstByte(mac) & LOCAL_BIT) !== 0;
}

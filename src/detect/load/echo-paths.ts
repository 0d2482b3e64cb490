import { usageError } from "../../errors.js";
import type { InterfaceState } from "../../promiscuity/state.js";
import { formatHardwareAddress } from "../../wire/hardware-address.js";
import { formatInetAddress } from "../../wire/inet-address.js";
import { writeMac } from "../../wire/parse-address.js";
import type { EchoPath } from "./echo-frame.js";
import { LOAD_OPERATION } from "./plan.js";
import type { LoadTarget } from "./result.js";
import { addressBytes, sourceAddressFor } from "./source-address.js";

/**
 * From where to where the targets' echo requests go, all addresses in the one spelling in which they are compared.
 * @throws PromiscError `usage` for what is no address, a target that is named twice, or an interface that can't do it
 */
export function echoPaths(targets: readonly LoadTarget[], state: InterfaceState): EchoPath[] {
  const { ifname, address, link_type: type } = state;
  if (address === undefined || type !== "ether")
    throw usageError(LOAD_OPERATION, `${ifname} is no Ethernet interface`);
  const seen = new Set<string>();
  return targets.map(({ host, mac }) => {
    const destination = formatInetAddress(addressBytes(host)) ?? host;
    if (seen.has(destination)) throw usageError(LOAD_OPERATION, `${host} is named twice`);
    seen.add(destination);
    const bytes = new Uint8Array(6);
    writeMac(mac, bytes, 0);
    const destinationMac = formatHardwareAddress(bytes);
    const source = sourceAddressFor(destination, state.addr_info, ifname);
    return { sourceMac: address, source, destinationMac, destination };
  });
}

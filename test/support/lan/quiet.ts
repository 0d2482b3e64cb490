import type { LabHost } from "../../../src/lab/host.js";
import { ip } from "../network/namespace.js";

/**
 * Makes a host send only what a test sends, without neighbour discovery and router solicitations. While the interface
 * is down, the link-local address is removed, and with it what the kernel was about to send for it.
 */
export function quiet(host: LabHost): void {
  host.run(() => {
    ip("link set eth0 down addrgenmode none");
    ip("link set eth0 up");
  });
}

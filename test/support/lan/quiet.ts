import type { LabHost } from "../../../src/lab/host.js";
import { ip } from "../network/namespace.js";

/**
 * Has a host send nothing but what a test sends: no neighbour discovery, no router solicitations. Down, its link-local
 * address goes, and with it what its kernel was about to send for it.
 */
export function quiet(host: LabHost): void {
  host.run(() => {
    ip("link set eth0 down addrgenmode none");
    ip("link set eth0 up");
  });
}

import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

/** The service that runs `promisc watch`. */
export const unitFile = fileURLToPath(new URL("../../../../systemd/promisc-watch.service", import.meta.url));

/** The capabilities that the service grants. */
export const unitCapabilities: readonly string[] = (
  /^CapabilityBoundingSet=(.*)$/m.exec(readFileSync(unitFile, "utf8"))?.[1] ?? ""
).split(" ");

/**
 * Returns a wrapper that runs the following program with these capabilities, the unit's by default, and without a way
 * to get others.
 */
export function asUnit(capabilities: readonly string[] = unitCapabilities): string[] {
  const only = ["-all", ...capabilities.map((name) => `+${name.slice("CAP_".length).toLowerCase()}`)].join(
    ",",
  );
  return ["setpriv", "--bounding-set", only, "--inh-caps", only, "--no-new-privs"];
}

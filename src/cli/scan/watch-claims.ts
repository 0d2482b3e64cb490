import type { PoisoningFinding } from "../../detect/listen/finding.js";
import { listenForPoisoning } from "../../detect/listen/listen.js";
import { PromiscError } from "../../errors.js";
import { exitStatus } from "../exit-status.js";
import { printable } from "../format/text.js";
import type { GlobalOptions } from "../global-options.js";
import { write, writeJson } from "../output.js";

/** Prints a line a finding until a signal ends it; the exit status is 1 if there was one that is more than a notice. */
export async function watchClaims(
  interfaceName: string | undefined,
  { json }: GlobalOptions,
  signal: AbortSignal,
): Promise<void> {
  if (interfaceName === undefined)
    throw new PromiscError({
      code: "usage",
      operation: "listen",
      reason: "no interface is named",
      hint: "promisc scan --watch -i IFACE",
    });
  const findings = listenForPoisoning({ interface: interfaceName, signal });
  write(2, `listening on ${printable(interfaceName)}: ARP and neighbour discovery\n`);
  for await (const finding of findings) {
    if (json) writeJson(finding);
    else write(1, `${describe(finding)}\n`);
    if (finding.severity !== "notice") process.exitCode = exitStatus.finding;
  }
}

function describe({ time, ifname, severity, kind, evidence, repeated }: PoisoningFinding): string {
  const again = repeated > 0 ? ` (${repeated} times more since it was told last)` : "";
  return printable(`${time} ${ifname}: ${severity}: ${kind}: ${evidence}${again}`);
}

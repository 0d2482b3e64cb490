import type { HostReport } from "../../../src/detect/scan/report.js";
import { type ScanOptions, scan } from "../../../src/detect/scan/scan.js";
import type { LabHost } from "../../../src/lab/host.js";

/** Scans from a host. The scan begins there at once, because its sockets belong to the namespace in which it begins. */
export function scanFrom(host: LabHost, options: ScanOptions): AsyncGenerator<HostReport, void> {
  const reports = scan(options);
  const first = host.run(() => reports.next());
  // A failure is reported to whoever iterates.
  first.catch(() => {});
  return (async function* () {
    const { value } = await first;
    if (value) yield value;
    yield* reports;
  })();
}

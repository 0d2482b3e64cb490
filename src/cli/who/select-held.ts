import type { PromiscuityReport } from "../../promiscuity/holders/report.js";
import { selectInterfaces, selectNamespace } from "../../promiscuity/holders/select.js";

/** Selects the named interfaces in any state, or if none are named, those that something holds. */
export function selectHeld(
  report: PromiscuityReport,
  names: readonly string[],
  netns?: string,
): PromiscuityReport {
  const inNamespace = netns === undefined ? report : selectNamespace(report, netns);
  if (names.length > 0) return selectInterfaces(inNamespace, names);
  return {
    ...inNamespace,
    interfaces: inNamespace.interfaces.filter(({ promiscuity, allmulti }) => promiscuity > 0 || allmulti),
  };
}

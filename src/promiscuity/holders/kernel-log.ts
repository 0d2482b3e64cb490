import { errnoOf } from "../../linux/ffi/errno.js";
import { type ModeLog, readModeLog } from "../../linux/kernel-log/read-mode-log.js";
import { present } from "../../present.js";
import type { FlagLog, Holder } from "./holder.js";
import type { InterfaceHolders, PromiscuityReport } from "./report.js";

/**
 * Adds what the kernel's log says to the administrator's flags in a report, as far as this process may read the log
 * (/dev/kmsg). The kernel doesn't keep who set the flag, or when; the log may at least say when the interface entered
 * promiscuous mode.
 * @param report a report of `readPromiscuity`
 * @returns the report, in which each holder of kind `flag` of the promiscuity count has `log`
 */
export function addKernelLog(report: PromiscuityReport): PromiscuityReport {
  const names = new Set(report.interfaces.filter(isFlagged).map(({ ifname }) => ifname));
  if (names.size === 0) return report;
  const logOf = logsOf(names);
  const addTo = (holder: Holder, ifname: string): Holder =>
    holder.kind === "flag" ? { ...holder, log: logOf(ifname) } : holder;
  return {
    ...report,
    interfaces: report.interfaces.map((each) => ({
      ...each,
      holders: each.holders.map((holder) => addTo(holder, each.ifname)),
    })),
  };
}

function isFlagged({ holders }: InterfaceHolders): boolean {
  return holders.some(({ kind }) => kind === "flag");
}

/** Reads the log once, and returns a function that finds what it says about an interface. */
function logsOf(names: ReadonlySet<string>): (ifname: string) => FlagLog {
  let log: ModeLog;
  try {
    log = readModeLog(names);
  } catch (error) {
    const errno = errnoOf(error);
    if (errno === undefined) throw error;
    return () => ({ records: [], unread: `${errno.text} (${errno.name})` });
  }
  const { records, since, suspended } = log;
  const facts = present({ since, suspended: suspended > 0 ? suspended : undefined });
  return (ifname) => ({ records: records.get(ifname) ?? [], ...facts });
}

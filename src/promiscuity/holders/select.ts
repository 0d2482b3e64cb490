import { PromiscError, usageError } from "../../errors.js";
import { openNamespace } from "../../linux/namespace/named-namespaces.js";
import { present } from "../../present.js";
import type { NotLookedAt } from "../listeners/listener.js";
import type { Blindness } from "./accounting.js";
import type { PromiscuityReport } from "./report.js";

/**
 * Returns the part of a report that concerns one network namespace.
 * @param which `own`, the number of a process in the namespace, or the namespace's name
 * @throws PromiscError `usage` if there is no such namespace
 */
export function selectNamespace(report: PromiscuityReport, which: string): PromiscuityReport {
  const inode = inodeOf(which);
  const { incomplete, unseen = UNREAD, listeners, notLookedAt, ...rest } = report;
  const interfaces = report.interfaces.filter(({ netns }) => netns.inode === inode);
  // If nothing was read of this namespace, it may be among those that were left out.
  const ofNamespace =
    incomplete?.filter(({ netns }) => (netns ? netns.inode === inode : interfaces.length === 0)) ?? [];
  return {
    ...rest,
    interfaces,
    capturing: report.capturing.filter(({ netns }) => netns.inode === inode),
    ...(ofNamespace.length > 0 ? { incomplete: ofNamespace } : {}),
    // A namespace that was read has at least one interface, its loopback.
    ...(interfaces.length > 0 ? {} : { unseen }),
    ...present({
      // If the kernel doesn't say where something listens, that may be here.
      listeners: listeners?.filter(({ netns }) => netns === undefined || netns.inode === inode),
      notLookedAt: notLookedAt?.flatMap((entry) => inNamespace(entry, inode)),
    }),
  };
}

function inNamespace(entry: NotLookedAt, inode: number): NotLookedAt[] {
  if (!entry.namespaces) return [entry];
  const namespaces = entry.namespaces.filter((each) => each.inode === inode);
  return namespaces.length > 0 ? [{ ...entry, namespaces }] : [];
}

const UNREAD: Blindness = {
  reason: "the network namespace wasn't there when the others were read",
  remedy: "try again",
};

function inodeOf(which: string): number {
  using namespace = openNamespace(which);
  if (namespace) return namespace.inode;
  throw usageError(
    `look at network namespace ${JSON.stringify(which)}`,
    "there is none of that name and no such process, or it is hidden from this user",
    "give own, a name that ip netns list shows, or the number of a process in it",
  );
}

/**
 * Returns the part of a report that concerns interfaces with these names, in any namespace: their holders, and what
 * listens on them or on every interface of their namespaces.
 * @throws PromiscError `no-interface` if no namespace has an interface with one of the names
 */
export function selectInterfaces(report: PromiscuityReport, names: readonly string[]): PromiscuityReport {
  const missing = names.find((name) => !report.interfaces.some(({ ifname }) => ifname === name));
  if (missing !== undefined)
    throw new PromiscError({
      code: "no-interface",
      operation: `say who holds ${missing}`,
      reason: "no network namespace that can be reached has such an interface",
      hint: "promisc lists the interfaces of this namespace",
    });
  const interfaces = report.interfaces.filter(({ ifname }) => names.includes(ifname));
  const namespaces = new Set(interfaces.map(({ netns }) => netns.inode));
  return {
    ...report,
    interfaces,
    capturing: report.capturing.filter(({ ifname }) => ifname !== undefined && names.includes(ifname)),
    ...present({
      // Those that listen on every interface of a namespace listen on the named ones too.
      listeners: report.listeners?.filter(({ ifname, netns }) =>
        ifname === undefined ? netns === undefined || namespaces.has(netns.inode) : names.includes(ifname),
      ),
    }),
  };
}

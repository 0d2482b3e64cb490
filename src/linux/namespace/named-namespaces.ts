import { closeSync, openSync, readdirSync } from "node:fs";
import type { Rtnetlink } from "../netlink/rtnetlink.js";
import { NetworkNamespace, namespaceOf, OWN_NAMESPACE } from "./network-namespace.js";

/**
 * Where ip-netns(8) binds network namespaces to their names. It uses /var/run/netns, and /var/run is normally a link to
 * /run, but not on every small system or in every container; therefore /run itself is used here.
 */
export const NETNS_RUN_DIR = "/run/netns";

/** The directories where ip-netns(8) and Docker bind namespaces to names. */
export const bindDirectories = [NETNS_RUN_DIR, "/run/docker/netns"];

/** Returns the names of the files in a directory; none if it can't be read. */
export function namesIn(directory: string): string[] {
  try {
    return readdirSync(directory);
  } catch {
    return [];
  }
}

/**
 * Opens the network namespace that a user named.
 * @param which `own`, the number of a process in the namespace, or the namespace's name
 * @returns undefined if there is no such namespace, or it is hidden from this user
 */
export function openNamespace(which: string): NetworkNamespace | undefined {
  for (const path of pathsOf(which)) {
    try {
      return NetworkNamespace.open(path);
    } catch {
      // Try the next path.
    }
  }
  return undefined;
}

function pathsOf(which: string): string[] {
  if (which === "own") return [OWN_NAMESPACE];
  const byName = bindDirectories.map((directory) => `${directory}/${which}`);
  return /^\d+$/.test(which) ? [namespaceOf(which), ...byName] : byName;
}

/** Returns the ip-netns(8) names of the namespaces for which this one has an id, by that id. */
export function namesOfNetnsIds(rtnetlink: Rtnetlink): Map<number, string> {
  const names = new Map<number, string>();
  for (const name of namesIn(NETNS_RUN_DIR)) {
    const id = idOf(rtnetlink, `${NETNS_RUN_DIR}/${name}`);
    if (id >= 0 && !names.has(id)) names.set(id, name);
  }
  return names;
}

/** Returns a namespace's id; -1 if the file is gone, unreadable, or isn't a namespace. */
function idOf(rtnetlink: Rtnetlink, path: string): number {
  try {
    const fd = openSync(path, "r");
    try {
      return rtnetlink.netnsId(fd);
    } finally {
      closeSync(fd);
    }
  } catch {
    return -1;
  }
}

import { closeSync, openSync, readdirSync } from "node:fs";
import type { Rtnetlink } from "../netlink/rtnetlink.js";
import { NetworkNamespace, namespaceOf, OWN_NAMESPACE } from "./network-namespace.js";

/**
 * Where ip-netns(8) binds network namespaces to their names. It says /var/run/netns, and /var/run is a link to /run; not
 * on every small system, or in every container, so that /run itself is looked at.
 */
export const NETNS_RUN_DIR = "/run/netns";

/** Where namespaces are bound to their names: by ip-netns(8), and by Docker. */
export const bindDirectories = [NETNS_RUN_DIR, "/run/docker/netns"];

/** The names of the files in a directory; none if it can't be read. */
export function namesIn(directory: string): string[] {
  try {
    return readdirSync(directory);
  } catch {
    return [];
  }
}

/**
 * Opens the network namespace that a user means.
 * @param which `own`, the number of a process in it, or its name
 * @returns undefined if there is none, or it is hidden from this user
 */
export function openNamespace(which: string): NetworkNamespace | undefined {
  for (const path of pathsOf(which)) {
    try {
      return NetworkNamespace.open(path);
    } catch {
      // Not under this path.
    }
  }
  return undefined;
}

function pathsOf(which: string): string[] {
  if (which === "own") return [OWN_NAMESPACE];
  const byName = bindDirectories.map((directory) => `${directory}/${which}`);
  return /^\d+$/.test(which) ? [namespaceOf(which), ...byName] : byName;
}

/** The names that ip-netns(8) gives to the namespaces for which this one has an id, by that id. */
export function namesOfNetnsIds(rtnetlink: Rtnetlink): Map<number, string> {
  const names = new Map<number, string>();
  for (const name of namesIn(NETNS_RUN_DIR)) {
    const id = idOf(rtnetlink, `${NETNS_RUN_DIR}/${name}`);
    if (id >= 0 && !names.has(id)) names.set(id, name);
  }
  return names;
}

/** -1 if the file is gone, unreadable, or isn't a namespace. */
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

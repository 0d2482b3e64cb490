import { closeSync, openSync, readdirSync } from "node:fs";
import type { Rtnetlink } from "../netlink/rtnetlink.js";
import { NETNS_RUN_DIR } from "./netns-run-dir.js";

/** The names that ip-netns(8) gives to the namespaces for which this one has an id, by that id. */
export function namesOfNetnsIds(rtnetlink: Rtnetlink): Map<number, string> {
  const names = new Map<number, string>();
  for (const name of list(NETNS_RUN_DIR)) {
    const id = idOf(rtnetlink, `${NETNS_RUN_DIR}/${name}`);
    if (id >= 0 && !names.has(id)) names.set(id, name);
  }
  return names;
}

function list(directory: string): string[] {
  try {
    return readdirSync(directory);
  } catch {
    return [];
  }
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

import { counted } from "../../counted.js";
import { PromiscError, usageError } from "../../errors.js";
import { readPromiscuity } from "../../promiscuity/holders/read.js";
import type { PromiscuityChange } from "../../promiscuity/promiscuity.js";
import { anyReasonOf } from "../../promiscuity/reason.js";
import { type SetVia, setPromiscuous } from "../../promiscuity/set.js";
import { nameHolder } from "../format/holder.js";
import { describeReleases } from "../format/release.js";
import { printable } from "../format/text.js";
import { reportError } from "../output/report-error.js";
import { write, writeJson } from "../output/write.js";
import type { OptionsOf } from "../program.js";

/** Tries every interface and reports each failure. */
export function set(
  names: readonly string[],
  on: boolean,
  { via, json, debug = false }: OptionsOf<"on">,
): void {
  if (via !== "netlink" && via !== "ioctl")
    throw usageError(
      `set promiscuous mode via ${via}`,
      "there is no such method",
      "--via takes netlink or ioctl",
    );
  const results = names.map((name) => setOne(name, on, via, debug));
  if (json) writeJson({ interfaces: results });
  else for (const result of results) if ("after" in result) print(result, on);
}

type Failure = { ifname: string; error: { code: string; message: string; errno?: string } };

function setOne(name: string, on: boolean, via: SetVia, debug: boolean): PromiscuityChange | Failure {
  try {
    return setPromiscuous(name, on, { via });
  } catch (error) {
    if (!(error instanceof PromiscError)) throw error;
    reportError(error, debug);
    const { code, message, errno } = error;
    return { ifname: name, error: { code, message, ...(errno ? { errno: errno.name } : {}) } };
  }
}

function print({ ifindex, ifname, before, after }: PromiscuityChange, on: boolean): void {
  const flag = `flag ${onOff(before.promiscFlag)} -> ${onOff(after.promiscFlag)}`;
  const count = `count ${before.promiscuity} -> ${after.promiscuity}`;
  const line = `${ifname}: ${after.promiscuous ? "promiscuous" : "not promiscuous"}: ${flag}, ${count}`;
  if (on || !after.promiscuous) return write(1, `${printable(line)}\n`);
  const units = counted(after.promiscuity, "other holder keeps", "other holders keep");
  const { names, releases } = readHolders(ifindex);
  write(1, `${printable(`${line}: ${units} it promiscuous: ${names}`)}\n`);
  write(2, releases.map((each) => `${printable(each)}\n`).join(""));
}

/**
 * Names the other holders, and says how to release the interface. The change has been made, and is reported even if
 * they can't be read.
 */
function readHolders(index: number): { names: string; releases: string[] } {
  try {
    const { interfaces } = readPromiscuity({ wanted: [index] });
    const state = interfaces.find(({ netns, ifindex }) => netns.own && ifindex === index);
    if (!state) return { names: "", releases: [] };
    const { holders, ifname, netns } = state;
    return {
      names: holders.map(nameHolder).join(", "),
      releases: describeReleases(holders, ifname, netns.inode),
    };
  } catch (error) {
    return { names: `their names can't be read: ${anyReasonOf(error)}`, releases: [] };
  }
}

function onOff(flag: boolean): string {
  return flag ? "on" : "off";
}

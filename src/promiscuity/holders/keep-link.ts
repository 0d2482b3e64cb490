import { present } from "../../present.js";
import type { Link } from "../../wire/kernel/rtnetlink/link.js";

/** Kinds of links whose `IFLA_INFO_DATA` shows what they ask of other links. */
const withRelevantData: ReadonlySet<string> = new Set(["macvlan", "macvtap", "bridge", "bond", "hsr"]);

/**
 * Copies the parts of a link that matter for promiscuity and for listeners. The whole message can be a hundred times as long, and a view
 * into it would keep everything alive that was received along with it.
 */
export function keepLink({ family, type, index, flags, change, ...link }: Link): Link {
  const { name, link: below, linkNetnsId, master, promiscuity, allmulti, address } = link;
  const { kind, data } = link.info ?? {};
  const { attached, programId, driverProgramId, genericProgramId, hardwareProgramId } = link.xdp ?? {};
  return {
    family,
    type,
    index,
    flags,
    change,
    ...present({ name, link: below, linkNetnsId, master, promiscuity, allmulti }),
    ...(address === undefined ? {} : { address: address.slice() }),
    ...(attached
      ? { xdp: present({ attached, programId, driverProgramId, genericProgramId, hardwareProgramId }) }
      : {}),
    ...(kind === undefined
      ? {}
      : { info: data && withRelevantData.has(kind) ? { kind, data: data.slice() } : { kind } }),
  };
}

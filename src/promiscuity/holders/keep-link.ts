import { present } from "../../present.js";
import type { Link } from "../../wire/kernel/rtnetlink/link.js";

/** Kinds of which `IFLA_INFO_DATA` says what they ask of other links. */
const telling: ReadonlySet<string> = new Set(["macvlan", "macvtap", "bridge", "bond", "hsr"]);

/**
 * What bears on promiscuity of a link, in memory of its own: the rest of a message can be a hundred times as long, and a
 * view of it would keep all of what was received with it.
 */
export function keepLink({ family, type, index, flags, change, ...link }: Link): Link {
  const { name, link: below, linkNetnsId, master, promiscuity, allmulti, address } = link;
  const { kind, data } = link.info ?? {};
  return {
    family,
    type,
    index,
    flags,
    change,
    ...present({ name, link: below, linkNetnsId, master, promiscuity, allmulti }),
    ...(address === undefined ? {} : { address: address.slice() }),
    ...(kind === undefined
      ? {}
      : { info: data && telling.has(kind) ? { kind, data: data.slice() } : { kind } }),
  };
}

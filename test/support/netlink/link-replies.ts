import { NLM_F_DUMP_INTR, NLM_F_MULTI, NLMSG_DONE } from "../../../src/wire/kernel/netlink/message.js";
import { type Link, linkSize, RTM_NEWLINK, writeLink } from "../../../src/wire/kernel/rtnetlink/link.js";
import type { Reply } from "./netlink-replies.js";

/** Returns one link of a dump, or of an answer. */
export function linkReply(index: number, extra: Partial<Link> = {}): Reply {
  const link: Link = { family: 0, type: 1, index, flags: 0, change: 0, name: `v${index}`, ...extra };
  const payload = new Uint8Array(linkSize(link));
  writeLink(link, payload, 0);
  return { type: RTM_NEWLINK, flags: NLM_F_MULTI, payload };
}

/** The end of a dump. */
export const end: Reply = { type: NLMSG_DONE, flags: NLM_F_MULTI, payload: new Uint8Array(4) };

/** Returns the same reply from a dump during which something changed. */
export function interrupted(reply: Reply): Reply {
  return { ...reply, flags: reply.flags | NLM_F_DUMP_INTR };
}

import { readMessages } from "../wire/netlink/message.js";
import { type Link, RTM_DELLINK, RTM_NEWLINK, RTMGRP_LINK, readLink } from "../wire/rtnetlink/link.js";
import { ENOBUFS, hasErrno } from "./errno.js";
import { NETLINK_ROUTE, NetlinkSocket } from "./netlink-socket.js";

/** What happens to the links of a network namespace; `lost` when the kernel had to drop events (netlink(7)). */
export type LinkEvent = { kind: "changed" | "removed"; link: Link } | { kind: "lost" };

/** Subscribes to `RTNLGRP_LINK` in the calling thread's network namespace, until disposed of. */
export class LinkEvents implements Disposable {
  readonly #socket = new NetlinkSocket(NETLINK_ROUTE, { groups: RTMGRP_LINK });
  readonly #readiness: Disposable;

  /** @param onEvent called from the event loop, in the kernel's order */
  constructor(onEvent: (event: LinkEvent) => void) {
    this.#readiness = this.#socket.watch(() => {
      for (const event of this.#waiting()) onEvent(event);
    });
  }

  /** The events that wait now, and no others: a flood of events can't keep the event loop here. */
  #waiting(): LinkEvent[] {
    try {
      const datagram = this.#socket.receiveWaiting();
      return datagram ? readEvents(datagram.bytes) : [];
    } catch (error) {
      if (hasErrno(error, ENOBUFS)) return [{ kind: "lost" }];
      throw error;
    }
  }

  [Symbol.dispose](): void {
    this.#readiness[Symbol.dispose]();
    this.#socket[Symbol.dispose]();
  }
}

function readEvents(datagram: Uint8Array): LinkEvent[] {
  const events: LinkEvent[] = [];
  for (const { type, payload } of readMessages(datagram)) {
    if (type !== RTM_NEWLINK && type !== RTM_DELLINK) continue;
    const link = readLink(payload);
    // AF_BRIDGE messages tell of a bridge's ports: that one leaves its bridge doesn't mean that it is gone.
    if (link.family === 0) events.push({ kind: type === RTM_NEWLINK ? "changed" : "removed", link });
  }
  return events;
}

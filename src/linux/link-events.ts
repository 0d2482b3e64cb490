import { readMessages } from "../wire/netlink/message.js";
import { type Link, RTM_DELLINK, RTM_NEWLINK, RTMGRP_LINK, readLink } from "../wire/rtnetlink/link.js";
import { ENOBUFS, hasErrno } from "./errno.js";
import { type Datagram, NETLINK_ROUTE, NetlinkSocket } from "./netlink-socket.js";

/** What happens to the links of a network namespace; `lost` when the kernel had to drop events (netlink(7)). */
export type LinkEvent = { kind: "changed" | "removed"; link: Link } | { kind: "lost" };

/** At most so many datagrams are read at a time, so that a flood of events can't keep the event loop from all else. */
export const BATCH = 1024;

export interface LinkEventsOptions {
  /** Bytes that the kernel keeps of events that are not yet read; more are lost, and that is noticed. */
  readonly bufferSize?: number;
}

/** 16 MiB: the kernel counts some 2 KiB for an event, so that this is room for thousands. */
const BUFFER_SIZE = 16 * 1024 * 1024;

/** Subscribes to `RTNLGRP_LINK` in the calling thread's network namespace, until disposed of. */
export class LinkEvents implements Disposable {
  readonly #socket: NetlinkSocket;
  readonly #readiness: Disposable;

  /** @param onEvents called from the event loop with the events that wait, in the kernel's order */
  constructor(onEvents: (events: LinkEvent[]) => void, { bufferSize = BUFFER_SIZE }: LinkEventsOptions = {}) {
    this.#socket = new NetlinkSocket(NETLINK_ROUTE, { groups: RTMGRP_LINK, bufferSize });
    this.#readiness = this.#socket.watch(() => {
      const events = this.waiting();
      if (events.length > 0) onEvents(events);
    });
  }

  /** Takes the events that wait now, instead of having them brought by the event loop. */
  waiting(): LinkEvent[] {
    const events: LinkEvent[] = [];
    for (let count = 0; count < BATCH; count++) {
      const datagram = this.#receive();
      if (datagram === undefined) break;
      if (datagram === "lost") {
        // What was queued before the loss is older than what will be read in its place.
        while (this.#receive() !== undefined);
        return [...events, { kind: "lost" }];
      }
      events.push(...readEvents(datagram.bytes));
    }
    return events;
  }

  #receive(): Datagram | "lost" | undefined {
    try {
      return this.#socket.receiveWaiting();
    } catch (error) {
      if (hasErrno(error, ENOBUFS)) return "lost";
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

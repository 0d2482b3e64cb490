import { PromiscError } from "../../errors.js";
import { AF_UNSPEC } from "../../wire/kernel/address-family.js";
import { readMessages } from "../../wire/kernel/netlink/message.js";
import {
  type Link,
  RTM_DELLINK,
  RTM_NEWLINK,
  RTMGRP_LINK,
  readLink,
} from "../../wire/kernel/rtnetlink/link.js";
import type { Watch } from "../ffi/libc.js";
import { type Datagram, NETLINK_ROUTE, NetlinkSocket } from "./netlink-socket.js";

/**
 * A change of a network namespace's links, or `lost` if the kernel had to drop events (netlink(7)) or some couldn't be
 * read.
 */
export type LinkEvent = { kind: "changed" | "removed"; link: Link } | { kind: "lost" };

/** The most datagrams that are read at a time, so that a flood of events can't block the event loop. */
export const BATCH = 1024;

/** Options of {@link LinkEvents}. */
export interface LinkEventsOptions {
  /** How many bytes of unread events the kernel keeps. If there are more, events are lost, which is reported. */
  readonly bufferSize?: number;
}

/** 16 MiB: the kernel counts some 2 KiB for each event, so this is room for thousands. */
const BUFFER_SIZE = 16 * 1024 * 1024;

/** In bytes; the kernel's `SKB_TRUESIZE` is larger. */
const SMALLEST_TRUE_SIZE = 512;

/** Subscribes to `RTNLGRP_LINK` in the calling thread's network namespace, until disposed of. */
export class LinkEvents implements Disposable {
  readonly #socket: NetlinkSocket;
  readonly #readiness: Watch;
  /**
   * The most datagrams that can wait at one time. The kernel counts up to twice the buffer's size, and at least this
   * much for each.
   */
  readonly #mostQueued: number;

  /** @param onEvents called from the event loop with the events that wait, in the kernel's order */
  constructor(onEvents: (events: LinkEvent[]) => void, { bufferSize = BUFFER_SIZE }: LinkEventsOptions = {}) {
    this.#socket = new NetlinkSocket(NETLINK_ROUTE, { groups: RTMGRP_LINK, bufferSize });
    this.#mostQueued = (2 * bufferSize) / SMALLEST_TRUE_SIZE;
    try {
      this.#readiness = this.#socket.watch(() => {
        const events = this.waiting();
        if (events.length > 0) onEvents(events);
      });
    } catch (error) {
      this.#socket[Symbol.dispose]();
      throw error;
    }
  }

  /** Returns the events that wait now, without waiting for the event loop to deliver them. */
  waiting(): LinkEvent[] {
    const events: LinkEvent[] = [];
    for (let count = 0; count < BATCH; count++) {
      const datagram = this.#receive();
      if (datagram === undefined) break;
      if (datagram === "lost") {
        // What was queued before the loss is older than what will be read instead.
        for (let left = this.#mostQueued; left > 0 && this.#receive() !== undefined; left--);
        return [...events, { kind: "lost" }];
      }
      const read = readEvents(datagram.bytes);
      if (read === "lost") return [...events, { kind: "lost" }];
      events.push(...read);
    }
    return events;
  }

  /** Receives a datagram. ENOBUFS means that events were dropped; after any other error they can't be read either. */
  #receive(): Datagram | "lost" | undefined {
    try {
      return this.#socket.receiveWaiting();
    } catch (error) {
      if (error instanceof PromiscError) return "lost";
      throw error;
    }
  }

  /** Stops delivering events until {@link resume} is called. The kernel keeps them as long as it has room. */
  pause(): void {
    this.#readiness.pause();
  }

  resume(): void {
    this.#readiness.resume();
  }

  [Symbol.dispose](): void {
    this.#readiness[Symbol.dispose]();
    this.#socket[Symbol.dispose]();
  }
}

function readEvents(datagram: Uint8Array): LinkEvent[] | "lost" {
  const events: LinkEvent[] = [];
  try {
    for (const { type, payload } of readMessages(datagram)) {
      if (type !== RTM_NEWLINK && type !== RTM_DELLINK) continue;
      const link = readLink(payload, { keepUnknown: false });
      // AF_BRIDGE messages concern a bridge's ports: a link that leaves its bridge isn't removed.
      if (link.family === AF_UNSPEC)
        events.push({ kind: type === RTM_NEWLINK ? "changed" : "removed", link });
    }
    return events;
  } catch (error) {
    if (error instanceof PromiscError && error.code === "malformed") return "lost";
    throw error;
  }
}

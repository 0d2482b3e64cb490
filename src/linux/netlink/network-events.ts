import { AF_UNSPEC } from "../../wire/kernel/address-family.js";
import { readMessages } from "../../wire/kernel/netlink/message.js";
import {
  type Address,
  RTM_DELADDR,
  RTM_NEWADDR,
  RTMGRP_IPV4_IFADDR,
  RTMGRP_IPV6_IFADDR,
  readAddress,
} from "../../wire/kernel/rtnetlink/address.js";
import { type Link, RTM_NEWLINK, RTMGRP_LINK, readLink } from "../../wire/kernel/rtnetlink/link.js";
import {
  type Route,
  RTM_DELROUTE,
  RTM_NEWROUTE,
  RTMGRP_IPV4_ROUTE,
  RTMGRP_IPV6_ROUTE,
  readRoute,
} from "../../wire/kernel/rtnetlink/route.js";
import { ENOBUFS, hasErrno } from "../ffi/errno.js";
import { BATCH } from "./link-events.js";
import { type Datagram, NETLINK_ROUTE, NetlinkSocket } from "./netlink-socket.js";

/** A change of a network namespace's links, addresses or routes, or `lost` if the kernel had to drop events. */
export type NetworkEvent =
  | { readonly kind: "link"; readonly link: Link }
  | { readonly kind: "address"; readonly address: Address; readonly isThere: boolean }
  | { readonly kind: "route"; readonly route: Route; readonly isThere: boolean }
  | { readonly kind: "lost" };

/**
 * Subscribes to changes of links, addresses and routes in the calling thread's network namespace, until disposed of.
 */
export class NetworkEvents implements Disposable {
  readonly #socket = new NetlinkSocket(NETLINK_ROUTE, {
    groups: RTMGRP_LINK | RTMGRP_IPV4_IFADDR | RTMGRP_IPV6_IFADDR | RTMGRP_IPV4_ROUTE | RTMGRP_IPV6_ROUTE,
  });
  readonly #readiness: Disposable;

  /** @param onWaiting called from the event loop when events wait */
  constructor(onWaiting: () => void) {
    this.#readiness = this.#socket.watch(onWaiting);
  }

  /** Returns the events that wait, in the kernel's order; only a part of them if there is a flood. */
  waiting(): NetworkEvent[] {
    const events: NetworkEvent[] = [];
    for (let count = 0; count < BATCH; count++) {
      const datagram = this.#receive();
      if (datagram === undefined) break;
      if (datagram === "lost") events.push({ kind: "lost" });
      else events.push(...readEvents(datagram.bytes));
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

function* readEvents(datagram: Uint8Array): Generator<NetworkEvent> {
  for (const { type, payload } of readMessages(datagram)) {
    if (type === RTM_NEWLINK) {
      const link = readLink(payload);
      // AF_BRIDGE messages concern a bridge's ports.
      if (link.family === AF_UNSPEC) yield { kind: "link", link };
    } else if (type === RTM_NEWADDR || type === RTM_DELADDR)
      yield { kind: "address", address: readAddress(payload), isThere: type === RTM_NEWADDR };
    else if (type === RTM_NEWROUTE || type === RTM_DELROUTE)
      yield { kind: "route", route: readRoute(payload), isThere: type === RTM_NEWROUTE };
  }
}

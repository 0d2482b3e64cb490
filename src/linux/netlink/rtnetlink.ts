import { encodeString } from "../../wire/bytes.js";
import { AF_BRIDGE, AF_INET, AF_INET6, AF_UNSPEC } from "../../wire/kernel/address-family.js";
import { IFNAMSIZ } from "../../wire/kernel/ifreq.js";
import type { NetlinkMessage } from "../../wire/kernel/netlink/message.js";
import {
  type Address,
  addressSize,
  RTM_GETADDR,
  readAddress,
  writeAddress,
} from "../../wire/kernel/rtnetlink/address.js";
import {
  type Link,
  linkAttributeAt,
  linkSize,
  RTEXT_FILTER_SKIP_STATS,
  RTM_GETLINK,
  RTM_NEWLINK,
  readLink,
  writeLink,
} from "../../wire/kernel/rtnetlink/link.js";
import {
  type Neighbour,
  neighbourSize,
  RTM_GETNEIGH,
  readNeighbour,
  writeNeighbour,
} from "../../wire/kernel/rtnetlink/neighbour.js";
import {
  type NetnsId,
  netnsIdAttributeAt,
  netnsIdSize,
  RTM_GETNSID,
  readNetnsId,
  writeNetnsId,
} from "../../wire/kernel/rtnetlink/netns-id.js";
import {
  type Route,
  RTM_GETROUTE,
  RTN_UNICAST,
  readRoute,
  routeAttributeAt,
  routeSize,
  writeRoute,
} from "../../wire/kernel/rtnetlink/route.js";
import { ENODEV, hasErrno } from "../ffi/errno.js";
import {
  type NameAttribute,
  NetlinkConnection,
  type NetlinkRequest,
  type OpenTransport,
  type PartialDump,
  type PartialDumpOptions,
} from "./netlink-connection.js";
import { NETLINK_ROUTE, NetlinkSocket } from "./netlink-socket.js";

const openRouteSocket: OpenTransport = (receiveSize) => new NetlinkSocket(NETLINK_ROUTE, { receiveSize });

/**
 * Reads and changes links, addresses, neighbours and routes in the calling thread's network namespace (rtnetlink(7)).
 */
export class Rtnetlink implements Disposable {
  readonly #connection: NetlinkConnection;

  constructor(open: OpenTransport = openRouteSocket) {
    this.#connection = new NetlinkConnection(open, nameAttribute);
  }

  /** Returns all links, in the order in which the kernel lists them and `ip` prints them. */
  links(): Link[] {
    return this.#connection.dump(allLinks(), readLinkMessage);
  }

  /**
   * Returns all links, as far as they can be read. A user who keeps creating and removing thousands of links can keep
   * them from ever being read consistently.
   * @param keep returns what to keep of each link
   * @returns each link once, up to the given number
   */
  linksPartly<Value extends { readonly index: number }>(
    keep: (link: Link) => Value,
    options: PartialDumpOptions,
  ): PartialDump<Value> {
    const read = (message: NetlinkMessage): Value => keep(readLinkMessage(message));
    const { values, ...rest } = this.#connection.dumpPartly(allLinks(), read, options);
    if (!rest.incomplete) return { values };
    // A link that moved in the kernel's table meanwhile occurs twice; the later one is newer.
    return { values: [...new Map(values.map((link) => [link.index, link])).values()], ...rest };
  }

  /**
   * Returns one link, by index, name or alternative name.
   * @param operation what the link is for, as a phrase that follows "cannot" in the error
   * @throws PromiscError `no-interface` if there is no such link
   */
  link(which: number | string, operation: string): Link {
    const payload = linkPayload(
      typeof which === "number"
        ? { index: which }
        : encodeString(which).length < IFNAMSIZ
          ? { name: which }
          : { alternativeName: which },
    );
    return readLinkMessage(this.#connection.get({ operation, type: RTM_GETLINK, payload }));
  }

  /** Returns the link with the given index, or undefined if it doesn't exist. */
  linkIfExists(index: number): Link | undefined {
    try {
      return this.link(index, `read interface ${index}`);
    } catch (error) {
      if (hasErrno(error, ENODEV)) return undefined;
      throw error;
    }
  }

  /** Returns all addresses, or those of the link with the given index. */
  addresses(index = 0): Address[] {
    const request: Address = { family: AF_UNSPEC, prefixLength: 0, flags: 0, scope: 0, index };
    const payload = new Uint8Array(addressSize(request));
    writeAddress(request, payload, 0);
    const addresses = this.#connection.dump(
      { operation: "read the addresses", type: RTM_GETADDR, payload },
      (message) => readAddress(message.payload),
    );
    // Kernels before 4.20 ignore the index in the request.
    return index === 0 ? addresses : addresses.filter((address) => address.index === index);
  }

  /** Returns the links' own address lists (fdb), which are entries with `NTF_SELF`, for all links that have one. */
  forwardingEntries(): Neighbour[] {
    return this.#connection.dump(forwardingRequest(), readNeighbourMessage);
  }

  /**
   * Returns {@link forwardingEntries}, as far as they can be read.
   * @param keep returns what to keep of each entry; undefined for nothing
   */
  forwardingEntriesPartly<Value>(
    keep: (entry: Neighbour) => Value | undefined,
    options: PartialDumpOptions,
  ): PartialDump<Value> {
    return this.#connection.dumpPartly(
      forwardingRequest(),
      (message) => keep(readNeighbourMessage(message)),
      options,
    );
  }

  /** Returns the neighbour table (ARP and Neighbour Discovery) of all links, or of the one with the given index. */
  neighbours(index = 0): Neighbour[] {
    const neighbours = this.#connection.dump(
      neighbourRequest(AF_UNSPEC, "read the neighbour table"),
      readNeighbourMessage,
    );
    return index === 0 ? neighbours : neighbours.filter((each) => each.index === index);
  }

  /** Returns the unicast routes of IPv4 and IPv6 in all tables, in the kernel's order. */
  routes(): Route[] {
    return (
      this.#connection
        .dump({ operation: "read the routes", type: RTM_GETROUTE, payload: routePayload({}) }, (message) =>
          readRoute(message.payload, { keepUnknown: false }),
        )
        // Other families have routes too, for example MPLS.
        .filter(({ family, type }) => (family === AF_INET || family === AF_INET6) && type === RTN_UNICAST)
    );
  }

  /**
   * Returns the route that a packet from this host to an address takes, as `ip route get` does: after policy rules, and
   * with one next hop. It may have any type; `RTN_LOCAL` means this host itself.
   * @param destination 4 or 16 bytes
   * @param operation what the route is for, as a phrase that follows "cannot" in the error
   * @throws PromiscError with the errno `ENETUNREACH` if there is no route; with `EHOSTUNREACH`, `EACCES` or `EINVAL`
   *   if its type is `unreachable`, `prohibit` or `blackhole`
   */
  routeTo(destination: Uint8Array, operation: string): Route {
    const payload = routePayload({
      family: destination.length === 4 ? AF_INET : AF_INET6,
      destinationLength: destination.length * 8,
      destination,
    });
    const reply = this.#connection.get({ operation, type: RTM_GETROUTE, payload });
    return readRoute(reply.payload, { keepUnknown: false });
  }

  /**
   * Sets the flags in `mask` to their values in `flags`, and changes no others, by `RTM_NEWLINK` as ip-link(8) does.
   * @param operation what is changed, as a phrase that follows "cannot" in the error
   * @throws PromiscError `privilege` without CAP_NET_ADMIN, `no-interface` if no link has this index
   */
  setFlags(index: number, flags: number, mask: number, operation: string): void {
    const payload = linkPayload({ index, flags, change: mask });
    this.#connection.change({ operation, type: RTM_NEWLINK, payload, needs: "CAP_NET_ADMIN" });
  }

  /** Returns the id that this namespace uses for the one that `fd` refers to, or -1. */
  netnsId(fd: number): number {
    const request: NetnsId = { fd };
    const payload = new Uint8Array(netnsIdSize(request));
    writeNetnsId(request, payload, 0);
    const operation = "read a network namespace's id";
    return readNetnsId(this.#connection.get({ operation, type: RTM_GETNSID, payload }).payload).id ?? -1;
  }

  [Symbol.dispose](): void {
    this.#connection[Symbol.dispose]();
  }
}

/** What names the attributes of those requests that have any. */
const attributeNames: Readonly<
  Record<number, ((payload: Uint8Array, at: number) => string | undefined) | undefined>
> = {
  [RTM_GETLINK]: linkAttributeAt,
  [RTM_NEWLINK]: linkAttributeAt,
  [RTM_GETNSID]: netnsIdAttributeAt,
  [RTM_GETROUTE]: routeAttributeAt,
};

const nameAttribute: NameAttribute = (type, payload, at) => attributeNames[type]?.(payload, at);

function allLinks(): NetlinkRequest {
  return { operation: "read the interfaces", type: RTM_GETLINK, payload: linkPayload({}) };
}

function readLinkMessage({ payload }: NetlinkMessage): Link {
  return readLink(payload, { keepUnknown: false });
}

function readNeighbourMessage({ payload }: NetlinkMessage): Neighbour {
  return readNeighbour(payload);
}

function forwardingRequest(): NetlinkRequest {
  return neighbourRequest(AF_BRIDGE, "read the forwarding entries");
}

function neighbourRequest(family: number, operation: string): NetlinkRequest {
  const request: Neighbour = { family, index: 0, state: 0, flags: 0, type: 0 };
  const payload = new Uint8Array(neighbourSize(request));
  writeNeighbour(request, payload, 0);
  return { operation, type: RTM_GETNEIGH, payload };
}

function linkPayload(request: Partial<Link>): Uint8Array {
  const link: Link = { family: AF_UNSPEC, type: 0, index: 0, flags: 0, change: 0, ...request };
  if (!link.change) link.extendedMask = RTEXT_FILTER_SKIP_STATS;
  const payload = new Uint8Array(linkSize(link));
  writeLink(link, payload, 0);
  return payload;
}

function routePayload(request: Partial<Route>): Uint8Array {
  const route: Route = {
    family: AF_UNSPEC,
    destinationLength: 0,
    sourceLength: 0,
    tos: 0,
    table: 0,
    protocol: 0,
    scope: 0,
    type: 0,
    flags: 0,
    ...request,
  };
  const payload = new Uint8Array(routeSize(route));
  writeRoute(route, payload, 0);
  return payload;
}

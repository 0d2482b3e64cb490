import { type NetworkEvent, NetworkEvents } from "../../linux/netlink/network-events.js";
import { Rtnetlink } from "../../linux/netlink/rtnetlink.js";
import { formatHardwareAddress } from "../../wire/hardware-address.js";
import { formatInetAddress } from "../../wire/inet-address.js";
import type { Address } from "../../wire/kernel/rtnetlink/address.js";
import { hopsOf, type Route, RTPROT_RA } from "../../wire/kernel/rtnetlink/route.js";
import { firstByte, GROUP_BIT } from "../../wire/packet/link/ethernet-address.js";
import { ethernetInterface } from "../ethernet-interface.js";
import { type LinkPlace, MOST_ROUTERS, type Surroundings } from "./ledger.js";

/** The routes are read again at most once in this many milliseconds, because there may be very many. */
const ROUTES_INTERVAL_MS = 1000;

/**
 * What the kernel knows about an interface and its neighbours, initially and after each change, until it is disposed
 * of. It belongs to the network namespace that it was created in.
 */
export class LiveSurroundings implements Disposable {
  readonly #rtnetlink = new Rtnetlink();
  readonly #events: NetworkEvents;
  readonly #onChange: (place: LinkPlace) => void;
  readonly #index: number;
  readonly #own: Set<string>;
  #mac: string;
  #gateways: Set<string>;
  #areRoutesDue = false;
  #routesRead = Number.NEGATIVE_INFINITY;
  #timer: NodeJS.Timeout | undefined;
  /** The initial state. */
  readonly first: Surroundings;

  /**
   * @param onChange called with each new state
   * @throws PromiscError `no-interface` if there is no such interface, `usage` if it isn't Ethernet
   */
  constructor(name: string, operation: string, onChange: (place: LinkPlace) => void) {
    this.#onChange = onChange;
    // Subscribe before the first reading, so that no change is missed in between.
    this.#events = new NetworkEvents(() => this.refresh());
    try {
      const { link, mac, addresses } = ethernetInterface(this.#rtnetlink, name, operation);
      this.#index = link.index;
      this.#mac = mac;
      this.#own = new Set(addresses.flatMap(textOf));
      this.#gateways = this.#readGateways();
      this.first = { ifname: link.name ?? name, ...this.#place(), neighbours: this.#readNeighbours() };
    } catch (error) {
      this[Symbol.dispose]();
      throw error;
    }
  }

  /** Processes all changes up to now. */
  refresh(): void {
    const events = this.#events.waiting();
    let isChanged = false;
    for (const event of events) isChanged = this.#take(event) || isChanged;
    isChanged = this.#refreshRoutes() || isChanged;
    if (isChanged) this.#onChange(this.#place());
  }

  /**
   * Processes a change.
   * @returns whether something is different now
   */
  #take(event: NetworkEvent): boolean {
    switch (event.kind) {
      case "lost":
        this.#areRoutesDue = true;
        return this.#readOwn();
      case "link":
        return event.link.index === this.#index && this.#takeLink(event.link.address);
      case "address":
        return event.address.index === this.#index && this.#takeAddress(event.address, event.isThere);
      case "route":
        return this.#takeRoute(event.route, event.isThere);
    }
  }

  #takeLink(address: Uint8Array | undefined): boolean {
    // The kernel doesn't report which routes disappear when a link goes down.
    this.#areRoutesDue = true;
    const mac = address?.length === 6 ? formatHardwareAddress(address) : this.#mac;
    const isChanged = mac !== this.#mac;
    this.#mac = mac;
    return isChanged;
  }

  #takeAddress(address: Address, isThere: boolean): boolean {
    if (!isThere) {
      this.#areRoutesDue = true;
      // The interface may still have the address with another prefix.
      return this.#readOwn();
    }
    const before = this.#own.size;
    for (const text of textOf(address)) this.#own.add(text);
    return this.#own.size !== before;
  }

  #takeRoute(route: Route, isThere: boolean): boolean {
    const before = this.#gateways.size;
    for (const gateway of this.#gatewaysOf(route)) {
      // Another route may still use this gateway.
      if (!isThere) this.#areRoutesDue ||= this.#gateways.has(gateway);
      else if (hasRoomFor(route, this.#gateways)) this.#gateways.add(gateway);
    }
    return this.#gateways.size !== before;
  }

  /** Reads the routes again if necessary, now or in a moment. */
  #refreshRoutes(): boolean {
    if (!this.#areRoutesDue || this.#timer) return false;
    const wait = this.#routesRead + ROUTES_INTERVAL_MS - performance.now();
    if (wait > 0) {
      this.#timer = setTimeout(() => {
        this.#timer = undefined;
        this.refresh();
      }, wait);
      return false;
    }
    return this.#attempt(() => {
      this.#gateways = this.#readGateways();
      this.#areRoutesDue = false;
      return true;
    });
  }

  #readOwn(): boolean {
    return this.#attempt(() => {
      const now = this.#rtnetlink.addresses(this.#index).flatMap(textOf);
      this.#own.clear();
      for (const address of now) this.#own.add(address);
      return true;
    });
  }

  /**
   * Tries to read something. If that fails, the previous state remains, and the next change causes another attempt. The
   * removal of the interface is noticed elsewhere.
   */
  #attempt(read: () => boolean): boolean {
    try {
      return read();
    } catch {
      this.#areRoutesDue = true;
      return false;
    }
  }

  #readGateways(): Set<string> {
    this.#routesRead = performance.now();
    const gateways = new Set<string>();
    for (const route of this.#rtnetlink.routes())
      for (const gateway of this.#gatewaysOf(route)) if (hasRoomFor(route, gateways)) gateways.add(gateway);
    return gateways;
  }

  #gatewaysOf(route: Route): string[] {
    return hopsOf(route).flatMap(({ index, gateway }) =>
      gateway && index === this.#index ? (formatInetAddress(gateway) ?? []) : [],
    );
  }

  #readNeighbours(): [address: string, mac: string][] {
    return (
      this.#rtnetlink
        .neighbours(this.#index)
        .flatMap(({ destination, linkAddress }): [string, string][] => {
          const address = destination && formatInetAddress(destination);
          return address && linkAddress?.length === 6 ? [[address, formatHardwareAddress(linkAddress)]] : [];
        })
        // The table also has group addresses, which are computed.
        .filter(([, at]) => (firstByte(at) & GROUP_BIT) === 0 && at !== "00:00:00:00:00:00")
    );
  }

  #place(): LinkPlace {
    return { mac: this.#mac, own: this.#own, gateways: this.#gateways };
  }

  [Symbol.dispose](): void {
    clearTimeout(this.#timer);
    this.#events[Symbol.dispose]();
    this.#rtnetlink[Symbol.dispose]();
  }
}

function textOf({ local, address = new Uint8Array(0) }: Address): string[] {
  const text = formatInetAddress(local ?? address);
  return text === null ? [] : [text];
}

/**
 * Reports whether another gateway may be added. Anyone on the link can make the kernel add a route for each router
 * advertisement; other routes were added by an administrator.
 */
function hasRoomFor({ protocol }: Route, gateways: ReadonlySet<string>): boolean {
  return protocol !== RTPROT_RA || gateways.size < MOST_ROUTERS;
}

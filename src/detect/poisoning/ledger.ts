import { counted } from "../../counted.js";
import { present } from "../../present.js";
import type { AddressClaim } from "./claim.js";
import type { PoisoningFinding, PoisoningKind } from "./event.js";
import { RecentMap } from "./recent-map.js";

/**
 * The most addresses that are remembered. A flood of invented addresses displaces those that were heard least recently.
 */
const MOST_ADDRESSES = 65_536;
/** The most routers that are remembered because they advertise themselves. */
export const MOST_ROUTERS = 256;
/** A router that wasn't heard for this many milliseconds is no longer one (RFC 4861, 6.2.1: AdvDefaultLifetime). */
const ROUTER_MS = 9_000_000;
/** One machine seldom has more addresses than this, except a router with proxy ARP. */
const MANY_ADDRESSES = 16;
/** Two claims within this many milliseconds come from two machines that are both present. */
const CONFLICT_MS = 10_000;
/** The same finding is reported again after this many milliseconds. */
const REPEAT_MS = 60_000;
/** At most this many different findings are remembered for that. */
const MOST_TOLD = 4096;

/**
 * Hardware addresses that routers share: those of VRRP and CARP for IPv4 and IPv6 (RFC 9568, 7.3), and of the versions
 * of HSRP.
 */
const SHARED = /^(00:00:5e:00:0[12]:|00:00:0c:07:ac:|00:00:0c:9f:f|00:05:73:a0:0)/;

/** What the kernel knows about an interface's place on the link. */
export interface LinkPlace {
  readonly mac: string;
  /** This host's own addresses. */
  readonly own: ReadonlySet<string>;
  /** The addresses of the routers in its routes. */
  readonly gateways: ReadonlySet<string>;
}

/** What is known before any frame is heard. */
export interface Surroundings extends LinkPlace {
  readonly ifname: string;
  /** Pairs of IP and hardware addresses in the kernel's neighbour table. */
  readonly neighbours: Iterable<readonly [address: string, mac: string]>;
}

interface Known {
  mac: string;
  /** When it was last heard, in milliseconds since 1970. 0 if only the kernel knew it. */
  heard: number;
  previous: string | undefined;
  /** When the previous hardware address was last heard. */
  previousHeard: number;
}

interface Told {
  at: number;
  repeated: number;
}

/**
 * Records which hardware address claims which IP address, and decides which claims are suspicious. It does nothing else.
 */
export class Ledger {
  readonly #ifname: string;
  #mac: string;
  /** This host's own addresses, with the time since when it has them, in milliseconds since 1970. */
  readonly #own = new Map<string, number>();
  #gateways: ReadonlySet<string> = new Set();
  /** Routers that the kernel has no route through, with the time when each was last heard, the least recent first. */
  readonly #advertised = new Map<string, number>();
  readonly #known = new RecentMap<Known>(MOST_ADDRESSES, ({ mac }) => {
    this.#isFull = true;
    this.#countDown(mac);
  });
  /** The entries of routers, which a flood of other addresses can't displace. */
  readonly #ofRouters = new Map<string, Known>();
  readonly #addressesOf = new Map<string, number>();
  readonly #told = new Map<string, Told>();
  #isFull = false;

  constructor(surroundings: Surroundings) {
    this.#ifname = surroundings.ifname;
    this.#mac = surroundings.mac;
    this.update(surroundings, Number.NEGATIVE_INFINITY);
    for (const [address, mac] of surroundings.neighbours)
      this.#remember(address, { mac, heard: 0, previous: undefined, previousHeard: 0 });
  }

  /**
   * Takes over what the kernel knows now.
   * @param at since when this is true, in milliseconds since 1970; claims that were heard before that refer to the
   *   previous state
   */
  update({ mac, own, gateways }: LinkPlace, at: number): void {
    this.#mac = mac;
    for (const address of this.#own.keys()) if (!own.has(address)) this.#own.delete(address);
    for (const address of own) {
      if (this.#own.has(address)) continue;
      this.#own.set(address, at);
      this.#forget(address);
    }
    const before = this.#gateways;
    this.#gateways = new Set(gateways);
    for (const address of [...before, ...gateways]) this.#place(address);
  }

  /**
   * Processes a claim.
   * @returns what to report about it, usually nothing
   */
  hear(claim: AddressClaim): PoisoningFinding[] {
    const { address, mac, source } = claim;
    const findings: (PoisoningFinding | undefined)[] = [];
    if (claim.how === "router advertisement") findings.push(this.#advertise(claim));
    if (source !== mac && !SHARED.test(mac) && !SHARED.test(source))
      findings.push(
        this.#tell(
          claim,
          "forged-sender",
          "warning",
          `${source} sent an ${claim.how} that says ${address} is at ${mac}`,
        ),
      );
    const ownSince = this.#own.get(address);
    if (ownSince !== undefined) {
      if (mac !== this.#mac && claim.at >= ownSince)
        findings.push(
          this.#tell(
            claim,
            "own-address-claimed",
            "alarm",
            `${mac} claims this host's own address, ${address}`,
          ),
        );
      return findings.filter((finding) => finding !== undefined);
    }
    const known = this.#find(address);
    if (known && known.mac !== mac) findings.push(this.#change(claim, known));
    this.#note(claim, known);
    findings.push(this.#count(claim), this.#overflow(claim));
    return findings.filter((finding) => finding !== undefined);
  }

  /**
   * Records a router that advertises itself. Known routers stay known in a flood of others that pretend to be routers.
   */
  #advertise(claim: AddressClaim): PoisoningFinding | undefined {
    const { address, at } = claim;
    if (this.#gateways.has(address)) return undefined;
    if (!this.#advertised.delete(address) && this.#advertised.size >= MOST_ROUTERS) {
      const [oldest] = this.#advertised;
      if (oldest && at - oldest[1] <= ROUTER_MS) {
        const words = `more than ${MOST_ROUTERS} routers advertise themselves: a flood; what is claimed of further ones is taken for that of hosts`;
        return this.#tell({ ...claim, address: "", mac: "" }, "many-routers", "alarm", words);
      }
      if (oldest) {
        this.#advertised.delete(oldest[0]);
        this.#place(oldest[0]);
      }
    }
    this.#advertised.set(address, at);
    this.#place(address);
    return undefined;
  }

  #isRouter(address: string): boolean {
    return this.#gateways.has(address) || this.#advertised.has(address);
  }

  #find(address: string): Known | undefined {
    return this.#ofRouters.get(address) ?? this.#known.get(address);
  }

  /** Moves what is known of an address to the right map when it becomes a router's address, or is no longer one. */
  #place(address: string): void {
    const known = this.#find(address);
    if (known && this.#ofRouters.has(address) !== this.#isRouter(address)) this.#remember(address, known);
  }

  #change(
    claim: AddressClaim,
    { mac: before, heard, previous, previousHeard }: Known,
  ): PoisoningFinding | undefined {
    const { address, mac, how } = claim;
    const isGateway = this.#isRouter(address);
    if (SHARED.test(mac) || SHARED.test(before))
      return this.#tell(
        claim,
        "failover",
        "notice",
        `${address} went from ${before} to ${mac}, which routers share: a failover, or one that is faked`,
        before,
      );
    const isConflict =
      previous === mac && claim.at - previousHeard < CONFLICT_MS && claim.at - heard < CONFLICT_MS;
    if (isGateway)
      return this.#tell(
        claim,
        "gateway-changed",
        "alarm",
        `the router ${address} was at ${before}, and an ${how} says ${mac}: whoever that is gets what is sent to the world, or the router was replaced`,
        before,
      );
    if (isConflict)
      return this.#tell(
        claim,
        "conflict",
        "warning",
        `${before} and ${mac} claim ${address} by turns: two machines have it, or one pretends`,
        before,
      );
    return this.#tell(
      claim,
      "changed",
      "warning",
      `${address} was at ${before}, and an ${how} says ${mac}: it was poisoned, or the address was given to another machine`,
      before,
    );
  }

  #note({ address, mac, at }: AddressClaim, known: Known | undefined): void {
    if (known?.mac === mac) this.#remember(address, { ...known, heard: at });
    else if (known)
      this.#remember(address, { mac, heard: at, previous: known.mac, previousHeard: known.heard });
    else this.#remember(address, { mac, heard: at, previous: undefined, previousHeard: 0 });
  }

  #remember(address: string, known: Known): void {
    this.#forget(address);
    if (this.#isRouter(address)) this.#ofRouters.set(address, known);
    else this.#known.set(address, known);
    this.#addressesOf.set(known.mac, (this.#addressesOf.get(known.mac) ?? 0) + 1);
  }

  #forget(address: string): void {
    const known = this.#find(address);
    if (!known) return;
    this.#known.delete(address);
    this.#ofRouters.delete(address);
    this.#countDown(known.mac);
  }

  #countDown(mac: string): void {
    const left = (this.#addressesOf.get(mac) ?? 1) - 1;
    if (left > 0) this.#addressesOf.set(mac, left);
    else this.#addressesOf.delete(mac);
  }

  /** Reports a machine that claims many addresses, and again each time that their number has doubled. */
  #count(claim: AddressClaim): PoisoningFinding | undefined {
    const count = this.#addressesOf.get(claim.mac) ?? 0;
    if (count < MANY_ADDRESSES || (count & (count - 1)) !== 0) return undefined;
    const words = `${claim.mac} claims ${counted(count, "address", "addresses")}: it takes them over, or is a router that answers for others (proxy ARP)`;
    return this.#tell({ ...claim, address: "" }, "many-addresses", "warning", words);
  }

  #overflow(claim: AddressClaim): PoisoningFinding | undefined {
    if (!this.#isFull) return undefined;
    const words = `more than ${MOST_ADDRESSES} addresses were claimed: a flood; those heard longest ago are forgotten`;
    return this.#tell({ ...claim, address: "", mac: "" }, "table-full", "alarm", words);
  }

  /**
   * Makes a finding.
   * @returns undefined if the same was reported a moment ago
   */
  #tell(
    { time, at, address, mac, source }: AddressClaim,
    kind: PoisoningKind,
    severity: PoisoningFinding["severity"],
    evidence: string,
    previousMac?: string,
  ): PoisoningFinding | undefined {
    const key = `${kind} ${address} ${mac}`;
    const told = this.#told.get(key);
    if (told && at - told.at < REPEAT_MS) {
      told.repeated++;
      return undefined;
    }
    this.#told.delete(key);
    if (this.#told.size >= MOST_TOLD) {
      const [oldest] = this.#told.keys();
      if (oldest !== undefined) this.#told.delete(oldest);
    }
    this.#told.set(key, { at, repeated: 0 });
    return {
      event: "finding",
      time,
      ifname: this.#ifname,
      kind,
      severity,
      ...(address === "" ? {} : { address }),
      ...(mac === "" ? {} : { mac }),
      ...present({ previousMac }),
      source,
      evidence,
      repeated: told?.repeated ?? 0,
    };
  }
}

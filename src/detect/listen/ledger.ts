import type { Claim } from "./claim.js";
import type { PoisoningFinding, PoisoningKind } from "./finding.js";

/** So many addresses are remembered; a flood of invented ones drives out those that were heard longest ago. */
const MOST_ADDRESSES = 65_536;
/** More than that one machine seldom has, a router with proxy ARP apart. */
const MANY_ADDRESSES = 16;
/** Two claims within so many milliseconds are of two machines that are both there. */
const CONFLICT_MS = 10_000;
/** The same is told again after so many milliseconds. */
const REPEAT_MS = 60_000;
/** … and so many different findings are kept apart. */
const MOST_TOLD = 4096;

/** Addresses that routers share: of VRRP and CARP for IPv4 and IPv6 (RFC 9568, 7.3), and of HSRP's versions. */
const SHARED = /^(00:00:5e:00:0[12]:|00:00:0c:07:ac:|00:00:0c:9f:f|00:05:73:a0:0)/;

/** What is known before anything is heard. */
export interface Surroundings {
  readonly ifname: string;
  readonly mac: string;
  /** This host's own addresses. */
  readonly own: ReadonlySet<string>;
  /** Routers'. */
  readonly gateways: ReadonlySet<string>;
  /** Pairs of IP and hardware address that the kernel takes for true. */
  readonly neighbours: Iterable<readonly [address: string, mac: string]>;
}

interface Known {
  mac: string;
  /** Milliseconds since 1970; 0 for what only the kernel knew. */
  heard: number;
  previous: string | undefined;
  /** When that one was heard last. */
  previousHeard: number;
}

interface Told {
  at: number;
  repeated: number;
}

/** Which address is whose, as far as it was heard; and what of it can't be right. It decides, and does nothing else. */
export class Ledger {
  readonly #surroundings: Surroundings;
  /** In the order in which they were heard, the last one last. */
  readonly #known = new Map<string, Known>();
  readonly #addressesOf = new Map<string, number>();
  readonly #gateways: Set<string>;
  readonly #told = new Map<string, Told>();
  #isFull = false;

  constructor(surroundings: Surroundings) {
    this.#surroundings = surroundings;
    this.#gateways = new Set(surroundings.gateways);
    for (const [address, mac] of surroundings.neighbours)
      this.#remember(address, { mac, heard: 0, previous: undefined, previousHeard: 0 });
  }

  /** @returns what is to be told of a claim, mostly nothing */
  hear(claim: Claim): PoisoningFinding[] {
    const { address, mac, source } = claim;
    if (claim.how === "router advertisement") this.#gateways.add(address);
    const findings: (PoisoningFinding | undefined)[] = [];
    if (source !== mac && !SHARED.test(mac) && !SHARED.test(source))
      findings.push(
        this.#tell(
          claim,
          "forged-sender",
          "warning",
          `${source} sent an ${claim.how} that says ${address} is at ${mac}`,
        ),
      );
    if (this.#surroundings.own.has(address)) {
      if (mac !== this.#surroundings.mac)
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
    const known = this.#known.get(address);
    if (known && known.mac !== mac) findings.push(this.#change(claim, known));
    this.#note(claim, known);
    findings.push(this.#count(claim), this.#overflow(claim));
    return findings.filter((finding) => finding !== undefined);
  }

  #change(
    claim: Claim,
    { mac: before, heard, previous, previousHeard }: Known,
  ): PoisoningFinding | undefined {
    const { address, mac, how } = claim;
    const isGateway = this.#gateways.has(address);
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

  #note({ address, mac, at }: Claim, known: Known | undefined): void {
    if (known?.mac === mac) this.#remember(address, { ...known, heard: at });
    else if (known)
      this.#remember(address, { mac, heard: at, previous: known.mac, previousHeard: known.heard });
    else this.#remember(address, { mac, heard: at, previous: undefined, previousHeard: 0 });
  }

  #remember(address: string, known: Known): void {
    this.#forget(address);
    if (this.#known.size >= MOST_ADDRESSES) {
      this.#isFull = true;
      const [oldest] = this.#known.keys();
      if (oldest !== undefined) this.#forget(oldest);
    }
    this.#known.set(address, known);
    this.#addressesOf.set(known.mac, (this.#addressesOf.get(known.mac) ?? 0) + 1);
  }

  #forget(address: string): void {
    const known = this.#known.get(address);
    if (!known) return;
    this.#known.delete(address);
    const left = (this.#addressesOf.get(known.mac) ?? 1) - 1;
    if (left > 0) this.#addressesOf.set(known.mac, left);
    else this.#addressesOf.delete(known.mac);
  }

  /** Told when there are many, and whenever there are twice as many. */
  #count(claim: Claim): PoisoningFinding | undefined {
    const count = this.#addressesOf.get(claim.mac) ?? 0;
    if (count < MANY_ADDRESSES || (count & (count - 1)) !== 0) return undefined;
    const words = `${claim.mac} claims ${count} addresses: it takes them over, or is a router that answers for others (proxy ARP)`;
    return this.#tell({ ...claim, address: "" }, "many-addresses", "warning", words);
  }

  #overflow(claim: Claim): PoisoningFinding | undefined {
    if (!this.#isFull) return undefined;
    const words = `more than ${MOST_ADDRESSES} addresses were claimed: a flood; those heard longest ago are forgotten`;
    return this.#tell({ ...claim, address: "", mac: "" }, "table-full", "alarm", words);
  }

  /** @returns undefined for what was told a moment ago */
  #tell(
    { time, at, address, mac, source }: Claim,
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
      ifname: this.#surroundings.ifname,
      kind,
      severity,
      ...(address === "" ? {} : { address }),
      ...(mac === "" ? {} : { mac }),
      ...(previousMac === undefined ? {} : { previousMac }),
      source,
      evidence,
      repeated: told?.repeated ?? 0,
    };
  }
}

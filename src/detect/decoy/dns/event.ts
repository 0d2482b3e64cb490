import type { DnsDecoyTarget } from "./options.js";

/** An event of {@link dnsDecoy}. They come in this order: `begin`, then `slot` and `query`, then `end`. */
export type DnsDecoyEvent = DnsDecoyBegin | DnsDecoySlot | DnsDecoyQuery | DnsDecoyEnd;

export interface DnsDecoyBegin {
  readonly event: "start";
  readonly ifname: string;
  /** Whether this test holds the interface promiscuous. */
  readonly promiscuous: boolean;
  /** A description of the queries that can be seen. */
  readonly sees: string;
  /** How many frames will be sent. */
  readonly frames: number;
  /** The destination of the frames, an Ethernet address that nobody has. */
  readonly destination: string;
}

/** The frames of a target's slot were sent. */
export interface DnsDecoySlot {
  readonly event: "slot";
  readonly target: DnsDecoyTarget;
  readonly round: number;
  /** The invented addresses in the frames. */
  readonly decoys: readonly string[];
}

/**
 * Who asked for a decoy's name.
 *
 * - `target`: the query has both the Ethernet and an IP address of a target. Only this is a finding.
 * - `self`: this machine sent it. Something here resolves names, or asks on behalf of another host.
 * - `resolver`: a host that is known to ask on behalf of others, or that had itself been asked for this name. Who made
 *   it ask can't be seen.
 * - `target-mac`: a target's Ethernet address, but none of its IP addresses. This is another address of the target, or
 *   a query that it forwarded as a router.
 * - `target-address`: a target's IP address, but not its Ethernet address. The query was forged, or forwarded by a
 *   router.
 * - `other`: not a target.
 * - `spoofed`: anybody, for a decoy that hadn't been sent yet. This is a guess, so nothing from that sender proves
 *   anything.
 */
export type Asker = "target" | "self" | "resolver" | "target-mac" | "target-address" | "other" | "spoofed";

/** A host asked for a decoy's name for the first time. */
export interface DnsDecoyQuery {
  readonly event: "query";
  /** When the kernel received the query: ISO 8601 UTC, with nanoseconds. */
  readonly time: string;
  readonly asker: Asker;
  /** Whether the query shows that a target receives other hosts' frames. */
  readonly finding: boolean;
  /** The sender's addresses. `target` is the target that they belong to, both or one of them. */
  readonly address: string;
  readonly mac: string;
  readonly target?: DnsDecoyTarget;
  readonly decoy: string;
  /**
   * The target in whose slot the decoy was sent. This is only a control, because every sniffer receives every decoy.
   */
  readonly slot: DnsDecoyTarget;
  /** Milliseconds since the decoy was sent. Absent if it hasn't been sent. */
  readonly delay?: number;
  readonly resolver: string;
  readonly transport: "udp" | "tcp";
  readonly port: number;
}

/** What was found out about a target. */
export interface DnsDecoyResult extends DnsDecoyTarget {
  /**
   * - `asks`: it asked for names of addresses that only a sniffer can know.
   * - `disputed`: it did, but it also asked for some before they were sent. Somebody forges its queries, or guesses.
   * - `silent`: no such query was seen, which proves nothing.
   */
  readonly verdict: "asks" | "disputed" | "silent";
  /** For how many decoys it asked, and how many were sent. */
  readonly asked: number;
  readonly sent: number;
  /** How often it asked for decoys that hadn't been sent yet. */
  readonly spoofed: number;
  readonly words: string;
}

export interface DnsDecoyEnd {
  readonly event: "end";
  readonly results: readonly DnsDecoyResult[];
  /** How many frames were sent. */
  readonly frames: number;
  /** Queries to DNS ports that could not be parsed. */
  readonly malformed: number;
  /** How many queries for decoys were not reported individually, because there were too many. */
  readonly untold: number;
}

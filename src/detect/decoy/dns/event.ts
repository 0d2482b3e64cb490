import type { DnsDecoyTarget } from "./options.js";

/** What {@link dnsDecoy} tells of, in this order: `begin`, then `slot` and `query`, then `end`. */
export type DnsDecoyEvent = DnsDecoyBegin | DnsDecoySlot | DnsDecoyQuery | DnsDecoyEnd;

export interface DnsDecoyBegin {
  readonly event: "begin";
  readonly ifname: string;
  /** Whether the interface is held promiscuous by this test. */
  readonly promiscuous: boolean;
  /** Which queries can be seen, in words. */
  readonly sees: string;
  /** How many frames will be sent. */
  readonly frames: number;
  /** The Ethernet address that they are for, which nobody has. */
  readonly destination: string;
}

/** A target's frames were sent. */
export interface DnsDecoySlot {
  readonly event: "slot";
  readonly target: DnsDecoyTarget;
  readonly round: number;
  /** The invented addresses in them. */
  readonly decoys: readonly string[];
}

/**
 * Who asks for a decoy's name.
 *
 * - `target`: a target's Ethernet and IP address both: the only finding
 * - `self`: this machine sent it: something here resolves names, or asks for another
 * - `resolver`: one that is known to ask for others, or was itself asked for this name before: who made it ask isn't seen
 * - `target-mac`: a target's Ethernet address, and none of its IP addresses: another address of it, or what it passes on
 *   as a router
 * - `target-address`: a target's IP address, and not its Ethernet address: forged, or passed on by a router
 * - `other`: no target
 * - `spoofed`: of anyone, for a decoy that wasn't sent yet: a guess, so that nothing of that sender proves anything
 */
export type Asker = "target" | "self" | "resolver" | "target-mac" | "target-address" | "other" | "spoofed";

/** Somebody asked for a decoy's name, for the first time. */
export interface DnsDecoyQuery {
  readonly event: "query";
  /** ISO 8601 UTC, nanoseconds: when the kernel received it. */
  readonly time: string;
  readonly asker: Asker;
  /** Whether it shows that a target receives other hosts' frames. */
  readonly finding: boolean;
  /** Who asked. With `target` the one that it is, otherwise what it has one of the addresses of. */
  readonly address: string;
  readonly mac: string;
  readonly target?: DnsDecoyTarget;
  readonly decoy: string;
  /** In whose slot the decoy was sent: only a control, because every sniffer receives every decoy. */
  readonly slot: DnsDecoyTarget;
  /** Milliseconds since the decoy was sent; absent if it wasn't. */
  readonly delay?: number;
  readonly resolver: string;
  readonly transport: "udp" | "tcp";
  readonly port: number;
}

/** What was found of a target. */
export interface DnsDecoyResult extends DnsDecoyTarget {
  /**
   * - `asks`: it asked for names of hosts of which only a sniffer can know
   * - `disputed`: it did, and for some before they were sent too: somebody forges its queries, or guesses
   * - `silent`: no such query was seen, which proves nothing
   */
  readonly verdict: "asks" | "disputed" | "silent";
  /** For how many decoys it asked, of how many. */
  readonly asked: number;
  readonly sent: number;
  /** Queries for decoys that weren't sent yet. */
  readonly spoofed: number;
  readonly words: string;
}

export interface DnsDecoyEnd {
  readonly event: "end";
  readonly results: readonly DnsDecoyResult[];
  /** How many frames were sent. */
  readonly frames: number;
  /** Queries to DNS ports that can't be read. */
  readonly malformed: number;
  /** Queries for decoys that were too many to be told of one by one. */
  readonly untold: number;
}

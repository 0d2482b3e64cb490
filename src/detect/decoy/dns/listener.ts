import { isoTime, type Packet } from "../../../capture/packet.js";
import { PromiscError } from "../../../errors.js";
import { present } from "../../../present.js";
import { PACKET_OUTGOING } from "../../../wire/kernel/socket-address.js";
import type { Askers } from "./askers.js";
import type { Decoy, Slot } from "./decoy.js";
import type { Asker, DnsDecoyQuery, DnsDecoyResult } from "./event.js";
import type { DnsDecoyTarget } from "./options.js";
import { type PtrQuery, readPtrQuery } from "./query.js";

const words: Readonly<Record<DnsDecoyResult["verdict"], string>> = {
  asks: "asks for names of addresses that only a promiscuous card could show it",
  disputed: "asks, also for addresses that were not sent yet: its queries are guessed or forged",
  silent: "asks nothing: doesn't resolve names, or we can't see its queries",
};

/** At most this many queries are reported. Only somebody who wants to hide other queries sends more. */
const MOST_TOLD = 4096;
/** At most this many senders, and this many hosts that were asked, are kept for each decoy. */
const MOST_SENDERS = 16;

/** Finds queries for decoys' names in captured frames. */
export class QueryListener {
  /** Queries to DNS ports that could not be parsed. */
  malformed = 0;
  /** Queries for decoys that were not reported. */
  untold = 0;
  readonly #decoys = new Map<string, Decoy>();
  readonly #tallies: Map<DnsDecoyTarget, Tally>;
  readonly #askers: Askers;
  readonly #tell: (query: DnsDecoyQuery) => void;
  #told = 0;

  constructor(
    targets: readonly DnsDecoyTarget[],
    slots: readonly Slot[],
    askers: Askers,
    tell: (query: DnsDecoyQuery) => void,
  ) {
    this.#askers = askers;
    this.#tell = tell;
    this.#tallies = new Map(targets.map((target) => [target, { asked: new Set(), spoofed: 0 }]));
    for (const { pairs } of slots)
      for (const { source, destination } of pairs)
        for (const decoy of [source, destination]) this.#decoys.set(decoy.name, decoy);
  }

  take(packet: Packet): void {
    const { bytes, start, capturedLength } = packet;
    let query: PtrQuery | undefined;
    try {
      query = readPtrQuery(bytes, start, start + capturedLength);
    } catch (error) {
      if (!(error instanceof PromiscError)) throw error;
      this.malformed++;
    }
    if (!query) return;
    for (const name of query.names) {
      const decoy = this.#decoys.get(name);
      if (decoy) this.#hear(query, decoy, packet);
    }
  }

  #hear(query: PtrQuery, decoy: Decoy, packet: Packet): void {
    const { source: address, mac } = query;
    const known = this.#askers.identify(
      { address, mac },
      packet.packetType === PACKET_OUTGOING,
      decoy.asked.has(address),
    );
    if (decoy.asked.size < MOST_SENDERS) decoy.asked.add(query.destination);
    const milliseconds = packet.seconds * 1000 + packet.nanoseconds / 1e6;
    const isCaused = decoy.sentAt !== undefined && milliseconds >= decoy.sentAt;
    const asker: Asker = isCaused ? known.asker : "spoofed";
    const isNews = this.#count(asker, known.asker, known.target, decoy);

    const sender = `${asker} ${mac} ${address}`;
    if (decoy.askers.has(sender)) return;
    // A finding is always reported, however many queries came before it.
    if (!isNews && (this.#told >= MOST_TOLD || decoy.askers.size >= MOST_SENDERS)) {
      this.untold++;
      return;
    }
    decoy.askers.add(sender);
    this.#told++;
    this.#tell({
      event: "query",
      time: isoTime(packet),
      asker,
      finding: asker === "target",
      address,
      mac,
      ...present({ target: known.target }),
      decoy: decoy.address.text,
      slot: decoy.target,
      ...(decoy.sentAt !== undefined && isCaused ? { delay: milliseconds - decoy.sentAt } : {}),
      resolver: query.destination,
      transport: query.transport,
      port: query.port,
    });
  }

  /**
   * Counts a query for its target.
   * @returns whether it is the first finding about a target
   */
  #count(asker: Asker, known: Asker, target: DnsDecoyTarget | undefined, decoy: Decoy): boolean {
    const tally = target && known === "target" ? this.#tallies.get(target) : undefined;
    if (!tally) return false;
    if (asker === "spoofed") {
      tally.spoofed++;
      return false;
    }
    tally.asked.add(decoy);
    return tally.asked.size === 1;
  }

  /** Returns what has been found out about each target so far. */
  results(): DnsDecoyResult[] {
    let sent = 0;
    for (const { sentAt } of this.#decoys.values()) if (sentAt !== undefined) sent++;
    return Array.from(this.#tallies, ([target, tally]) => resultOf(target, tally, sent));
  }
}

/** The counts of one target. */
interface Tally {
  /** The decoys that it asked for after they were sent. */
  readonly asked: Set<Decoy>;
  spoofed: number;
}

/**
 * Judges a target.
 * @param sent how many decoys were sent; every sniffer receives all of them
 */
function resultOf(target: DnsDecoyTarget, { asked, spoofed }: Tally, sent: number): DnsDecoyResult {
  const verdict = asked.size === 0 ? "silent" : spoofed > 0 ? "disputed" : "asks";
  return { ...target, verdict, asked: asked.size, sent, spoofed, words: words[verdict] };
}

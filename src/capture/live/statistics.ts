import type { LiveInterface } from "./live-interface.js";

/** The number of packets returned, by destination (`sll_pkttype`, packet(7)). */
export interface PacketClasses {
  /** For this host. */
  readonly host: number;
  readonly broadcast: number;
  readonly multicast: number;
  /** For another host: only a promiscuous interface receives them. */
  readonly otherHost: number;
  readonly outgoing: number;
}

/** Packet counts of one interface, or of a whole capture. */
export interface PacketCounts {
  /** The number of packets returned. */
  readonly captured: number;
  /**
   * The number of packets that the kernel received for this capture: returned, waiting, dropped, or rejected by a
   * filter that the kernel can't run.
   */
  readonly received: number;
  /** The number of packets dropped because the ring was full. */
  readonly dropped: number;
  readonly classes: PacketClasses;
}

/** Packet counts of one interface. */
export interface InterfaceCounts extends PacketCounts {
  /** The interface's name in the capture. */
  readonly name: string;
}

/** Packet counts of a capture: the sums, and those of each interface. */
export interface CaptureStatistics extends PacketCounts {
  readonly interfaces: readonly InterfaceCounts[];
}

export function statisticsOf(live: readonly LiveInterface[]): CaptureStatistics {
  const interfaces = live.map(countsOf);
  const sum = (of: (counts: PacketCounts) => number): number =>
    interfaces.reduce((total, counts) => total + of(counts), 0);
  return {
    captured: sum(({ captured }) => captured),
    received: sum(({ received }) => received),
    dropped: sum(({ dropped }) => dropped),
    classes: {
      host: sum(({ classes }) => classes.host),
      broadcast: sum(({ classes }) => classes.broadcast),
      multicast: sum(({ classes }) => classes.multicast),
      otherHost: sum(({ classes }) => classes.otherHost),
      outgoing: sum(({ classes }) => classes.outgoing),
    },
    interfaces,
  };
}

function countsOf({ facts, batch, statistics }: LiveInterface): InterfaceCounts {
  const [host = 0, broadcast = 0, multicast = 0, otherHost = 0, outgoing = 0] = batch.handedOut;
  return {
    name: facts.name,
    captured: batch.handedOut.reduce((sum, count) => sum + count),
    received: statistics.packets,
    dropped: statistics.drops,
    classes: { host, broadcast, multicast, otherHost, outgoing },
  };
}

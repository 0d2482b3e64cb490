import type { LiveInterface } from "./live-interface.js";

/** Packets handed out, by whom they were for: `sll_pkttype`, packet(7). */
export interface PacketClasses {
  /** For this machine. */
  readonly host: number;
  readonly broadcast: number;
  readonly multicast: number;
  /** For another one: what only a promiscuous interface sees. */
  readonly otherHost: number;
  readonly outgoing: number;
}

export interface PacketCounts {
  /** Handed out. */
  readonly captured: number;
  /** Received by the kernel for this capture: handed out, waiting, dropped, or refused by a filter that the kernel can't run. */
  readonly received: number;
  /** … for which the ring had no room. */
  readonly dropped: number;
  readonly classes: PacketClasses;
}

export interface InterfaceCounts extends PacketCounts {
  /** As the capture's interface has it. */
  readonly name: string;
}

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

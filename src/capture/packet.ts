/**
 * One captured packet. Batches refill one object for each packet, and the packet's bytes lie in a ring or in a read
 * buffer: copy what you want to keep.
 */
export interface Packet {
  /** The buffer in which the frame lies. */
  bytes: Uint8Array;
  /** Offset in `bytes` at which the frame begins, its link-level header included. */
  start: number;
  /** The number of bytes of the frame that were captured. */
  capturedLength: number;
  /** The number of bytes that the frame had on the wire. */
  length: number;
  /** The time of arrival: whole seconds since 1970, UTC. */
  seconds: number;
  /** The fraction of the second, in nanoseconds: below 10⁹. */
  nanoseconds: number;
  /** The interface that the packet was captured on, as an index into the capture's `interfaces`. */
  interfaceId: number;
  /**
   * The packet's class as the kernel reports it (`sll_pkttype`, packet(7)): for this host, broadcast, multicast, for
   * another host, or outgoing. -1 if unknown.
   */
  packetType: number;
}

/** What all packets of one interface have in common, as in a pcapng interface description block. */
export interface CaptureInterface {
  /** Undefined if the file doesn't name it. */
  readonly name: string | undefined;
  /** A LINKTYPE_ value (https://www.tcpdump.org/linktypes.html): 1 is Ethernet. */
  readonly linkType: number;
  /** The largest number of bytes captured of each packet; 0 for no limit. */
  readonly snapLength: number;
}

/** Packets that can be walked once: `while (batch.next()) use(batch.packet)`. */
export interface PacketBatch {
  /** The current packet: the same object throughout. */
  readonly packet: Packet;
  /** Fills {@link packet} with the next packet. Returns false at the end of the batch. */
  next(): boolean;
}

/** Formats a packet's time of arrival as ISO 8601, in UTC, with nanoseconds. */
export function isoTime({ seconds, nanoseconds }: Packet): string {
  return new Date(seconds * 1000).toISOString().replace("000Z", `${String(nanoseconds).padStart(9, "0")}Z`);
}

/**
 * One packet, where it lies. Whoever walks a batch fills the same object anew for each packet, and the bytes
 * are part of a ring or of a read buffer: copy what you keep.
 */
export interface Packet {
  /** The buffer in which the frame lies. */
  bytes: Uint8Array;
  /** Where in `bytes` the frame begins. */
  start: number;
  /** How many bytes of the frame were captured. */
  capturedLength: number;
  /** How many bytes the frame had on the wire. */
  length: number;
  /** When it came: whole seconds since 1970, UTC. */
  seconds: number;
  /** … and nanoseconds, below 10⁹. */
  nanoseconds: number;
  /** Which of the capture's interfaces it came by: an index. */
  interfaceId: number;
  /** Whom it was for, as the kernel classified it (`sll_pkttype`, packet(7)); -1 where it isn't known. */
  packetType: number;
}

/** What the packets of one interface have in common: what a pcapng interface block says. */
export interface CaptureInterface {
  /** Undefined where the file doesn't say. */
  readonly name: string | undefined;
  /** LINKTYPE_ value, https://www.tcpdump.org/linktypes.html: 1 is Ethernet. */
  readonly linkType: number;
  /** At most this many bytes of each packet were captured; 0 is no limit. */
  readonly snapLength: number;
}

/** Packets to be walked once: `while (batch.next()) use(batch.packet)`. */
export interface PacketBatch {
  /** Always the same object. */
  readonly packet: Packet;
  /** Fills {@link packet} with the next one; false at the end. */
  next(): boolean;
}

/** When a packet came: ISO 8601 UTC, with nanoseconds. */
export function isoTime({ seconds, nanoseconds }: Packet): string {
  return new Date(seconds * 1000).toISOString().replace("000Z", `${String(nanoseconds).padStart(9, "0")}Z`);
}

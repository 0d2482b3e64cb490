import { setTimeout as sleep } from "node:timers/promises";
import type { PacketSender } from "../../../linux/packet/packet-send.js";
import { randomPort, randomSequenceNumber, TcpFrame } from "../tcp-frame.js";
import type { DecoyPair, Slot } from "./decoy.js";
import type { DnsDecoySlot } from "./event.js";

/** HTTPS, the most common destination. */
const DESTINATION_PORT = 443;

export interface DecoyAddresses {
  /** Ethernet addresses. */
  readonly destination: string;
  readonly source: string;
}

/** Sends the frames of slots. Each frame is the first segment of a TCP connection. */
export class DecoySender {
  /** How many frames were sent. */
  frames = 0;
  readonly #sender: PacketSender;
  readonly #templates: Readonly<Record<4 | 6, TcpFrame>>;

  constructor(sender: PacketSender, addresses: DecoyAddresses) {
    this.#sender = sender;
    this.#templates = { 4: synFrame(4, addresses), 6: synFrame(6, addresses) };
  }

  /** Sends all slots, one frame every `interval` milliseconds. Rejects at once when `signal` aborts. */
  async send(
    slots: readonly Slot[],
    interval: number,
    signal: AbortSignal,
    tell: (slot: DnsDecoySlot) => void,
  ): Promise<void> {
    for (const { target, round, pairs } of slots) {
      for (const pair of pairs) {
        if (this.frames > 0) await sleep(interval, undefined, { signal });
        signal.throwIfAborted();
        this.#sendPair(pair);
      }
      const decoys = pairs.flatMap(({ source, destination }) => [
        source.address.text,
        destination.address.text,
      ]);
      tell({ event: "slot", target, round, decoys });
    }
  }

  #sendPair({ version, source, destination }: DecoyPair): void {
    const frame = this.#templates[version].fill({
      source: source.address.bytes,
      destination: destination.address.bytes,
      sourcePort: randomPort(),
      destinationPort: DESTINATION_PORT,
      sequenceNumber: randomSequenceNumber(),
      acknowledgmentNumber: 0,
    });
    // The time is set before sending, so that no answer can come earlier.
    source.sentAt = destination.sentAt = Date.now();
    this.#sender.send(frame);
    this.frames++;
  }
}

/** Returns a frame of 58 bytes over IPv4, padded to 60, or of 78 bytes over IPv6. */
function synFrame(version: 4 | 6, addresses: DecoyAddresses): TcpFrame {
  const maximumSegmentSize = version === 4 ? 1460 : 1440;
  return new TcpFrame({
    version,
    ...addresses,
    flags: { syn: true },
    options: [{ option: "maximum-segment-size", maximumSegmentSize }],
  });
}

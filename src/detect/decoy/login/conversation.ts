import type { TcpFlags } from "../../../wire/packet/transport/tcp.js";
import { randomPort, randomSequenceNumber, SEQUENCE_NUMBERS, TcpFrame } from "../tcp-frame.js";
import type { Line } from "./protocol.js";

/** A session of seven lines, with three segments before it and three after it. */
export const MOST_SEGMENTS = 13;

/** The two ends: the bytes of their IPv4 addresses, and the Ethernet addresses that frames to them are sent to. */
export interface Ends {
  readonly client: Uint8Array;
  readonly server: Uint8Array;
  readonly port: number;
  readonly clientMac: string;
  readonly serverMac: string;
  /** The source Ethernet address of all frames. */
  readonly source: string;
}

interface Segment {
  readonly from: Line["from"];
  readonly frame: TcpFrame;
}

/**
 * A complete TCP connection (RFC 9293, 3.5 and 3.6) that never took place: the handshake, the lines of a session, and
 * the FIN of each end. The frames are created once; each round has its own client port and sequence numbers, as real
 * connections do.
 */
export class Conversation {
  readonly #ends: Ends;
  readonly #segments: readonly Segment[];

  constructor(ends: Ends, lines: readonly Line[]) {
    this.#ends = ends;
    const segment = (from: Line["from"], flags: Partial<TcpFlags>, text?: string): Segment => ({
      from,
      frame: new TcpFrame({
        version: 4,
        source: ends.source,
        destination: from === "client" ? ends.serverMac : ends.clientMac,
        flags,
        ...(flags.syn
          ? { options: [{ option: "maximum-segment-size", maximumSegmentSize: 1460 }] as const }
          : {}),
        ...(text === undefined ? {} : { payload: Buffer.from(`${text}\r\n`, "latin1") }),
      }),
    });
    this.#segments = [
      segment("client", { syn: true }),
      segment("server", { syn: true, ack: true }),
      segment("client", { ack: true }),
      ...lines.map(({ from, text }) => segment(from, { ack: true, psh: true }, text)),
      segment("server", { ack: true, fin: true }),
      segment("client", { ack: true, fin: true }),
      segment("server", { ack: true }),
    ];
  }

  /** The number of frames in a round. */
  get length(): number {
    return this.#segments.length;
  }

  /** Yields the frames of one round in order. Each frame is valid until the next round. */
  *round(): Generator<Uint8Array> {
    const { client, server, port } = this.#ends;
    const clientPort = randomPort();
    const next = { client: randomSequenceNumber(), server: randomSequenceNumber() };
    for (const [index, { from, frame }] of this.#segments.entries()) {
      const isClient = from === "client";
      yield frame.fill({
        source: isClient ? client : server,
        destination: isClient ? server : client,
        sourcePort: isClient ? clientPort : port,
        destinationPort: isClient ? port : clientPort,
        sequenceNumber: next[from],
        // The first segment acknowledges nothing.
        acknowledgmentNumber: index === 0 ? 0 : next[isClient ? "server" : "client"],
      });
      next[from] = (next[from] + frame.sequenceLength) % SEQUENCE_NUMBERS;
    }
  }
}

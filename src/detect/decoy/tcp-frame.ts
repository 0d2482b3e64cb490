import { randomInt } from "node:crypto";
import { writeBe16, writeBe32 } from "../../wire/network-order.js";
import { IPPROTO_TCP } from "../../wire/packet/network/protocol-number.js";
import * as tcp from "../../wire/packet/transport/tcp.js";
import type { TcpOption } from "../../wire/packet/transport/tcp-option.js";
import { IpFrame } from "../ip-frame.js";

const WINDOW = 64_240;
/** The first of the ports that systems use for their own end of a connection (RFC 6335, 6). */
const FIRST_DYNAMIC_PORT = 49_152;
const LAST_DYNAMIC_PORT = 65_535;
/** The number of sequence numbers, after which they start again from 0. */
export const SEQUENCE_NUMBERS = 2 ** 32;
const noFlags: tcp.TcpFlags = {
  ae: false,
  cwr: false,
  ece: false,
  urg: false,
  ack: false,
  psh: false,
  rst: false,
  syn: false,
  fin: false,
};

export interface TcpFrameLayout {
  readonly version: 4 | 6;
  /** Ethernet addresses. */
  readonly destination: string;
  readonly source: string;
  readonly flags: Partial<tcp.TcpFlags>;
  readonly options?: readonly TcpOption[];
  readonly payload?: Uint8Array;
}

/** The values that differ from one use of a frame to the next. */
export interface TcpFrameValues {
  /** IP addresses: 4 or 16 bytes, depending on the layout's version. */
  readonly source: Uint8Array;
  readonly destination: Uint8Array;
  readonly sourcePort: number;
  readonly destinationPort: number;
  readonly sequenceNumber: number;
  readonly acknowledgmentNumber: number;
}

/** An Ethernet frame with a TCP segment. It is created once; each use writes a few fields and the checksums. */
export class TcpFrame {
  /** How many sequence numbers the segment takes: its payload, SYN and FIN (RFC 9293, 3.4). */
  readonly sequenceLength: number;
  readonly #frame: IpFrame;

  constructor({ version, destination, source, flags, options = [], payload }: TcpFrameLayout) {
    const payloadLength = payload?.length ?? 0;
    this.sequenceLength = payloadLength + (flags.syn ? 1 : 0) + (flags.fin ? 1 : 0);
    this.#frame = new IpFrame({
      version,
      sourceMac: source,
      destinationMac: destination,
      protocolNumber: IPPROTO_TCP,
      size: tcp.tcpSize({ options }) + payloadLength,
    });
    const payloadAt = tcp.writeTcp(
      {
        sourcePort: 0,
        destinationPort: 0,
        sequenceNumber: 0,
        acknowledgmentNumber: 0,
        reserved: 0,
        flags: { ...noFlags, ...flags },
        window: WINDOW,
        checksum: 0,
        urgentPointer: 0,
        options,
      },
      this.#frame.bytes,
      this.#frame.payload,
    );
    if (payload) this.#frame.bytes.set(payload, payloadAt);
  }

  /**
   * Writes the values and the checksums into the frame.
   * @returns the whole frame, always the same memory
   */
  fill(values: TcpFrameValues): Uint8Array {
    const { bytes, payload: segment, sourceAt, destinationAt } = this.#frame;
    bytes.set(values.source, sourceAt);
    bytes.set(values.destination, destinationAt);
    writeBe16(bytes, segment + tcp.field.sourcePort, values.sourcePort);
    writeBe16(bytes, segment + tcp.field.destinationPort, values.destinationPort);
    writeBe32(bytes, segment + tcp.field.sequenceNumber, values.sequenceNumber);
    writeBe32(bytes, segment + tcp.field.acknowledgmentNumber, values.acknowledgmentNumber);
    this.#frame.fillChecksums();
    return bytes;
  }
}

/** Returns a random port from those that systems use for their own end of a connection. */
export function randomPort(): number {
  return randomInt(FIRST_DYNAMIC_PORT, LAST_DYNAMIC_PORT + 1);
}

/** Returns a random initial sequence number. */
export function randomSequenceNumber(): number {
  return randomInt(SEQUENCE_NUMBERS);
}

import { TooShort } from "../../bytes.js";
import { readBe16 } from "../../network-order.js";
import {
  checksumSum,
  internetChecksum,
  pseudoHeaderSum4,
  pseudoHeaderSum6,
} from "../network/internet-checksum.js";
import type { ChecksumStatus, Layer, Protocol } from "./layer.js";

/** The most layers of a packet, including those of an ICMP error's quoted packet. No reasonable packet has more. */
const MOST_LAYERS = 64;

/**
 * What follows a layer: a protocol, data that belongs to no protocol, or nothing, so that remaining bytes are a
 * trailer.
 */
export type Next = Protocol | "data" | "nothing";

/** The state of dissecting one packet. Each step reads one layer at `at` and advances `at` beyond it. */
export class Walk {
  readonly bytes: Uint8Array;
  /** Offset of the next layer. */
  at = 0;
  /** Offset of the end of the layer's captured bytes. */
  end: number;
  /** Offset of the layer's end according to the lower layers: `end` or later. */
  wireEnd: number;
  /** Offset of the innermost IP header, and its version, which is 0 if there is none. */
  ipAt = 0;
  ipVersion: 0 | 4 | 6 = 0;
  /** Whether the IP payload is a fragment. */
  fragment = false;
  /** Whether the pseudo-header for checksums is known. It isn't if the final destination is in a routing header. */
  pseudoHeader = true;
  readonly layers: Layer[] = [];
  /** The layers of an ICMP error's quoted packet, once it is reached. */
  #inner: Layer[] = this.layers;
  #count = 0;
  readonly #trailers: Uint8Array[] = [];

  constructor(bytes: Uint8Array, length: number) {
    this.bytes = bytes;
    this.end = bytes.length;
    this.wireEnd = Math.max(length, bytes.length);
  }

  push(layer: Layer): void {
    this.#inner.push(layer);
    this.#count++;
  }

  get full(): boolean {
    return this.#count >= MOST_LAYERS;
  }

  /** Adds all following layers to those of an ICMP error's quoted packet. */
  enter(original: Layer[]): void {
    this.#inner = original;
    this.ipVersion = 0;
    this.fragment = false;
    this.pseudoHeader = true;
  }

  /** Limits the layer at `at`, and all layers above it, to `length` bytes, as a header specifies. */
  limit(length: number): void {
    const end = this.at + length;
    // The length in a fragment's header includes bytes that are in other fragments.
    this.wireEnd = this.fragment ? Math.min(end, this.wireEnd) : end;
    if (end >= this.end) return;
    this.#trailers.push(this.bytes.subarray(end, this.end));
    this.end = end;
  }

  /** Whether the layer at `at` was captured completely. */
  get complete(): boolean {
    return this.end >= this.wireEnd;
  }

  /** Verifies the checksum of the bytes from `start` to the layer's end, which include the checksum field. */
  checksum(start: number): ChecksumStatus {
    if (!this.complete || this.fragment) return "unverified";
    return internetChecksum(this.bytes, start, this.end) === 0 ? "correct" : "incorrect";
  }

  /** Verifies a checksum like {@link checksum}, including the pseudo-header of the IP header below. */
  transportChecksum(start: number, protocolNumber: number): ChecksumStatus {
    if (!this.complete || this.fragment || !this.pseudoHeader || this.ipVersion === 0) return "unverified";
    const length = this.end - start;
    const sum =
      this.ipVersion === 4
        ? pseudoHeaderSum4(this.bytes, this.ipAt, protocolNumber, length)
        : pseudoHeaderSum6(this.bytes, this.ipAt, protocolNumber, length);
    // A folded sum of all ones means a correct checksum. It is a multiple of 0xffff before folding, and never 0,
    // because not all of the bytes are zero.
    return checksumSum(this.bytes, start, this.end, sum) % 0xffff === 0 ? "correct" : "incorrect";
  }

  /** Ends the dissection at a layer that can't be read, because it is truncated or malformed. */
  fail(of: Protocol, error: Error): void {
    if (error instanceof TooShort && !this.complete) this.#truncated(of);
    else this.push({ protocol: "malformed", of, reason: error.message });
    this.#data();
    this.#finish();
  }

  /** Ends the dissection after the layers read so far. */
  close(): void {
    const last = this.#inner.at(-1);
    const data = this.#data();
    if (!this.complete) this.#truncated(data || !last ? "data" : (last.protocol as Protocol));
    this.#finish();
  }

  #truncated(of: Protocol | "data"): void {
    const missing = this.wireEnd - this.end;
    if ((of !== "tcp" && of !== "udp") || this.at + 4 > this.end)
      this.push({ protocol: "truncated", of, missing });
    else
      this.push({
        protocol: "truncated",
        of,
        missing,
        sourcePort: readBe16(this.bytes, this.at),
        destinationPort: readBe16(this.bytes, this.at + 2),
      });
  }

  #data(): boolean {
    if (this.at >= this.end) return false;
    this.push({ protocol: "data", bytes: this.bytes.subarray(this.at, this.end) });
    return true;
  }

  #finish(): void {
    for (const bytes of this.#trailers.reverse()) this.layers.push({ protocol: "trailer", bytes });
  }
}

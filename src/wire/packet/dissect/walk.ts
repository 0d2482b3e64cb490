import { TooShort } from "../../bytes.js";
import { readBe16 } from "../../network-order.js";
import {
  checksumSum,
  internetChecksum,
  pseudoHeaderSum4,
  pseudoHeaderSum6,
} from "../network/internet-checksum.js";
import type { ChecksumStatus, Layer, Protocol } from "./layer.js";

/** No packet that makes sense has more layers, those of an ICMP error's original among them. */
const MOST_LAYERS = 64;

/** What comes next: a protocol, bytes that belong to no protocol, or nothing, and bytes that are left are a trailer. */
export type Next = Protocol | "data" | "nothing";

/** Where dissection stands in a packet. Each step reads one layer at `at`, and moves on behind it. */
export class Walk {
  readonly bytes: Uint8Array;
  /** Where the next layer begins. */
  at = 0;
  /** Where the bytes of the layer end that are there. */
  end: number;
  /** Where they should end, by the word of the layers below: `end`, or behind it. */
  wireEnd: number;
  /** Where the innermost IP header is, and its version; 0 if there is none. */
  ipAt = 0;
  ipVersion: 0 | 4 | 6 = 0;
  /** Whether the IP payload is but a fragment. */
  fragment = false;
  /** Whether the pseudo-header of checksums can be told: not if the final destination stands in a routing header. */
  pseudoHeader = true;
  readonly layers: Layer[] = [];
  /** Those of an ICMP error's original, once it is reached. */
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

  /** From here on, layers are those of the packet that an ICMP error is about. */
  enter(original: Layer[]): void {
    this.#inner = original;
    this.ipVersion = 0;
    this.fragment = false;
    this.pseudoHeader = true;
  }

  /** The layer at `at` and all above it take `length` bytes, by the word of a header. */
  limit(length: number): void {
    const end = this.at + length;
    // The rest of what a fragment's header counts is in other fragments.
    this.wireEnd = this.fragment ? Math.min(end, this.wireEnd) : end;
    if (end >= this.end) return;
    this.#trailers.push(this.bytes.subarray(end, this.end));
    this.end = end;
  }

  /** Whether all bytes of the layer at `at` are there. */
  get complete(): boolean {
    return this.end >= this.wireEnd;
  }

  /** Of the bytes from `start` to the layer's end, which hold their checksum. */
  checksum(start: number): ChecksumStatus {
    if (!this.complete || this.fragment) return "unverified";
    return internetChecksum(this.bytes, start, this.end) === 0 ? "correct" : "incorrect";
  }

  /** The same with the pseudo-header of the IP header below. */
  transportChecksum(start: number, protocolNumber: number): ChecksumStatus {
    if (!this.complete || this.fragment || !this.pseudoHeader || this.ipVersion === 0) return "unverified";
    const length = this.end - start;
    const sum =
      this.ipVersion === 4
        ? pseudoHeaderSum4(this.bytes, this.ipAt, protocolNumber, length)
        : pseudoHeaderSum6(this.bytes, this.ipAt, protocolNumber, length);
    // All ones, whichever way the carries went: the one sum of right bytes, which aren't all zeros.
    return checksumSum(this.bytes, start, this.end, sum) % 0xffff === 0 ? "correct" : "incorrect";
  }

  /** The layer can't be read: it is cut, or malformed. */
  fail(of: Protocol, error: Error): void {
    if (error instanceof TooShort && !this.complete) this.#truncated(of);
    else this.push({ protocol: "malformed", of, reason: error.message });
    this.#data();
    this.#finish();
  }

  /** The layers that could be read are all there are. */
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

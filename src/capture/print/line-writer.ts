import { readBe16 } from "../../wire/network-order.js";

const DIGIT_ZERO = 0x30;
const HEX = Buffer.from("0123456789abcdef", "latin1");

/** "0" to "255", each after its length in the first of four bytes: lines consist mostly of octets. */
const OCTETS = Buffer.alloc(256 * 4);
/** "00" to "99", two bytes each. */
const PAIRS = Buffer.alloc(100 * 2);

for (let octet = 0; octet < 256; octet++)
  OCTETS[octet * 4] = OCTETS.write(String(octet), octet * 4 + 1, "latin1");
for (let pair = 0; pair < 100; pair++) PAIRS.write(String(pair).padStart(2, "0"), pair * 2, "latin1");

/** The room that is always available for a single write: no write except {@link LineWriter.text} is longer. */
const SPARE = 128;

/**
 * A growing buffer of Latin-1 text that lines are printed into. Writes allocate nothing: packets are printed from bytes
 * to bytes without strings in between.
 */
export class LineWriter {
  bytes: Buffer;
  /** The number of bytes written. */
  length = 0;

  constructor(capacity = 1 << 16) {
    this.bytes = Buffer.allocUnsafe(Math.max(capacity, SPARE));
  }

  /** Returns the written bytes without copying them: valid until the next write. */
  written(): Buffer {
    return this.bytes.subarray(0, this.length);
  }

  clear(): void {
    this.length = 0;
  }

  /** Writes trusted ASCII text. For bytes from the network, use {@link untrusted}. */
  text(ascii: string): void {
    const count = ascii.length;
    this.reserve(count);
    let at = this.length;
    for (let index = 0; index < count; index++) this.bytes[at++] = ascii.charCodeAt(index);
    this.length = at;
  }

  /** Writes text that has been formatted before. */
  copy(from: Uint8Array, start: number, end: number): void {
    this.reserve(end - start);
    for (let at = start; at < end; at++) this.bytes[this.length++] = from[at] as number;
  }

  /** Writes one byte that is known to be printable or a line feed. */
  byte(code: number): void {
    this.reserve(1);
    this.bytes[this.length++] = code;
  }

  /** Writes an integer between -2⁵³ and 2⁵³ in decimal. */
  decimal(value: number): void {
    this.reserve(SPARE);
    let rest = value;
    if (rest < 0) {
      this.bytes[this.length++] = 0x2d;
      rest = -rest;
    }
    if (rest < 256) {
      const from = rest * 4;
      const count = OCTETS[from] as number;
      this.bytes[this.length] = OCTETS[from + 1] as number;
      this.bytes[this.length + 1] = OCTETS[from + 2] as number;
      this.bytes[this.length + 2] = OCTETS[from + 3] as number;
      this.length += count;
      return;
    }
    let digits = 1;
    for (let bound = 10; rest >= bound; bound *= 10) digits++;
    this.fixedDecimal(rest, digits);
  }

  /** Writes the last `digits` decimal digits of a number, with leading zeros. */
  fixedDecimal(value: number, digits: number): void {
    this.reserve(SPARE);
    let rest = value;
    let at = this.length + digits;
    this.length = at;
    let left = digits;
    for (; left >= 2; left -= 2) {
      const next = Math.floor(rest / 100);
      const pair = (rest - next * 100) * 2;
      this.bytes[--at] = PAIRS[pair + 1] as number;
      this.bytes[--at] = PAIRS[pair] as number;
      rest = next;
    }
    if (left === 1) this.bytes[--at] = DIGIT_ZERO + (rest % 10);
  }

  /** Writes an unsigned integer below 2³² in lower-case hexadecimal, without 0x, with at least `digits` digits. */
  hex(value: number, digits = 1): void {
    this.reserve(SPARE);
    let count = digits;
    while (count < 8 && value >>> (count * 4) !== 0) count++;
    for (let shift = (count - 1) * 4; shift >= 0; shift -= 4) {
      this.bytes[this.length++] = HEX[(value >>> shift) & 0xf] as number;
    }
  }

  /** Writes a hardware address of six bytes as `ip` and tcpdump do. */
  mac(bytes: Uint8Array, at: number): void {
    this.reserve(SPARE);
    for (let index = 0; index < 6; index++) {
      const octet = bytes[at + index] as number;
      if (index > 0) this.bytes[this.length++] = 0x3a;
      this.bytes[this.length++] = HEX[octet >>> 4] as number;
      this.bytes[this.length++] = HEX[octet & 0xf] as number;
    }
  }

  /** Writes an IPv4 address in dotted decimal. */
  ipv4(bytes: Uint8Array, at: number): void {
    this.reserve(SPARE);
    const out = this.bytes;
    let length = this.length;
    for (let index = 0; index < 4; index++) {
      const from = (bytes[at + index] as number) * 4;
      // This copies three bytes at once. The next octet overwrites those that don't belong to this one.
      out[length] = OCTETS[from + 1] as number;
      out[length + 1] = OCTETS[from + 2] as number;
      out[length + 2] = OCTETS[from + 3] as number;
      length += OCTETS[from] as number;
      if (index < 3) out[length++] = 0x2e;
    }
    this.length = length;
  }

  /** Writes an IPv6 address as inet_ntop(3) does (RFC 5952, with dotted decimal in mapped and compatible addresses). */
  ipv6(bytes: Uint8Array, at: number): void {
    let runStart = -1;
    let runLength = 1;
    for (let group = 0; group < 8; group++) {
      let length = 0;
      while (group + length < 8 && readBe16(bytes, at + (group + length) * 2) === 0) length++;
      if (length > runLength) {
        runStart = group;
        runLength = length;
      }
      if (length > 0) group += length - 1;
    }
    // glibc: ::a.b.c.d and ::ffff:a.b.c.d
    const quad =
      runStart === 0 && (runLength === 6 || (runLength === 5 && readBe16(bytes, at + 10) === 0xffff));
    const groups = quad ? 6 : 8;
    for (let group = 0; group < groups; group++) {
      if (group === runStart) {
        this.byte(0x3a);
        group += runLength - 1;
        if (group >= groups - 1) this.byte(0x3a);
        continue;
      }
      if (group > 0) this.byte(0x3a);
      this.hex(readBe16(bytes, at + group * 2));
    }
    if (!quad) return;
    if (runLength === 5) this.byte(0x3a);
    this.ipv4(bytes, at + 12);
  }

  /**
   * Writes bytes from the network as tcpdump's `fn_print` does: printable ASCII unchanged, other bytes as `^C`, with
   * `M-` in front above 0x7f. So no control byte reaches a terminal.
   */
  untrusted(bytes: Uint8Array, start: number, end: number): void {
    for (let at = start; at < end; at++) {
      this.reserve(4);
      let code = bytes[at] as number;
      if (code >= 0x80) {
        this.bytes[this.length++] = 0x4d;
        this.bytes[this.length++] = 0x2d;
        code &= 0x7f;
      }
      if (code < 0x20 || code === 0x7f) {
        this.bytes[this.length++] = 0x5e;
        code ^= 0x40;
      }
      this.bytes[this.length++] = code;
    }
  }

  private reserve(count: number): void {
    if (this.length + count <= this.bytes.length) return;
    const grown = Buffer.allocUnsafe(Math.max(this.bytes.length * 2, this.length + count));
    this.bytes.copy(grown, 0, 0, this.length);
    this.bytes = grown;
  }
}

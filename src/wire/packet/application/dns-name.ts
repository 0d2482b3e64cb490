import { decodeString, encodeString, malformed, need, unwritable } from "../../bytes.js";
import { readBe16 } from "../../network-order.js";

/** The largest size of a name in bytes, including the root label (RFC 1035, 2.3.4). */
const LONGEST = 255;
const LONGEST_LABEL = 63;
/** The largest number of labels in a name, so no name needs more pointers. */
const MOST_POINTERS = 127;

// The top two bits of a label's first byte (RFC 1035, 4.1.4): the byte is a length, or begins a pointer.
const KIND_MASK = 0xc0;
const POINTER_SIZE = 2;
const POINTER_MASK = 0x3fff;

/** Reports whether a label's first byte begins a pointer, which has two bytes. */
export function isPointer(octet: number): boolean {
  return (octet & KIND_MASK) === KIND_MASK;
}

/** Reports whether a label's first byte is of a reserved type (RFC 6891, 5). The length of such a label is unknown. */
export function isReserved(octet: number): boolean {
  return octet > LONGEST_LABEL && !isPointer(octet);
}

/** Returns the other bits of a first byte of a reserved type. */
export function reservedType(octet: number): number {
  return octet & ~KIND_MASK;
}

/** Returns the target of the pointer at `at`, in bytes from the message's start. */
export function pointerTarget(bytes: Uint8Array, at: number): number {
  return readBe16(bytes, at) & POINTER_MASK;
}

/** Returns the offset after the pointer at `at`. */
export function pointerEnd(at: number): number {
  return at + POINTER_SIZE;
}

/** Returns the offset after the name at `start`, or -1 if it is unknown or exceeds `end`. Doesn't follow pointers. */
export function skipDnsName(bytes: Uint8Array, start: number, end: number): number {
  let at = start;
  while (at < end) {
    const octet = bytes[at] as number;
    if (octet === 0) return at + 1;
    if (isPointer(octet)) return pointerEnd(at) <= end ? pointerEnd(at) : -1;
    if (isReserved(octet)) return -1;
    at += 1 + octet;
  }
  return -1;
}

/** A name, or the end of a name that a pointer refers to. */
interface Suffix {
  readonly name: string;
  /** The uncompressed length in bytes, without the root label. */
  readonly length: number;
}

/** Reads the names in one message. Follows compression pointers (RFC 1035, 4.1.4), reading each target only once. */
export class DnsNames {
  readonly #bytes: Uint8Array;
  /** Offset of the message, which pointers are relative to. */
  readonly #start: number;
  readonly #pointedTo = new Map<number, Suffix>();

  constructor(bytes: Uint8Array, start: number) {
    this.#bytes = bytes;
    this.#start = start;
  }

  /** The offset after the name that was read last. */
  end = 0;

  /**
   * Reads the name at `at`, and sets {@link end}. The result has no final dot; the root is ".". In labels, `.` and `\`
   * are preceded by `\`, control characters become `\DDD` (RFC 1035, 5.1), and UTF-8 is decoded, as in names of mDNS.
   * @throws PromiscError `malformed`
   */
  read(at: number, end: number): string {
    const { name } = this.#read(at, end, 0);
    return name === "" ? "." : name;
  }

  #read(start: number, end: number, pointers: number): Suffix {
    const bytes = this.#bytes;
    let name = "";
    let length = 0;
    for (let at = start; ; ) {
      need("DNS name", at, 1, end);
      const size = bytes[at] as number;
      if (isReserved(size)) throw malformed("DNS name", `label type ${size >>> 6}`);
      if (isPointer(size)) {
        need("DNS name", at, POINTER_SIZE, end);
        const suffix = this.#follow(at, end, pointers + 1);
        this.end = pointerEnd(at);
        return joined({ name, length }, suffix);
      }
      if (size === 0) {
        this.end = at + 1;
        return { name, length };
      }
      need("DNS label", at + 1, size, end);
      const label = escapeLabel(decodeString(bytes, at + 1, at + 1 + size));
      name = name === "" ? label : `${name}.${label}`;
      length += 1 + size;
      if (length >= LONGEST) throw malformed("DNS name", `longer than ${LONGEST} bytes`);
      at += 1 + size;
    }
  }

  /** Reads the target of the pointer at `at`. It must precede the pointer, so that every chain ends. */
  #follow(at: number, end: number, pointers: number): Suffix {
    const target = this.#start + pointerTarget(this.#bytes, at);
    if (target >= at) throw malformed("DNS name", "a pointer that doesn't point back");
    if (pointers > MOST_POINTERS) throw malformed("DNS name", `more than ${MOST_POINTERS} pointers`);
    const known = this.#pointedTo.get(target);
    if (known) return known;
    const suffix = this.#read(target, end, pointers);
    this.#pointedTo.set(target, suffix);
    return suffix;
  }
}

function joined(first: Suffix, second: Suffix): Suffix {
  if (first.length === 0) return second;
  if (second.length === 0) return first;
  const length = first.length + second.length;
  if (length >= LONGEST) throw malformed("DNS name", `longer than ${LONGEST} bytes`);
  return { name: `${first.name}.${second.name}`, length };
}

function escapeLabel(label: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is escaped
  if (!/[.\\\x00-\x1f\x7f]/.test(label)) return label;
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is escaped
  return label.replace(/[.\\\x00-\x1f\x7f]/g, (character) =>
    character === "." || character === "\\"
      ? `\\${character}`
      : `\\${String(character.charCodeAt(0)).padStart(3, "0")}`,
  );
}

/**
 * Splits a name into encoded labels. The name has the form that {@link DnsNames} returns, with an optional final dot.
 * @throws PromiscError `usage` if a label is empty or longer than 63 bytes, or the name is longer than 255 bytes
 */
function labelsOf(name: string): Uint8Array[] {
  if (name === "." || name === "") return [];
  const labels: Uint8Array[] = [];
  let length = 1;
  for (const label of splitLabels(name)) {
    const bytes = encodeString(label.replace(/\\(\d{3}|.)/gs, (_, code: string) => unescaped(code)));
    if (bytes.length === 0 || bytes.length > LONGEST_LABEL)
      throw unwritable("DNS name", `a label of ${bytes.length} bytes`);
    length += 1 + bytes.length;
    labels.push(bytes);
  }
  if (length > LONGEST) throw unwritable("DNS name", `${length} bytes, at most ${LONGEST}`);
  return labels;
}

/** Returns the character that an escape sequence represents: three digits for a byte, or the character itself. */
function unescaped(code: string): string {
  if (code.length !== 3) return code;
  const byte = Number(code) & 0xff;
  // Bytes above 0x7f are represented as in decodeString.
  return String.fromCharCode(byte < 0x80 ? byte : 0xdc00 + byte);
}

/** Splits at each dot that isn't preceded by `\`. */
function splitLabels(text: string): string[] {
  const labels: string[] = [];
  let start = 0;
  for (let at = 0; at < text.length; at++) {
    if (text[at] === "\\") at++;
    else if (text[at] === ".") {
      labels.push(text.slice(start, at));
      start = at + 1;
    }
  }
  // Nothing follows a final dot.
  if (start < text.length) labels.push(text.slice(start));
  return labels;
}

/** Returns the number of bytes that {@link writeDnsName} writes. */
export function dnsNameSize(name: string): number {
  return labelsOf(name).reduce((sum, label) => sum + 1 + label.length, 1);
}

/**
 * Writes a name without compression.
 * @returns the offset after it
 * @throws PromiscError `usage` if the name is invalid
 */
export function writeDnsName(name: string, into: Uint8Array, offset: number): number {
  let at = offset;
  for (const label of labelsOf(name)) {
    into[at] = label.length;
    into.set(label, at + 1);
    at += 1 + label.length;
  }
  into[at] = 0;
  return at + 1;
}

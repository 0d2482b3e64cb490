import { decodeString, encodeString, malformed, need, unwritable } from "../../bytes.js";
import { readBe16 } from "../../network-order.js";

/** Octets that a name may take, the root's among them (RFC 1035, 2.3.4). */
const LONGEST = 255;
const LONGEST_LABEL = 63;
/** No name has more labels, so none needs more pointers. */
const MOST_POINTERS = 127;

// What the first octet of a label says, in its top two bits (RFC 1035, 4.1.4): its length, or that it is a pointer.
const KIND_MASK = 0xc0;
const POINTER_SIZE = 2;
const POINTER_MASK = 0x3fff;

/** Whether a label's first octet begins a pointer, of two octets. */
export function isPointer(octet: number): boolean {
  return (octet & KIND_MASK) === KIND_MASK;
}

/** Whether it is of a kind that nobody uses (RFC 6891, 5): where such a label ends isn't known. */
export function isReserved(octet: number): boolean {
  return octet > LONGEST_LABEL && !isPointer(octet);
}

/** What a first octet of a reserved kind has besides the kind. */
export function reservedType(octet: number): number {
  return octet & ~KIND_MASK;
}

/** Where the pointer at `at` points to, in bytes from the message's start. */
export function pointerTarget(bytes: Uint8Array, at: number): number {
  return readBe16(bytes, at) & POINTER_MASK;
}

/** Where the pointer at `at` ends. */
export function pointerEnd(at: number): number {
  return at + POINTER_SIZE;
}

/** Where the name at `start` ends, or -1 if that isn't known or lies behind `end`. Pointers aren't followed. */
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

/** A name, or the end of one that others point to. */
interface Suffix {
  readonly name: string;
  /** Octets that it takes uncompressed, the root's not among them. */
  readonly length: number;
}

/** Reads the names of one message, following compression pointers (RFC 1035, 4.1.4), to each place but once. */
export class DnsNames {
  readonly #bytes: Uint8Array;
  /** Where the message begins, from which pointers count. */
  readonly #start: number;
  readonly #pointedTo = new Map<number, Suffix>();

  constructor(bytes: Uint8Array, start: number) {
    this.#bytes = bytes;
    this.#start = start;
  }

  /** Where the name ends that was read last. */
  end = 0;

  /**
   * Reads the name at `at`, and sets {@link end}. It is written without a final dot, the root as "."; in a label, `.`
   * and `\` have a `\` before them, control characters are `\DDD` (RFC 1035, 5.1), and UTF-8 stands for itself, as in
   * names of mDNS.
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

  /** What the pointer at `at` points to, which must lie before it, so that every chain ends. */
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
 * The labels of a name in the form of {@link DnsNames}, a final dot allowed.
 * @throws PromiscError `usage` if a label is empty or longer than 63 bytes, or the name longer than 255
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

/** What an escape stands for: a byte in three digits, or the character itself. */
function unescaped(code: string): string {
  if (code.length !== 3) return code;
  const byte = Number(code) & 0xff;
  // A byte beyond ASCII as decodeString has it.
  return String.fromCharCode(byte < 0x80 ? byte : 0xdc00 + byte);
}

/** Cuts at each dot that has no `\` before it. */
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

/** Bytes that {@link writeDnsName} writes. */
export function dnsNameSize(name: string): number {
  return labelsOf(name).reduce((sum, label) => sum + 1 + label.length, 1);
}

/**
 * Writes a name without compression.
 * @returns the offset after it
 * @throws PromiscError `usage` if it isn't one
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

import { decodeString, encodeString, malformed, need, unwritable } from "../bytes.js";

/** Octets that a name may take, the root's among them (RFC 1035, 2.3.4). */
const LONGEST = 255;
const LONGEST_LABEL = 63;
/** No name has more labels, so none needs more pointers. */
const MOST_POINTERS = 127;

/** A name as it was read, and where the next thing is. */
export interface DnsNameAt {
  readonly name: string;
  readonly end: number;
}

/**
 * Reads a name, following compression pointers (RFC 1035, 4.1.4), each of which must point before itself.
 * The name is written without a final dot, the root as "."; in a label, `.` and `\` have a `\` before them, control
 * characters are `\DDD` (RFC 1035, 5.1), and UTF-8 stands for itself, as in names of mDNS.
 * @param start where the message begins, from which pointers count
 */
export function readDnsName(bytes: Uint8Array, start: number, at: number, end: number): DnsNameAt {
  let name = "";
  let length = 1;
  let next = -1;
  let from = at;
  let limit = end;
  for (let pointers = 0; ; ) {
    need("DNS name", from, 1, limit);
    const size = bytes[from] as number;
    if (size === 0) return { name: name === "" ? "." : name, end: next === -1 ? from + 1 : next };
    if (size < 0xc0) {
      if (size > LONGEST_LABEL) throw malformed("DNS name", `label type ${size >>> 6}`);
      need("DNS label", from + 1, size, limit);
      length += 1 + size;
      if (length > LONGEST) throw malformed("DNS name", `longer than ${LONGEST} bytes`);
      const label = escapeLabel(decodeString(bytes, from + 1, from + 1 + size));
      name = name === "" ? label : `${name}.${label}`;
      from += 1 + size;
      continue;
    }
    need("DNS name", from, 2, limit);
    const target = start + (((size & 0x3f) << 8) | (bytes[from + 1] as number));
    if (next === -1) next = from + 2;
    // What it points to lies before it, so that every chain ends; and it lies within the bytes.
    if (target >= from) throw malformed("DNS name", "a pointer that doesn't point back");
    if (++pointers > MOST_POINTERS) throw malformed("DNS name", `more than ${MOST_POINTERS} pointers`);
    from = target;
    limit = end;
  }
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
 * The labels of a name in the form of {@link readDnsName}, a final dot allowed.
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
